"""Counters: the log, the waits, the weeks around 1 April, and what would have to change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber, PublishedSeries, primary, safe_series
from kumastats.display import Figure, HtmlTable, number
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter import (
    ArrivalProfile,
    LogAudit,
    ServiceTimes,
    Waits,
    WhatIf,
    audit,
    open_desks,
    profile,
    service_times,
    waits,
    what_if,
)
from kumastats.workload.counter.plot import arrivals_figure, desks_figure, waits_by_year_figure
from kumastats.workload.counter.service import Family, fit_service
from kumastats.workload.counter.simulated_plot import work_figure

COLUMNS = (
    "ticket_id",
    "office_id",
    "service",
    "issued_at",
    "called_at",
    "finished_at",
    "left_at",
    "desk_id",
    "outcome",
)
PEAK_FIRST, PEAK_LAST = (4, 1), (4, 14)
WHOLE_MINUTES = 30  # from here on a wait is told in whole minutes
MINUTES = Text("分", "min")
TARGET, NEAR_ZERO = 40.0, 5.0
FAMILIES: dict[Family, Text] = {
    "lognormal": Text("対数正規分布", "lognormal"),
    "gamma": Text("ガンマ分布", "gamma"),
}


@dataclass(frozen=True, eq=False)
class QuarterAtCounters:
    """The counters in a quarter; `waits` and `services` are None where too few were served."""

    audit: LogAudit
    waits: Waits | None
    services: ServiceTimes | None
    record: EvidenceRecord | None
    tickets: pd.DataFrame


def in_quarter(session: Session) -> QuarterAtCounters | None:
    """Return the counters in the session's quarter, or None where there are no tickets."""
    tickets = tickets_between(session, session.quarter.start, session.quarter.end)
    if tickets is None:
        return None
    looked_over = audit(tickets, clock_mended=_clock_mended(session))
    try:
        found = waits(tickets, rng=seed_of("waits", str(session.quarter)), target=TARGET)
    except WorkloadError:
        return QuarterAtCounters(looked_over, None, None, None, tickets)
    try:
        services = service_times(tickets)
    except WorkloadError:
        services = None
    return QuarterAtCounters(looked_over, found, services, _waits_record(session, found, tickets), tickets)


def _clock_mended(session: Session) -> int:
    """Count the tickets whose clock was put right on reading, of files that overlap the quarter and are not replaced."""
    first, last = session.quarter.start.isoformat(), session.quarter.end.isoformat()
    return sum(
        int(file.get("counts", {}).get("clock_drift", 0))
        for delivery in session.snapshot.of("ticket")
        if session.snapshot.superseded(delivery) != delivery.coverage
        for file in delivery.files
        if str(file.get("first_date")) <= last and str(file.get("last_date")) >= first
    )


def tickets_between(session: Session, start: dt.date, end: dt.date) -> pd.DataFrame | None:
    """Return the tickets of a period, or None where there are none."""
    if not session.snapshot.has("ticket"):
        return None
    tickets = _tickets(session.snapshot, start, end)
    return tickets if len(tickets) else None


@shared
def _tickets(snapshot: Snapshot, start: dt.date, end: dt.date) -> pd.DataFrame:
    return snapshot.frame("ticket", COLUMNS, start=start, end=end)


def _quantile(session: Session, name: str, found: Waits, which: str) -> PublishedNumber:
    held = getattr(found, which)
    share = {"p50": 0.5, "p90": 0.9, "p95": 0.95}[which]
    finite = bool(np.isfinite(held.low))
    return PublishedNumber(
        name, held.value, "quantile", n=found.n, contributors=found.n, unit=MINUTES, decimals=session.thresholds.decimals(found.n, 0 if held.value >= WHOLE_MINUTES else 1),
        low=held.low if finite else None, high=held.high if finite else None, below=int(found.n * share), above=found.n - int(np.ceil(found.n * share)),
    )  # fmt: skip


