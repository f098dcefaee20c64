"""Hours and yen with their uncertainty, no minute counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kumastats.display import Figure, HtmlTable, number, yen_together
from kumastats.errors import WorkloadError
from kumastats.study.model import Range
from kumastats.text import Lang, Text
from kumastats.workload.savings.assumptions import LABELS, Assumptions

OVERLAP_RULE = Text(
    "文書探し・会議・問い合わせで浮いた時間は足し合わせる。それぞれ別の作業とみなし、会議中や応対中の文書探しは日記に書かない（日記の記入要領）。"
    "会議の延べ時間は会議の時間と同じ分なので数えない。時間外勤務の減少は、浮いた時間が使われた先であり、足さない。"
    "減った時間外勤務の分だけを支出の減（現金）とし、残りの浮いた時間を余力とする。時間外勤務の減少が浮いた時間より大きいときは、その超過分も現金には含めるが、余力は0とする。",
    "Minutes freed in searching, meetings and enquiries add up: they are taken as different work, and a diary leaves out searches made in a "
    "meeting or while answering someone (its instructions say so). Attendee-hours are the minutes of meetings again and are not counted. Less "
    "overtime is where freed time went and is not added: overtime no longer paid is cash, the rest of the freed time is capacity. If overtime fell by more than was freed, all of "
    "the fall is cash and capacity is nil.",
)


@dataclass(frozen=True)
class Theme:
    """A kind of work that takes less time.

    Attributes
    ----------
    minutes
        Saved a day and person reached; measured, or assumed.
    people
        Whom it concerns; None for the people of the assumptions.
    measured
        Whether the minutes come from data: their range is then a 95 % interval.
    of_everyone
        Whether the minutes are spread over everyone already, so that the share reached does not count again.
    """

    id: str
    label: Text
    minutes: Range
    people: Range | None = None
    measured: bool = False
    of_everyone: bool = False

    def reached(self, adoption: Any) -> Any:
        """Return the share of people the minutes are of."""
        return adoption * 0 + 1.0 if self.of_everyone else adoption

    def drawn(self, rng: np.random.Generator, draws: int) -> np.ndarray:
        """Draw minutes: normal about what was measured, triangular on what was assumed."""
        m = self.minutes
        if not self.measured or m.low == m.high:
            return _draw(m, rng, draws)
        return rng.normal(m.likely, (m.high - m.low) / (2 * 1.96), draws)


@dataclass(frozen=True)
class Spread:
    """A simulated amount: its mean and where 95 % of draws lie."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: np.ndarray) -> Spread:
        """Summarise draws."""
        low, high = np.quantile(draws, [0.025, 0.975])
        return cls(float(draws.mean()), float(low), float(high))


@dataclass(frozen=True, eq=False)
class Savings:
    """A year's savings.

    Attributes
    ----------
    hours
        Freed in all themes together.
    by_theme
        Hours by theme id.
    overtime_hours
        Overtime no longer ordered; negative where it rose; None if it was not measured.
    capacity_yen, cash_yen
        Time freed and not turned into less overtime, at the rate of an hour; overtime no longer paid.
    tornado
        Columns name, low, high: total yen with one assumption at its ends and all others likely, widest first.
    likely
        Total yen with everything likely.
    """

    hours: Spread
    by_theme: dict[str, Spread]
    overtime_hours: Spread | None
    capacity_yen: Spread
    cash_yen: Spread
    tornado: pd.DataFrame
    likely: float
    themes: tuple[Theme, ...]
    draws: int

    def text(self, lang: Lang = "ja") -> str:
        """Return the finding in a sentence."""

        def told(s: Spread, lang: Lang) -> str:
            mean, low, high = _yen(s, lang)
            return f"{mean}（{low}{'～' if lang == 'ja' else ' to '}{high}）"

        return Text(
            f"一年に浮く時間は{number(round(self.hours.mean, -2), 'ja')}時間。余力は{told(self.capacity_yen, 'ja')}、支出の減（現金）は{told(self.cash_yen, 'ja')}。",
            f"{number(round(self.hours.mean, -2), 'en')} hours a year are freed: capacity of {told(self.capacity_yen, 'en')}, cash of {told(self.cash_yen, 'en')}.".replace(
                "（", " ("
            ).replace("）", ")"),
        )(lang)

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return hours and yen as a table."""
        measured, assumed = Text("測定", "measured"), Text("前提", "assumed")
        rows = [
            [t.label(lang), (measured if t.measured else assumed)(lang), *_hours(self.by_theme[t.id], lang)]
            for t in self.themes
        ]
        rows.append(
            [Text("浮いた時間の計（時間）", "time freed in all (h)")(lang), "", *_hours(self.hours, lang)]
        )
        if self.overtime_hours is not None:
            label = Text("うち減った時間外勤務（時間）", "of it, overtime no longer ordered (h)")(lang)
            rows.append([label, measured(lang), *_hours(self.overtime_hours, lang)])
        rows += [
            [Text("余力（円）", "capacity (yen)")(lang), "", *_yen(self.capacity_yen, lang)],
            [Text("支出の減（円）", "cash (yen)")(lang), "", *_yen(self.cash_yen, lang)],
        ]
        heads = [
            "", Text("根拠", "basis")(lang), Text("平均", "mean")(lang), Text("低い端", "low")(lang), Text("高い端", "high")(lang),
        ]  # fmt: skip
        return HtmlTable(
            heads, rows, Text("一年の節約", "A year's savings")(lang), lang, OVERLAP_RULE(lang), right=frozenset({2, 3, 4})
        )  # fmt: skip

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw the tornado: which assumption moves the total most."""
        from kumastats.workload.savings.plot import tornado_figure

        return tornado_figure(self, lang)

    def _repr_html_(self) -> str:
        return self.table("ja")._repr_html_()


