"""What a comparison must know about the outcome it compares."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from kumastats.text import Text


@runtime_checkable
class Outcome(Protocol):
    """Anything with these attributes can be compared; `kumastats.measures.Measure` has them.

    Estimates are in `unit`: integer sums divided by `scale`. `better` is ``"lower"`` or ``"higher"``.
    `shock_outcome` names the column of the shock calendar that touches the outcome, or is None.
    `over` is set when the outcome is the share of entities above a threshold: the integer sum of such
    an outcome is the column ``over`` of its cells.
    """

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def unit(self) -> Text: ...
    @property
    def better(self) -> str: ...
    @property
    def scale(self) -> float: ...
    @property
    def decimals(self) -> int: ...
    @property
    def min_n(self) -> int: ...
    @property
    def shock_outcome(self) -> str | None: ...