def _waits_record(session: Session, found: Waits, tickets: pd.DataFrame) -> EvidenceRecord | None:
    mean = PublishedNumber(
        "mean", found.mean.value, "mean", n=found.n, contributors=found.n, unit=MINUTES, decimals=session.thresholds.decimals(found.n, 1),
        low=found.mean.low if np.isfinite(found.mean.low) else None, high=found.mean.high if np.isfinite(found.mean.high) else None,
    )  # fmt: skip
    within = PublishedNumber(
        "within", found.within.value, "share", n=found.n, numerator=found.n_within, contributors=found.n, decimals=1,
    )  # fmt: skip
    p90 = _quantile(session, "p90", found, "p90")
    numbers = [mean, p90]
    statement = Text(
        "窓口の待ち時間は平均{mean}、{=10人に9人}は{p90}以内に呼ばれた（{mean.n}件）。",
        "Customers waited {mean} on average, and {=nine in ten} were called within {p90} (n = {mean.n}).",
    )
    if not primary([within], session.thresholds):
        numbers.append(within)
        statement = Text(
            statement.ja.removesuffix("。") + "。{=40分以内}に呼ばれた割合は{within}。",
            statement.en + " Within {=40 minutes}: {within}.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "counter-waits", session.origin_of("ticket"), item="counters", title=Text("窓口の待ち時間", "Waits at the counters"),
        statement=statement, numbers=numbers, measure="counter_wait", unit=MINUTES, n=found.n,
        n_units=tickets["office_id"].nunique(),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Peak:
    """Waits in the first two weeks of April, by year: ``year``, ``value`` (90th percentile), ``low``, ``high``, ``n``."""

    frame: pd.DataFrame
    record: EvidenceRecord | None

    def figure(self, session: Session) -> Figure:
        """Draw them."""
        lang = session.lang
        years = list(self.frame["year"])
        reform = session.study.term.start.year
        place = next((i for i, y in enumerate(years) if int(y) >= reform), None)
        event = (place - 0.5, Text("改革の開始", "reform begins")) if place else None
        n = int(self.frame["n"].sum())
        caption = Text(
            f"4月1～14日に応対した番号札{n:,}件の待ち時間の90パーセント点。線は日を単位とする95％区間。",
            f"90th percentile of waits of {n:,} tickets served on 1–14 April. Lines are 95% intervals by resampling days.",
        )(lang)
        return waits_by_year_figure(self.frame, lang, caption=caption, event=event)


def peak(session: Session) -> Peak | None:
    """Return waits in early April of every year held, or None where there is none."""
    span = session.snapshot.span("ticket") if session.snapshot.has("ticket") else None
    if span is None:
        return None
    rows, found = [], []
    for year in range(span[0].year, span[1].year + 1):
        tickets = tickets_between(session, dt.date(year, *PEAK_FIRST), dt.date(year, *PEAK_LAST))
        if tickets is None:
            continue
        try:
            w = waits(tickets, rng=seed_of("peak", str(year)), target=TARGET)
        except WorkloadError:
            continue
        found.append(w)
        rows.append((str(year), w.p90.value, w.p90.low, w.p90.high, w.n))
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["year", "value", "low", "high", "n"])
    return Peak(frame, _peak_record(session, frame, found) if len(rows) > 1 else None)


def _peak_record(session: Session, frame: pd.DataFrame, found: list[Waits]) -> EvidenceRecord | None:
    first, last = _quantile(session, "first", found[0], "p90"), _quantile(session, "last", found[-1], "p90")
    series = safe_series(
        PublishedSeries(
            "by_year", tuple(frame["year"]), tuple(float(v) for v in frame["value"]), tuple(_none(v) for v in frame["low"]),
            tuple(_none(v) for v in frame["high"]), tuple(int(v) for v in frame["n"]), tuple(int(v) for v in frame["n"]),
            form="quantile", below=tuple(int(v * 0.9) for v in frame["n"]), above=tuple(int(v * 0.1) for v in frame["n"]), unit=MINUTES, decimals=0, label=Text("4月上旬の待ち時間の90％点", "90th percentile of waits in early April"),
        ),
        session.thresholds,
    )  # fmt: skip
    if primary([first, last], session.thresholds):
        return None
    years = frame["year"].iloc[0], frame["year"].iloc[-1]
    return descriptive(
        "counter-peak", session.origin_of("ticket"), item="counters", title=Text("4月上旬の待ち時間", "Waits in early April"),
        statement=Text(
            f"最も混む{{=4月上旬}}の待ち時間（{{=90％}}点）は、{{={years[0]}年}}の{{first}}から{{={years[1]}年}}の{{last}}になった。他の見直しの影響も含む。",
            f"In {{=early April}}, the busiest time, the {{=90th}} percentile of waits went from {{first}} in {{={years[0]}}} to {{last}} in {{={years[1]}}}, other changes included.",
        ),
        numbers=[first, last], measure="counter_wait", unit=MINUTES, design="descriptive", series=[series], n=int(frame["n"].sum()),
    )  # fmt: skip


