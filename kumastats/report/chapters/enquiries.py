"""Enquiries: what the chatbot settles, what is left for people, and the hours on balance."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, interval, number, percent
from kumastats.display.dates import months_text
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters import answered
from kumastats.report.chapters.enquiry_channels import PEOPLE, topics
from kumastats.report.chapters.spans import ends, year_up_to
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.enquiries import (
    WINDOWS,
    Amount,
    Lengths,
    NetHours,
    Outcome,
    by_window,
    conversations,
    covered,
    lengths,
    net_hours,
    outcome,
    settled,
)

COLUMNS = ("channel", "topic", "started_at", "resolved", "escalated_to", "next_contact_min", "handling_sec")
HOURS, MINUTES = Text("時間", "h"), Text("分", "min")
WELL_COVERED = 0.9
NO_BOT = Text(
    "チャットボットとの会話の記録がないか少ないので、済んだ割合と浮いた時間は示せません。会話の記録（Bot Framework の transcript）を取り込んでください。",
    "No conversations with the chatbot are held, or too few: take in its transcripts (Bot Framework) to see what it settles.",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chatbot:
    """A year of the chatbot beside the year before it began.

    Attributes
    ----------
    start, end
        The year of the conversations.
    outcome, windows
        At the window asked for, and at others.
    told
        Conversations that the chatbot itself takes as settled.
    covered
        Share of the months' days that the conversations reach (1 for a whole log).
    hours
        None where the year before is not held.
    lengths
        Name of a kind of topic to how long an enquiry takes people.
    """

    start: dt.date
    end: dt.date
    outcome: Outcome
    windows: tuple[Outcome, ...]
    told: int
    covered: float
    before: tuple[dt.date, dt.date] | None
    hours: NetHours | None
    lengths: tuple[tuple[Text, Lengths], ...]

    def windows_table(self, session: Session) -> HtmlTable:
        """Return how the share settled depends on the window."""
        lang, least = session.lang, session.thresholds.min_n
        rows = []
        for o in self.windows:
            enough = min(o.hits, o.n - o.hits) >= least
            leaked = min(o.leaked, o.not_handed - o.leaked) >= least
            rows.append(
                [
                    span_of(o.window)(lang) + (" ◀" if o.window == self.outcome.window else ""),
                    percent(o.settled.value, lang) if enough else "—",
                    ends(o.settled.times(100), lang, 1) if enough else "—",
                    percent(o.leakage, lang) if leaked else "—",
                    number(o.n, lang),
                ]
            )
        own = (
            percent(self.told / self.outcome.n, lang)
            if min(self.told, self.outcome.n - self.told) >= least
            else "—"
        )
        rows.append([Text("チャットボット自身の記録", "the chatbot's own account")(lang), own, "—", "—", number(self.outcome.n, lang)])  # fmt: skip
        heads = [
            Text("次の問い合わせを待つ時間", "contact within")(lang), Text("済んだ割合", "settled")(lang), Text("95％区間（％）", "95% interval (%)")(lang),
            Text("引き継がれず戻った割合", "came back, not handed over")(lang), Text("会話", "conversations")(lang),
        ]  # fmt: skip
        note = Text(
            "済んだ: 引継ぎも、その時間内の次の問い合わせもない。戻った割合は引き継がれなかった会話を分母とする。区間は日を引き直すブートストラップ。"
            "受付番号で結び付かない問い合わせとあきらめた人は見えないので、済んだ割合は上限である。◀はこの章で使う時間。",
            "Settled: neither handed over nor followed by a contact in that time. Came back: of those not handed over. Intervals from a bootstrap over days. "
            "Contacts without the reference and people who gave up are not seen, so settled is an upper bound. ◀ the time used here.",
        )(lang)
        return HtmlTable(heads, rows, Text("会話の後に何が起きたか", "What happened after the conversation")(lang), lang, note, right=frozenset({1, 2, 3, 4}))  # fmt: skip

    def lengths_table(self, session: Session) -> HtmlTable:
        """Return how long an enquiry takes people, before and after."""
        lang, least = session.lang, session.thresholds.min_n
        rows = []
        for name, held in self.lengths:
            if min(held.n_before, held.n_after) < least:
                continue
            rows.append(
                [
                    name(lang), number(held.before.value, lang, 1), number(held.after.value, lang, 1), number(held.change.value, lang, 1, signed=True),
                    interval(held.change.low, held.change.high, lang, 1), number(held.n_before, lang), number(held.n_after, lang),
                ]
            )  # fmt: skip
        heads = [
            Text("分類", "topic")(lang), Text("前（分）", "before (min)")(lang), Text("後（分）", "after (min)")(lang), Text("差", "change")(lang),
            Text("95％区間", "95% interval")(lang), Text("件数（前）", "n before")(lang), Text("件数（後）", "n after")(lang),
        ]  # fmt: skip
        note = Text(
            "職員が一件に使った時間。易しい問い合わせが去れば、残りの平均は長くなる。前後の差であり、効果ではない。",
            "Minutes people spend on an enquiry. When easy ones leave, the mean of the rest rises. Before and after, not an effect.",
        )(lang)
        return HtmlTable(heads, rows, Text("残った問い合わせの長さ", "How long the rest takes")(lang), lang, note, right=frozenset(range(1, 7)))  # fmt: skip

    def hours_table(self, session: Session) -> HtmlTable | None:
        """Return the hours on balance."""
        if self.hours is None:
            return None
        lang, h = session.lang, self.hours
        parts = (
            (Text(f"来なかった分（会話{h.settled:,}件 × 前の{h.before.value:.1f}分）", f"what did not come ({h.settled:,} conversations × {h.before.value:.1f} min before)"), h.gross),
            (Text(f"残りが長くなった分（{h.came:,}件 × {h.change.value:+.1f}分）", f"what the rest takes longer ({h.came:,} enquiries × {h.change.value:+.1f} min)"), h.longer),
            (Text("差し引き", "on balance"), h.net),
        )  # fmt: skip
        rows = [[t(lang), number(a.value, lang, 1), interval(a.low, a.high, lang, 1)] for t, a in parts]
        heads = [
            Text("一年の職員の時間", "hours of staff in a year")(lang),
            Text("時間", "hours")(lang),
            Text("95％区間", "95% interval")(lang),
        ]
        note = Text(
            "チャットボットがなければ(来た件数＋済んだ会話)×前の時間だった、という計算。答えが長くなったのでも、易しいものだけが去ったのでも、同じ式になる。区間は日を引き直すブートストラップ。",
            "Without the chatbot it would have been (came + settled) × minutes before. The formula holds whether answers became longer or only easy questions left. Intervals from a bootstrap over days.",
        )(lang)
        return HtmlTable(heads, rows, Text("浮いた時間の差し引き", "Hours saved on balance")(lang), lang, note, right=frozenset({1, 2}))  # fmt: skip

    def caution(self, session: Session) -> Text | None:
        """Say that the conversations held are only a part; None where they reach to the ends of their months."""
        if self.covered >= WELL_COVERED:
            return None
        return Text(
            f"会話の記録は、平均して月の{percent(self.covered, 'ja', 0)}までしか届いていない。月ごとの上限で切れた記録なら、済んだ会話も浮いた時間も実際より少なく出る。",
            f"The conversations reach through {percent(self.covered, 'en', 0)} of their months on average. If the log is cut off at so many a month, what was settled and the hours saved are understated.",
        )


def chatbot(session: Session, window: int = WINDOWS[2]) -> Chatbot | None:
    """Return a year of the chatbot; None where there are too few conversations.

    Parameters
    ----------
    window
        Minutes after a conversation within which a contact counts as its follow-up.
    """
    year = _year(session)
    if year is None:
        return None
    talks, rng = year.talks, year.rng()
    hours = _hours(year, window, rng)
    return Chatbot(
        year.start, year.end, outcome(talks, window=window, rng=year.rng()),
        by_window(talks, windows=sorted({*WINDOWS, window}), seed=year.seed), int(talks["told"].sum()), covered(talks),
        year.span_before, hours, _kinds(year.before, year.after, set(year.taught), rng) if year.before is not None else (),
    )  # fmt: skip


def balance(session: Session, window: int = WINDOWS[2]) -> Balance | None:
    """Return the hours on balance of the chatbot's year alone, as `chatbot` has them; None where they cannot be told."""
    year = _year(session)
    hours = _hours(year, window, year.rng()) if year is not None else None
    return Balance(year.start, year.end, hours) if year is not None and hours is not None else None


