"""Explorers: sliders only where somebody can move them; everywhere else the picture of the values they start from."""

import importlib.machinery
import sys
import types

import pytest

from kumastats.display import HtmlTable
from kumastats.display.explore import RUN, SESSION, Explorer, Slider, live
from kumastats.errors import WorkloadError
from kumastats.text import Text

DESKS = Slider("desks", Text("窓口", "desks"), 1, 12, 1, 4)
CUT = Slider("cut", Text("仕事の減", "less work"), 0, 0.5, 0.05, 0.1, Text("割", "tenths"))


def waits(desks, cut):
    if desks < 2:
        raise WorkloadError(Text("窓口が足りません。", "Too few desks."))
    return [HtmlTable(["desks", "cut"], [[repr(desks), repr(cut)]], "Waits")]


@pytest.fixture
def explorer(monkeypatch):
    for name in (SESSION, RUN):
        monkeypatch.delenv(name, raising=False)
    return Explorer(waits, [DESKS, CUT], "ja")


class Widget:
    """What this module asks of a widget, and no more."""

    def __init__(self, *given, **told):
        self.given, self.watchers = given, []
        self.value = told.get("value", given[0] if given else None)
        self.told = told

    def observe(self, call, names):
        assert names == "value"
        self.watchers.append(call)

    def move(self, value):
        self.value = value
        for call in self.watchers:
            call({"new": value})

    def _repr_mimebundle_(self):
        return {"application/vnd.jupyter.widget-view+json": {"box": self}, "text/plain": "VBox()"}


@pytest.fixture
def widgets(monkeypatch):
    made = types.ModuleType("ipywidgets")
    made.__spec__ = importlib.machinery.ModuleSpec("ipywidgets", None)
    for kind in ("IntSlider", "FloatSlider", "HTML", "VBox"):
        setattr(made, kind, type(kind, (Widget,), {}))
    made.Layout = dict
    monkeypatch.setitem(sys.modules, "ipywidgets", made)


def test_executed_notebooks_hold_the_picture_of_the_start(explorer):
    shown = explorer._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert "窓口＝4、仕事の減＝0.10割" in shown["text/html"] and ">4<" in shown["text/html"]
    assert shown == explorer._repr_mimebundle_()


@pytest.mark.parametrize(
    ("page", "run", "there"), [("", "", False), ("a.ipynb", "x", False), ("a.ipynb", "", True)]
)
def test_sliders_are_there_only_in_a_page_that_somebody_looks_at(
    explorer, widgets, monkeypatch, page, run, there
):
    monkeypatch.setenv(SESSION, page)
    monkeypatch.setenv(RUN, run)
    assert live() is there
    assert ("application/vnd.jupyter.widget-view+json" in explorer._repr_mimebundle_()) is there


def test_without_widgets_a_page_shows_the_picture(explorer, monkeypatch):
    monkeypatch.setenv(SESSION, "a.ipynb")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert not live() and "<td" in explorer._repr_mimebundle_()["text/html"]


def test_a_slider_let_go_draws_anew_and_what_cannot_be_computed_is_said(explorer, widgets, monkeypatch):
    monkeypatch.setenv(SESSION, "a.ipynb")
    shown = explorer._repr_mimebundle_()
    assert (
        shown["text/plain"] == "<Explorer>" and ">4<" in shown["text/html"]
    )  # what is kept without the widgets
    desks, cut, area = shown["application/vnd.jupyter.widget-view+json"]["box"].given[0]
    assert (type(desks).__name__, type(cut).__name__) == ("IntSlider", "FloatSlider")
    assert desks.told["description"] == "窓口" and cut.told["description"] == "仕事の減 (割)"
    desks.move(9)
    assert ">9<" in area.value and ">0.1<" in area.value
    cut.move(0.25)
    assert ">9<" in area.value and ">0.25<" in area.value
    desks.move(1)
    assert area.value == "<p>窓口が足りません。</p>"


def test_a_slider_starts_within_its_range():
    with pytest.raises(ValueError, match="desks"):
        Slider("desks", Text("窓口", "desks"), 1, 3, 1, 9)


def test_the_widgets_themselves_take_it(explorer, monkeypatch):
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed")
    monkeypatch.setenv(SESSION, "a.ipynb")
    shown = explorer._repr_mimebundle_()
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] and ">4<" in shown["text/html"]
