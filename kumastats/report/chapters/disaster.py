"""Disasters: how shelters filled and emptied, staff needed and on duty, and counters after an event."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.calendar import Shock
from kumastats.calendar.shocks import known_shocks
from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, percent
from kumastats.display.dates import day_text
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.surge.counter import Excess, excess
from kumastats.workload.surge.decay import Surge, fit_surge
from kumastats.workload.surge.duty import Duty, Need, duty, need, residents
from kumastats.workload.surge.plot import course_figure, duty_figure

Floats = npt.NDArray[np.float64]
APART = 30  # days without a shelter: another event
EVENTS = ("S06", "S37")  # earthquake; cash benefit for all
DAYS = Text("日", "days")


@dataclass(frozen=True, eq=False)
class Shelters:
    """The largest event in the shelters' log.

    Attributes
    ----------
    rows
        Shelter-days with ``day`` since the first.
    surge, duty, need
        None where the log does not allow it; `why` says which.
    """

    rows: pd.DataFrame
    surge: Surge | None
    duty: Duty | None
    need: Need | None
    half_life: tuple[float, float, float] | None
    why: tuple[Text, ...]

    @property
    def first(self) -> str:
        """The first day of the event."""
        return f"{pd.to_datetime(self.rows['date']).min():%Y-%m-%d}"

    def table(self, session: Session) -> HtmlTable:
        """Return what was fitted and counted."""
        lang = session.lang
        rows: list[list[str]] = []
        if self.surge is not None and self.half_life is not None:
            value, low, high = self.half_life
            rows.append(
                [Text("避難者が半分になるまで（日、初日の後）", "days until half had left (after the first day)")(lang), number(value, lang, 1), interval(low, high, lang, 1)]
            )  # fmt: skip
            for step, b, se in zip(self.surge.steps, self.surge.step, self.surge.step_se, strict=True):
                name = STEPS.get(step.name, Text(step.name, step.name))
                ends = interval(math.exp(b - 1.96 * se), math.exp(b + 1.96 * se), lang, 2)
                rows.append([name(lang), number(math.exp(b), lang, 2), ends])
            law = Text("数のばらつき（ポアソンなら0）", "dispersion (0: Poisson)")
            rows.append([law(lang), number(self.surge.dispersion, lang, 4), "—"])
        if self.need is not None:
            n = self.need
            se = math.sqrt(float(n.cov[1, 1])) / n.per_person**2
            rows.append(
                [Text("職員一人が受け持つ避難者（人）", "people for each member of staff")(lang), number(residents(n), lang, 0),
                 interval(residents(n) - 1.96 * se, residents(n) + 1.96 * se, lang)]
            )  # fmt: skip
        if self.duty is not None:
            d = self.duty
            rows += [
                [Text("職員が足りない避難所・日の割合", "shelter-days short of staff")(lang), percent(d.share_short.value, lang, 0),
                 f"{percent(d.share_short.low, lang, 0)}–{percent(d.share_short.high, lang, 0)}" if d.share_short.low == d.share_short.low else "—"],
                [Text("足りなかった職員（延べ人・日）", "staff-days missing")(lang), number(d.short, lang), "—"],
                [Text("うち、地区の中の融通で埋まらない分", "of these, not met by moving staff within areas")(lang), number(d.within_area, lang), "—"],
                [Text("うち、市全体の融通でも埋まらない分", "of these, not met by moving staff within the city")(lang), number(d.within_city, lang), "—"],
            ]  # fmt: skip
        heads = [
            Text("見るもの", "what")(lang),
            Text("値", "value")(lang),
            Text("95％区間", "95% interval")(lang),
        ]
        sites = self.rows["site_id"].nunique()
        note = Text(
            f"{sites}避難所、{len(self.rows):,}避難所・日（{self.first}から）。"
            + (
                f"前日との残差の相関 {number(self.surge.autocorrelation, 'ja', 2)}。"
                if self.surge is not None
                else ""
            ),
            f"{sites} shelters, {len(self.rows):,} shelter-days from {self.first}. "
            + (
                f"Correlation of residuals with the day before: {number(self.surge.autocorrelation, 'en', 2)}."
                if self.surge is not None
                else ""
            ),
        )(lang)
        caption = Text("避難所の推移と職員", "Shelters: course and staff")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2}))

    def course(self, session: Session) -> Figure | None:
        """Draw the people by day; days of too few people are not drawn."""
        if self.surge is None:
            return None
        days = np.arange(int(self.rows["day"].max()) + 1, dtype=np.float64)
        seen, fitted = self._totals(days), self.surge.expected(days)
        made = self.surge.draws(days, seed_of("shelters", session.snapshot.id), 1000)
        low, high = np.quantile(made, [0.025, 0.975], axis=0)
        few = fitted < session.thresholds.min_n
        hide = [np.where(few, np.nan, v) for v in (seen, fitted, low, high)]
        caption = Text(
            "点は数えられた人数の合計（数えられなかった避難所は当てはめで補う）、線は避難所ごとの減り方を足した推移、帯は95％区間。",
            "Points: people counted, shelters not counted that day filled in by the fit; line: the shelters' fitted courses added up; band: 95%.",
        )(session.lang)
        return course_figure(days, hide[0], hide[1], hide[2], hide[3], session.lang, caption=caption)

    def _totals(self, days: Floats) -> Floats:
        """Return the people counted by day, those of shelters not counted that day as the fit expects them."""
        assert self.surge is not None
        known = self.rows["evacuees"].notna()
        expected = self.surge.expected_of(self.rows["site_id"], self.rows["day"].to_numpy(dtype=np.float64))
        people = np.where(known, self.rows["evacuees"], expected)
        return np.bincount(self.rows["day"], people, len(days)).astype(np.float64)

    def staff(self, session: Session) -> Figure | None:
        """Draw staff needed and on duty by day, all shelters together; days of too few staff are not drawn."""
        if self.duty is None:
            return None
        both = self.rows.dropna(subset=["staff", "staff_needed"])
        by_day = both.groupby("day")[["staff", "staff_needed"]].sum()
        by_day = by_day[(by_day >= session.thresholds.min_n).all(axis=1)]
        caption = Text(
            "避難所の合計。10人に満たない日は描かない。",
            "All shelters; days of fewer than ten staff are not drawn.",
        )(session.lang)
        return duty_figure(
            by_day.index.to_numpy(dtype=np.float64), by_day["staff_needed"].to_numpy(dtype=np.float64),
            by_day["staff"].to_numpy(dtype=np.float64), session.lang, caption=caption,
        )  # fmt: skip


STEPS: Mapping[str, Text] = {
    "first_day": Text(
        "初日の人数（二日目以降から延ばした線に対する倍率）",
        "first day, as a multiple of the line drawn back from later days",
    )
}


def shelters(session: Session) -> Shelters | None:
    """Return the largest event in the shelters' log up to the end of the quarter; None without it or with too few people."""
    if not session.snapshot.has("shelter_day"):
        return None
    names = ("site_id", "date", "area", "evacuees", "staff", "staff_needed")
    held = session.snapshot.frame("shelter_day", names, end=session.quarter.end)
    if not len(held):
        return None
    date = pd.to_datetime(held["date"])
    distinct = pd.Series(np.sort(date.unique()))
    event = (distinct.diff().dt.days > APART).cumsum()
    held = held.assign(event=date.map(dict(zip(distinct, event, strict=True))))
    rows = held[held["event"] == held.groupby("event").size().idxmax()]
    if not rows["evacuees"].max() >= session.thresholds.min_n:
        return None
    since = pd.to_datetime(rows["date"])
    rows = rows.assign(day=(since - since.min()).dt.days, evacuees=rows["evacuees"].astype("float64"))
    why: list[Text] = []
    fitted = on_duty = needed = half = None
    try:
        fitted = fit_surge(rows)
        low, high = fitted.half_life_interval(seed_of("half-life", session.snapshot.id))
        half = (fitted.half_life(), low, high)
    except WorkloadError as error:
        why.append(error.found)
    try:
        on_duty, needed = duty(rows), need(rows)
    except WorkloadError as error:
        why.append(error.found)
    return Shelters(rows, fitted, on_duty, needed, half, tuple(why))


