"""Sliders over a computation where somebody is there to move them; else the picture of the values they start from."""

from __future__ import annotations

import html
import importlib
import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kumastats.display.numbers import number
from kumastats.errors import KumastatsError
from kumastats.text import Lang, Text

SESSION = "JPY_SESSION_NAME"  # a Jupyter server sets it for the kernels of its pages; papermill, nbval and runs do not
RUN = "KUMASTATS_EVIDENCE"  # set while `kumastats run` executes, whatever started it
Draw = Callable[..., Sequence[Any]]
NO_UNIT = Text("", "")


@dataclass(frozen=True)
class Slider:
    """A value a reader may move.

    Attributes
    ----------
    name
        The argument it is given as.
    low, high, step
        Its range; whole numbers stay whole.
    value
        Where it starts, and what is shown where nothing can be moved.
    """

    name: str
    label: Text
    low: float
    high: float
    step: float
    value: float
    unit: Text = NO_UNIT

    def __post_init__(self) -> None:
        if not (self.low <= self.value <= self.high and self.step > 0):
            raise ValueError(f"slider {self.name}: {self.value} is not within {self.low} to {self.high}")

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return all(float(v).is_integer() for v in (self.low, self.high, self.step, self.value))

    def words(self, lang: Lang) -> str:
        """Return its name and where it starts."""
        decimals = 0 if self.whole else max(len(f"{self.step:g}".partition(".")[2]), 1)
        space = " " if lang == "en" and self.unit.en[:1].isalpha() else ""
        return f"{self.label(lang)}{Text('＝', ' = ')(lang)}{number(self.value, lang, decimals)}{space}{self.unit(lang)}"


@dataclass(frozen=True)
class Explorer:
    """A computation with sliders.

    In a page of JupyterLab with ipywidgets the sliders are there. In a notebook that is executed – by papermill, nbval,
    a run – and in what is kept of it, the tables and figures of the values they start from are.

    Parameters
    ----------
    draw
        Given each slider's value by name, returns what is shown: tables, figures, anything with ``_repr_html_``.

    >>> from kumastats.display.tables import HtmlTable
    >>> twice = lambda n: [HtmlTable(["n", "2n"], [[str(n), str(2 * n)]], "Twice")]
    >>> made = Explorer(twice, [Slider("n", Text("数", "number"), 1, 9, 1, 4)], "en")
    >>> "<td" in made.html(n=5) and ">10<" in made.html(n=5)
    True
    """

    draw: Draw
    sliders: Sequence[Slider]
    lang: Lang

    def html(self, **values: float) -> str:
        """Return what `draw` shows for these values, the others as they start; what cannot be computed is said."""
        given = {s.name: int(s.value) if s.whole else s.value for s in self.sliders} | values
        try:
            shown = self.draw(**given)
        except KumastatsError as error:
            return f"<p>{html.escape(error.text(self.lang))}</p>"
        return "".join(s._repr_html_() for s in shown)

    def _repr_html_(self) -> str:
        words = Text("、", ", ")(self.lang).join(s.words(self.lang) for s in self.sliders)
        told = Text(
            f"{words} のとき。JupyterLabに ipywidgets があれば、スライダーで動かせます。",
            f"For {words}. In JupyterLab with ipywidgets there are sliders to move.",
        )(self.lang)
        return f'<p style="color:#4c5660">{html.escape(told)}</p>{self.html()}'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        held = {"text/html": self._repr_html_(), "text/plain": f"<{type(self).__name__}>"}
        return {**self._moving(), **held} if live() else held

    def _moving(self) -> dict[str, Any]:
        """Return the view of the sliders; their picture is drawn anew when one is let go."""
        ipywidgets: Any = importlib.import_module("ipywidgets")
        wide = ipywidgets.Layout(width="32em")
        made: dict[str, Any] = {}
        for s in self.sliders:
            kind = ipywidgets.IntSlider if s.whole else ipywidgets.FloatSlider
            cast = int if s.whole else float
            words = f"{s.label(self.lang)}{f' ({s.unit(self.lang)})' if s.unit(self.lang) else ''}"
            made[s.name] = kind(
                value=cast(s.value), min=cast(s.low), max=cast(s.high), step=cast(s.step), description=words,
                continuous_update=False, layout=wide, style={"description_width": "14em"},
            )  # fmt: skip
        area = ipywidgets.HTML(self.html())

        def moved(_: Mapping[str, Any]) -> None:
            area.value = self.html(**{name: slider.value for name, slider in made.items()})

        for slider in made.values():
            slider.observe(moved, names="value")
        bundle: dict[str, Any] = ipywidgets.VBox([*made.values(), area])._repr_mimebundle_()
        return bundle


def live() -> bool:
    """Tell whether a page of a Jupyter server is looking and has the widgets to move."""
    looking = bool(os.environ.get(SESSION)) and not os.environ.get(RUN)
    return looking and importlib.util.find_spec("ipywidgets") is not None