def _none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True, eq=False)
class WhatWouldHelp:
    """The simulation of one office's busiest weeks."""

    office: Text
    period: Text
    profile: ArrivalProfile
    services: ServiceTimes
    answer: WhatIf
    record: EvidenceRecord
    tickets: pd.DataFrame

    def arrivals_figure(self, session: Session) -> Figure:
        """Draw when customers come."""
        caption = Text(
            f"{self.office.ja}、{self.period.ja}、{self.profile.days}日の平均。",
            f"{self.office.en}, {self.period.en}; mean of {self.profile.days} days.",
        )(session.lang)
        return arrivals_figure(self.profile, session.lang, caption=caption)

    def desks_figure(self, session: Session) -> Figure:
        """Draw waits by number of desks."""
        return desks_figure(self.answer, session.lang, caption=self._simulated(session))

    def work_figure(self, session: Session) -> Figure:
        """Draw waits by the share of work removed."""
        return work_figure(self.answer, session.lang, caption=self._simulated(session))

    def _simulated(self, session: Session) -> str:
        return Text(
            f"{self.office.ja}、{self.period.ja}の来客と応対時間による模擬計算（{self.answer.days}日）。帯は95％の日が入る範囲。",
            f"Simulation of {self.answer.days} days with the arrivals and services of {self.office.en}, {self.period.en}. The band holds 95% of days.",
        )(session.lang)


def what_would_help(session: Session, *, days: int = 400) -> WhatWouldHelp | None:
    """Simulate desks and work at the office with the longest waits, in the latest early April held (else the quarter)."""
    span = session.snapshot.span("ticket") if session.snapshot.has("ticket") else None
    if span is None:
        return None
    tickets, period = None, Text("", "")
    for year in range(min(span[1].year, session.quarter.end.year), span[0].year - 1, -1):
        tickets = tickets_between(session, dt.date(year, *PEAK_FIRST), dt.date(year, *PEAK_LAST))
        if tickets is not None and tickets["issued_at"].dt.date.nunique() >= 5:
            period = Text(f"{year}年4月上旬", f"early April {year}")
            break
        tickets = None
    if tickets is None:
        tickets = tickets_between(session, session.quarter.start, session.quarter.end)
        period = Text(session.quarter.label("ja"), session.quarter.label("en"))
    if tickets is None:
        return None
    wait = (tickets["called_at"] - tickets["issued_at"]).dt.total_seconds()
    office = str(wait.groupby(tickets["office_id"]).mean().sort_values(kind="stable").index[-1])
    mine = tickets[tickets["office_id"] == office]
    try:
        shape, services, desks = profile(mine), service_times(mine), open_desks(mine)
    except WorkloadError:
        return None
    answer = what_if(
        shape,
        services,
        desks,
        rng=seed_of("desks", office, period.en),
        target=TARGET,
        near_zero=NEAR_ZERO,
        days=days,
    )
    name = office_name(session, office)
    return WhatWouldHelp(
        name, period, shape, services, answer, _desks_record(session, name, period, services, answer), mine
    )


def office_name(session: Session, office: str) -> Text:
    """Return the name of an office, or its code where the list does not hold it."""
    if session.snapshot.has("office"):
        held = session.snapshot.frame("office", ["office_id", "name_ja", "name_en"])
        mine = held[held["office_id"] == office]
        if len(mine):
            return Text(str(mine["name_ja"].iloc[0]), str(mine["name_en"].iloc[0] or office))
    return Text(office, office)


