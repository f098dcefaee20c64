"""Names of a package that load when they are first used, so that asking for the state of a study imports no estimator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def later(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` (PEP 562) that finds names in the modules they live in.

    Parameters
    ----------
    package
        ``__name__`` of the package.
    homes
        Module, relative to the package, of each name. A name must differ from every module of the package.

    Examples
    --------
    >>> later("kumastats.warehouse", {"IntegerSummary": "summary"})("IntegerSummary").__name__
    'IntegerSummary'
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return find