def shelter_records(session: Session, found: Shelters) -> list[EvidenceRecord]:
    """Return the records: how fast people left, and how often staff were short."""
    out: list[EvidenceRecord] = []
    origin, sites = session.origin_of("shelter_day"), found.rows["site_id"].nunique()
    if found.surge is not None and found.half_life is not None:
        value, low, high = found.half_life
        people = int(found.rows.groupby("day")["evacuees"].sum().max())
        half = PublishedNumber(
            "half_life", value, "coefficient", n=found.surge.days, contributors=people, unit=DAYS, low=low, high=high, units=sites,
            decimals=session.thresholds.decimals(people, 1),
        )  # fmt: skip
        if not primary([half], session.thresholds):
            out.append(
                descriptive(
                    "shelters-half-life", origin, item="community", title=Text("避難者の減り方", "How fast people left the shelters"),
                    statement=Text(
                        f"{{={day_text(dt.date.fromisoformat(found.first))}}}からの避難では、初日の後{{half_life}}（{{=95％区間}} {{half_life.interval}}）で避難者が半分になった。",
                        f"In the evacuation from {{={day_text(dt.date.fromisoformat(found.first), 'en')}}}, half had left {{half_life}} after the first day ({{=95% interval}} {{half_life.interval}}).",
                    ),
                    numbers=[half], unit=DAYS, n=found.surge.days, n_units=sites, dropped=found.surge.dropped,
                    reasons=(Text("避難所の外（車中など）の人は含まない", "people outside shelters (in cars, say) are not counted"),),
                )
            )  # fmt: skip
    if found.duty is not None:
        d = found.duty
        short = PublishedNumber(
            "short", d.share_short.value, "share", n=d.site_days, numerator=d.share_short.above, contributors=d.site_days, decimals=0
        )  # fmt: skip
        gap = PublishedNumber(
            "missing",
            d.short / d.needed,
            "share",
            n=d.needed,
            numerator=d.short,
            contributors=d.site_days,
            decimals=0,
        )
        left = d.within_city / d.short if d.short else 0.0
        if not primary([short, gap], session.thresholds):
            met = (
                Text(
                    "市全体で融通しても、ほとんど埋まらなかった",
                    "moving staff within the city would have met hardly any of it",
                )
                if left > 0.9
                else Text(
                    "市全体で融通すれば、かなりが埋まった",
                    "moving staff within the city would have met much of it",
                )
            )
            out.append(
                descriptive(
                    "shelters-staff", origin, item="community", title=Text("避難所の職員", "Staff at shelters"),
                    statement=Text(
                        f"避難所・日の{{short}}（{{short.n}}避難所・日）で職員が足りず、必要な延べ人数の{{missing}}が欠けた。{met.ja}。",
                        f"On {{short}} of shelter-days (n = {{short.n}}) staff were too few; {{missing}} of the staff-days needed were missing, and {met.en}.",
                    ),
                    numbers=[short, gap], n=d.site_days, n_units=d.sites,
                )
            )  # fmt: skip
    return out