@dataclass(frozen=True, eq=False)
class Balance:
    """Hours on balance and the days they are of."""

    start: dt.date
    end: dt.date
    hours: NetHours


@dataclass(frozen=True, eq=False)
class _Year:
    """What the chatbot's year rests on: enquiries since every topic was taught, and of the year before the first was."""

    start: dt.date
    end: dt.date
    taught: Mapping[str, dt.date]
    after: pd.DataFrame
    talks: pd.DataFrame
    span_before: tuple[dt.date, dt.date] | None
    before: pd.DataFrame | None
    seed: np.random.SeedSequence

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


def _year(session: Session) -> _Year | None:
    year = year_up_to(session, "enquiry")
    if year is None:
        return None
    taught = topics(session)
    start = max([year[0], *taught.values()], default=year[0])
    after = session.snapshot.frame("enquiry", COLUMNS, start=start, end=year[1])
    talks = conversations(after)
    if len(talks) < session.thresholds.min_n:
        return None
    seed = np.random.SeedSequence([int(seed_of("chatbot", str(session.quarter)).integers(2**32))])
    span, before = None, None
    if taught:
        first = min(taught.values())
        span = (Month.of(first) - 12).start, first - dt.timedelta(days=1)
        before = session.snapshot.frame("enquiry", COLUMNS, start=span[0], end=span[1])
    return _Year(start, year[1], taught, after, talks, span, before, seed)


