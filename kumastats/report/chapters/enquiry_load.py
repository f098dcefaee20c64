"""How many enquiries to expect next quarter, and how such a forecast did last time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, interval, number
from kumastats.evidence import EvidenceRecord, model
from kumastats.report.chapters.enquiries import HOURS
from kumastats.report.chapters.enquiry_channels import PEOPLE
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.enquiries import Load, load

CASES = Text("件", "enquiries")


@dataclass(frozen=True, eq=False)
class Expected:
    """The forecast with the rows it rests on."""

    load: Load
    n: int

    def table(self, session: Session) -> HtmlTable:
        """Return the next quarter, and the last one as it would have been told."""
        lang, held = session.lang, self.load
        low, high = held.next.total_interval
        hours = held.hours
        rows = [
            [
                Text(f"{held.following.label('ja')}の件数", f"enquiries in {held.following.label('en')}")(lang),
                number(held.next.total, lang), interval(low, high, lang), "—",
            ],
            [
                Text("職員の時間（時間）", "hours of staff")(lang), number(hours[0], lang), interval(hours[1], hours[2], lang), "—",
            ],
        ]  # fmt: skip
        if held.past is not None and held.came >= session.thresholds.min_n:
            rows.append(
                [
                    Text(f"{held.quarter.label('ja')}を、その前に予測していたら", f"{held.quarter.label('en')}, had it been forecast before")(lang),
                    number(held.past.total, lang), interval(*held.past.total_interval, lang), number(held.came, lang),
                ]
            )  # fmt: skip
        heads = [
            Text("見込み", "forecast")(lang), Text("期待値", "expected")(lang), Text("95％予測区間", "95% prediction interval")(lang),
            Text("実際", "came")(lang),
        ]  # fmt: skip
        note = Text(
            f"{held.totals.days}日の件数の負の二項回帰（曜日、祝日の翌日、月初・月末、引越しの季節など）。時間は直近1年の一件{held.minutes:.1f}分を掛けたもので、長さの揺れは含まない。",
            f"Negative-binomial regression on {held.totals.days} days (weekday, after holidays, start and end of month, moving season). Hours take the last year's {held.minutes:.1f} min each, whose own variation is left out.",
        )(lang)
        return HtmlTable(heads, rows, Text("次の四半期の見込み", "What to expect next quarter")(lang), lang, note, right=frozenset({1, 2, 3}))  # fmt: skip

    def verdict(self, session: Session) -> Text | None:
        """Say whether the last quarter came out as it would have been told; None where it could not have been."""
        hit = self.load.hit
        if hit is None or self.load.came < session.thresholds.min_n:
            return None
        if hit:
            return Text(
                "前の四半期は、その前に出していた予測の区間に入っていた。",
                "The last quarter lay within the interval that would have been told before it.",
            )
        return Text(
            "前の四半期は、その前に出していた予測の区間を外れていた。次の見込みも、その程度に外れうる。",
            "The last quarter lay outside the interval that would have been told before it; the next may miss likewise.",
        )


def expected(session: Session) -> Expected | None:
    """Forecast what comes to people next quarter; None where too few days are held."""
    span = session.snapshot.span("enquiry") if session.snapshot.has("enquiry") else None
    if span is None or span[1] < session.quarter.start:
        return None
    held = session.snapshot.frame("enquiry", ("channel", "started_at", "handling_sec"), end=session.quarter.end, where={"channel": PEOPLE})  # fmt: skip
    if len(held) < session.thresholds.min_n:
        return None
    days = pd.to_datetime(held["started_at"]).dt.date
    recent = held[days > session.quarter.end - dt.timedelta(days=365)]["handling_sec"].dropna()
    if len(recent) < session.thresholds.min_n:
        return None
    rng = seed_of("enquiry-load", str(session.quarter))
    found = load(days, float(recent.astype("float64").mean()) / 60, session.quarter, rng=rng)
    return Expected(found, len(held)) if found is not None else None


def record(session: Session, found: Expected) -> EvidenceRecord | None:
    """Return the record of the forecast."""
    held = found.load
    low, high = held.next.total_interval
    hours = held.hours
    numbers = [
        PublishedNumber("expected", held.next.total, "simulated", unit=CASES, low=low, high=high),
        PublishedNumber("hours", hours[0], "simulated", unit=HOURS, low=hours[1], high=hours[2]),
    ]
    if primary(numbers, session.thresholds):
        return None
    verdict = found.verdict(session)
    return model(
        "enquiries-forecast", session.origin_of("enquiry"), item="enquiries", title=Text("問い合わせの見込み", "Enquiries to expect"),
        statement=Text(
            f"{{={held.following.label('ja')}}}に職員に届く問い合わせは{{expected}}（{{=95％予測区間}} {{expected.interval}}）、応対に{{hours}}と見込まれる。",
            f"In {{={held.following.label('en')}}}, {{expected}} are expected to come to people ({{=95%}} prediction interval {{expected.interval}}), taking {{hours}}.",
        ),
        numbers=numbers, reasons=(verdict,) if verdict is not None else (),
    )  # fmt: skip