@dataclass(frozen=True, eq=False)
class Counters:
    """Tickets after dated events, by event and service (empty: all)."""

    found: Mapping[tuple[str, str], tuple[Excess, ...]]
    shocks: Mapping[str, Shock]

    def table(self, session: Session) -> HtmlTable:
        """Return the ratios to the usual load."""
        lang = session.lang
        rows = []
        for (id_, service), spans in self.found.items():
            for x in spans:
                rows.append(
                    [
                        self.shocks[id_].event(lang), service or Text("すべて", "all")(lang), f"{x.first}–{x.last}", number(x.ratio, lang, 2),
                        interval(x.low, x.high, lang, 2), number(x.tickets, lang),
                    ]
                )  # fmt: skip
        heads = [
            Text("出来事", "event")(lang), Text("業務", "service")(lang), Text("発生からの日", "days since")(lang),
            Text("ふだんの何倍か", "times the usual")(lang), Text("95％区間", "95% interval")(lang), Text("番号札", "tickets")(lang),
        ]  # fmt: skip
        note = Text(
            "月・曜日・年度と4月1日前後の忙しさから見込んだ枚数との比（ポアソン疑似最尤。誤差は日々と週々のばらつきから）。罹災証明は区役所の番号札に出ないことがある。",
            "Against what month, weekday, fiscal year and the days about 1 April would have it (Poisson pseudo-likelihood; errors from how days and weeks vary). "
            "Certificates of damage need not pass through the ward offices' tickets.",
        )(lang)
        caption = Text("出来事の後、窓口は混んだか", "Were the counters busier after an event?")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({2, 3, 4, 5}))


def counters(session: Session) -> Counters | Text:
    """Return tickets after dated events, or why they cannot be told."""
    if not session.snapshot.has("ticket"):
        return Text("番号札（ticket）がありません。", "No counter tickets are held (table ticket).")
    counted = session.snapshot.cells("ticket", by=("service",), period="date", end=session.quarter.end).frame
    if not len(counted):
        return Text("番号札がまだありません。", "No tickets are held yet.")
    shocks = {s.id: s for s in known_shocks() if s.id in EVENTS}
    out: dict[tuple[str, str], tuple[Excess, ...]] = {}
    why = Text("", "")
    certificates = [s for s in sorted(counted["service"].unique()) if "証明" in s]
    for id_, shock in shocks.items():
        for service in ("", *certificates):
            mine = counted if not service else counted[counted["service"] == service]
            by_day = mine.groupby("period", sort=True)["n"].sum().rename_axis("date").reset_index()
            try:
                found = excess(by_day, shock.start)
            except WorkloadError as error:
                why = error.found
                continue
            out[id_, service] = tuple(x for x in found if x.tickets >= session.thresholds.min_n)
    return Counters(out, shocks) if out else why