def _hours(s: Spread, lang: Lang) -> list[str]:
    return [number(round(v, -1), lang) for v in (s.mean, s.low, s.high)]


def _yen(s: Spread, lang: Lang) -> list[str]:
    return yen_together([round(v, -5) for v in (s.mean, s.low, s.high)], lang)


def savings(
    themes: Sequence[Theme],
    *,
    assumptions: Assumptions,
    rng: np.random.Generator,
    overtime: tuple[float, float] | None = None,
    draws: int = 20_000,
) -> Savings:
    """Simulate a year's savings.

    Parameters
    ----------
    themes
        Kinds of work that take less time, each counted once.
    overtime
        Hours of overtime a year no longer ordered, and their standard error; None where nothing was measured.
    draws
        Of triangular distributions on (low, likely, high), of normal ones about what was measured; assumptions shared by themes are drawn once.

    Raises
    ------
    WorkloadError
        If there is no theme, or one comes twice.
    """
    ids = [t.id for t in themes]
    if not ids or len(ids) != len(set(ids)):
        raise WorkloadError(
            Text(
                "節約の項目がないか、同じ項目が二度あります（二重計上）。",
                "There is nothing saved, or a theme comes twice and would be counted twice.",
            )
        )
    drawn = {name: _draw(getattr(assumptions, name), rng, draws) for name in assumptions.of_savings()}
    by_theme = {}
    for theme in themes:
        people = drawn["people"] if theme.people is None else _draw(theme.people, rng, draws)
        minutes, reached = theme.drawn(rng, draws), theme.reached(drawn["adoption"])
        by_theme[theme.id] = people * drawn["days"] * minutes / 60 * reached * drawn["realisation"]
    freed = np.sum(list(by_theme.values()), axis=0)
    cut = rng.normal(*overtime, draws) if overtime is not None else None
    capacity, cash = _worth(
        freed, np.zeros(draws) if cut is None else cut, drawn["rate"], drawn["overtime_rate"]
    )
    return Savings(
        hours=Spread.of(freed),
        by_theme={k: Spread.of(v) for k, v in by_theme.items()},
        overtime_hours=None if cut is None else Spread.of(cut),
        capacity_yen=Spread.of(capacity),
        cash_yen=Spread.of(cash),
        tornado=_tornado(themes, assumptions, overtime),
        likely=_total(themes, assumptions.likely(), overtime[0] if overtime else 0.0),
        themes=tuple(themes),
        draws=draws,
    )


def _worth(
    freed: np.ndarray, cut: np.ndarray, rate: np.ndarray, overtime_rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Apply the overlap rule: what became less overtime is cash, the rest of the freed time is capacity."""
    # time lost instead of freed is lost capacity, whatever overtime did
    return np.maximum(freed - np.maximum(cut, 0), np.minimum(freed, 0)) * rate, cut * overtime_rate


def _draw(held: Range, rng: np.random.Generator, draws: int) -> np.ndarray:
    if held.low == held.high:
        return np.full(draws, held.likely, dtype=np.float64)
    return rng.triangular(held.low, held.likely, held.high, draws)


def _total(themes: Sequence[Theme], at: dict[str, float], cut: float) -> float:
    freed = sum(
        (at["people"] if t.people is None else t.people.likely) * at["days"] * t.minutes.likely / 60 * t.reached(at["adoption"])
        for t in themes
    )  # fmt: skip
    freed *= at["realisation"]
    capacity, cash = _worth(*(np.array(x) for x in (freed, cut, at["rate"], at["overtime_rate"])))
    return float(capacity + cash)


def _tornado(
    themes: Sequence[Theme], assumptions: Assumptions, overtime: tuple[float, float] | None
) -> pd.DataFrame:
    likely, cut = assumptions.likely(), overtime[0] if overtime else 0.0
    rows = []
    for name in assumptions.of_savings():
        held: Range = getattr(assumptions, name)
        if name in ("minutes", "discount") or held.low == held.high:
            continue
        ends = [_total(themes, {**likely, name: v}, cut) for v in (held.low, held.high)]
        rows.append({"name": LABELS[name], "low": min(ends), "high": max(ends)})
    for theme in themes:
        if theme.minutes.low == theme.minutes.high:
            continue
        others = [t for t in themes if t is not theme]
        ends = [
            _total([*others, replace(theme, minutes=Range(v, v, v))], likely, cut)
            for v in (theme.minutes.low, theme.minutes.high)
        ]
        label = Text(f"{theme.label.ja}の短縮（分）", f"minutes saved: {theme.label.en}")
        rows.append({"name": label, "low": min(ends), "high": max(ends)})
    if overtime is not None:
        ends = [_total(themes, likely, overtime[0] + k * 1.96 * overtime[1]) for k in (-1, 1)]
        label = Text("時間外勤務の減少（95％区間）", "fall in overtime (95% interval)")
        rows.append({"name": label, "low": min(ends), "high": max(ends)})
    made = pd.DataFrame(rows, columns=["name", "low", "high"])
    width = made["high"] - made["low"]
    return made.iloc[np.argsort(-width.to_numpy(), kind="stable")].reset_index(drop=True)