def _desks_record(
    session: Session, office: Text, period: Text, services: ServiceTimes, answer: WhatIf
) -> EvidenceRecord:
    desks = Text("窓口", "desks")
    numbers = [
        PublishedNumber("desks", answer.desks, "simulated", unit=desks),
        PublishedNumber("load", answer.load, "simulated", decimals=2),
    ]
    more, less = [], []
    for name, value, words in (
        ("target", answer.desks_for_target, Text("{=40分以内}には{target}", "{target} for {=40 minutes}")),
        ("zero", answer.desks_near_zero, Text("ほぼ待たない（{=5分以内}）には{zero}", "{zero} for next to no wait ({=5 minutes})")),
    ):  # fmt: skip
        if value is not None:
            numbers.append(PublishedNumber(name, value, "simulated", unit=desks))
            more.append(words)
    # work is only taken away where waits are too long now
    for name, cut, words in (
        ("cut_target", answer.cut_for_target, Text("仕事を{cut_target}減らせば{=40分以内}", "{cut_target} less work for {=40 minutes}")),
        ("cut_zero", answer.cut_near_zero, Text("{cut_zero}減らせばほぼ待たない", "{cut_zero} less for next to no wait")),
    ):  # fmt: skip
        if cut:
            numbers.append(PublishedNumber(name, cut * 100, "simulated", unit=Text("％", "%")))
            less.append(words)
    told = Text(
        "、".join(w.ja for w in (*more, *less)),
        "; or ".join("; ".join(w.en for w in part) for part in (more, less) if part),
    )
    if told.ja:
        wanted = Text(f"{told.ja}と見込まれる", f"it would take {told.en}")
    else:
        wanted = Text(
            "試した窓口数と仕事量のどれでも{=40分以内}にならない",
            "none of the desks and cuts tried reaches {=40 minutes}",
        )
    place = Text(
        f"{{={office.ja}}}の{{={period.ja}}}の混み方では", f"For {{={office.en}}} as in {{={period.en}}}"
    )
    return model(
        "counter-desks", session.origin_of("ticket"), item="counters", title=Text("待ち時間を短くするのに要る窓口と仕事量", "Desks, or less work, for shorter waits"),
        statement=Text(
            f"{place.ja}、今の{{desks}}（仕事量の比{{load}}）に対し、{wanted.ja}。",
            f"{place.en}, with {{desks}} now (load ratio {{load}}), {wanted.en}.",
        ),
        numbers=numbers,
        reasons=(Text(f"応対時間{services.n}件を再抽出した模擬計算。10人に9人の待ち時間で判断した。",
                      f"Simulation resampling {services.n} service times; judged by the wait of nine in ten customers."),),
    )  # fmt: skip


def services_table(session: Session, services: ServiceTimes, tickets: pd.DataFrame) -> HtmlTable:
    """Return how long services take, and which law fits them better."""
    lang = session.lang
    rows = [
        [Text("平均（分）", "mean (min)")(lang), number(services.mean, lang, 1)],
        [Text("中央値（分）", "median (min)")(lang), number(services.median, lang, 1)],
        [Text("対数の標準偏差", "standard deviation of the log")(lang), number(services.sd_log, lang, 2)],
    ]
    fits = {family: shared(fit_service)(tickets, family) for family in FAMILIES}
    best = max(fits, key=lambda f: fits[f].log_likelihood)
    rows += [
        [Text(f"{words.ja}を当てはめた平均（分）", f"mean of the fitted {words.en} law (min)")(lang), number(fits[family].mean, lang, 1)]
        for family, words in FAMILIES.items()
    ]  # fmt: skip
    note = Text(
        f"{services.n:,}件。{services.floor * 60:.0f}秒未満の{services.excluded:,}件と、終了時刻のない{services.unknown:,}件を除く。当てはまりがよいのは{FAMILIES[best].ja}。模擬計算は記録の応対時間をそのまま引き直す。",
        f"{services.n:,} services; {services.excluded:,} under {services.floor * 60:.0f} s and {services.unknown:,} without a finish are left out. The {FAMILIES[best].en} law fits better. Simulations draw from the services recorded.",
    )(lang)
    heads = [Text("応対時間", "service time")(lang), Text("値", "value")(lang)]
    return HtmlTable(heads, rows, Text("応対時間", "Service times")(lang), lang, note)