def _hours(year: _Year, window: int, rng: np.random.Generator) -> NetHours | None:
    if year.before is None or not len(year.before):
        return None
    good = year.talks[settled(year.talks, window)]
    about = set(year.taught)
    try:
        return net_hours(
            _answered_by_people(year.before, about), _answered_by_people(year.after, about),
            good[good["topic"].isin(list(about))]["day"], rng=rng,
        )  # fmt: skip
    except WorkloadError:
        return None


def _answered_by_people(rows: pd.DataFrame, about: set[str] | None) -> pd.DataFrame:
    """Return what people answered, as `net_hours` wants it; enquiries without a time of ending are left out."""
    kept = rows[rows["channel"].isin(PEOPLE) & rows["handling_sec"].notna()]
    if about is not None:
        kept = kept[kept["topic"].isin(list(about))]
    return pd.DataFrame(
        {"day": pd.to_datetime(kept["started_at"]).dt.date, "minutes": kept["handling_sec"].astype("float64") / 60}
    )  # fmt: skip


def _kinds(
    before: pd.DataFrame, after: pd.DataFrame, taught: set[str], rng: np.random.Generator
) -> tuple[tuple[Text, Lengths], ...]:
    others = {str(t) for t in after["topic"].dropna().unique()} - taught
    kinds = [
        (Text("チャットボットが知る分類の計", "topics the chatbot knows, together"), taught),
        *((Text(t, t), {t}) for t in sorted(taught)),
        (Text("知らない分類の計", "topics it does not know, together"), others),
    ]
    made = []
    for name, about in kinds:
        found = lengths(
            _answered_by_people(before, about), _answered_by_people(after, about), rng=rng, draws=999
        )
        if found is not None:
            made.append((name, found))
    return tuple(made)


def span_of(minutes: int) -> Text:
    """Return a number of minutes as it is said.

    >>> span_of(30).en, span_of(60).ja, span_of(4320).en
    ('30 min', '1時間', '3 days')
    """
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return Text(f"{days}日", f"{days} day" + ("s" if days > 1 else ""))
    if minutes % 60 == 0:
        return Text(f"{minutes // 60}時間", f"{minutes // 60} h")
    return Text(f"{minutes}分", f"{minutes} min")


def questions(session: Session) -> answered.Answers:
    """Answer the register's questions about enquiries."""
    return answered.of_theme(session, "enquiries")


def outcome_record(session: Session, found: Chatbot) -> EvidenceRecord | None:
    """Return the record of what the chatbot settled."""
    o = found.outcome
    numbers = [_share("settled", o.settled.value, o.n, o.hits, o.settled.low, o.settled.high)]
    within, span = span_of(o.window), months_text(found.start, found.end)
    statement = Text(
        f"{{={span.ja}}}のチャットボットとの会話（{{settled.n}}件）のうち、引継ぎがなく{{={within.ja}}}以内に次の問い合わせもなかったのは多くとも{{settled}}{_told_ends('settled', o.settled.low)[0]}。",
        f"Of {{settled.n}} conversations with the chatbot from {{={span.en}}}, at most {{settled}} were neither handed over nor followed by another contact within {{={within.en}}}{_told_ends('settled', o.settled.low)[1]}.",
    )
    own = _share("told", found.told / o.n, o.n, found.told)
    if not primary([own], session.thresholds):
        numbers.append(own)
        statement = Text(
            f"{statement.ja}チャットボット自身は{{told}}を済んだと記録している。",
            f"{statement.en} The chatbot itself records {{told}} as settled.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "chatbot-deflection", session.origin_of("enquiry"), item="enquiries", title=Text("チャットボットで済んだ会話", "Conversations settled by the chatbot"),
        statement=statement, numbers=numbers, measure="deflection", unit=Text("割合", "share"), n=o.n,
        reasons=(Text("結び付かない問い合わせとあきらめた人は見えないので、上限である", "contacts that cannot be linked and people who gave up are not seen: an upper bound"),),
        bound=True,
    )  # fmt: skip


def hours_record(session: Session, found: Chatbot) -> EvidenceRecord | None:
    """Return the record of the hours on balance."""
    h = found.hours
    if h is None or h.settled < session.thresholds.min_n:
        return None
    n = min(h.settled, h.came)

    def made(name: str, a: Amount) -> PublishedNumber:
        return PublishedNumber(
            name, a.value, "coefficient", n=n, contributors=n, units=n, unit=HOURS, decimals=0, low=a.low, high=a.high
        )  # fmt: skip

    numbers, span = [made("gross", h.gross), made("net", h.net)], months_text(found.start, found.end)
    if primary(numbers, session.thresholds):
        return None
    unsure = h.net.low <= 0 <= h.net.high
    tail = (
        ("で、浮いたとは言えない", ", which does not show that any were saved")
        if unsure
        else ("である", "")
        if h.net.value > 0
        else ("で、かえって増えた", ": more, not fewer, were spent")
    )
    return descriptive(
        "chatbot-hours", session.origin_of("enquiry"), item="enquiries", title=Text("チャットボットで浮いた職員の時間", "Hours of staff saved by the chatbot"),
        statement=Text(
            f"{{={span.ja}}}に済んだ会話の分だけを数えれば{{gross}}が浮いた。残った問い合わせが前より長いことを差し引くと{{net}}（{{=95％信頼区間}} {{net.interval}}）{tail[0]}。",
            f"Counting conversations settled from {{={span.en}}} alone, {{gross}} of staff were saved. Net of what the remaining enquiries take longer than before it is {{net}} ({{=95% CI}} {{net.interval}}){tail[1]}.",
        ),
        numbers=numbers, unit=HOURS, design="descriptive", n=h.came,
    )  # fmt: skip


def _share(
    name: str, value: float, n: int, hits: int, low: float = math.nan, high: float = math.nan
) -> PublishedNumber:
    sure = math.isfinite(low)
    return PublishedNumber(
        name, value, "share", n=n, numerator=hits, contributors=n, decimals=1,
        low=max(low, 0.0) if sure else None, high=min(high, 1.0) if sure else None,
    )  # fmt: skip


def _told_ends(name: str, low: float) -> tuple[str, str]:
    if not math.isfinite(low):
        return "", ""
    return f"（{{=95％信頼区間}} {{{name}.interval}}）", f" ({{=95% CI}} {{{name}.interval}})"
