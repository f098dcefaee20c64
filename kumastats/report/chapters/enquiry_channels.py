"""Enquiries by channel over time, and the topics that the chatbot knows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kumastats.calendar import Quarter
from kumastats.display import Figure, HtmlTable, number
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.enquiries.plot import CHANNELS, channels_figure

BOT, REMOTE = "chatbot", "remote_support"
PEOPLE = ("phone", "counter", "remote")
NEEDS = Text(
    "問い合わせの記録（表 enquiry）がないので、この章は書けません。電話・窓口・遠隔の受付記録と、チャットボットの会話の記録を取り込んでください。",
    "This chapter needs the table `enquiry`: take in the log of enquiries by telephone, counter and tablet, and the chatbot's transcripts.",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Channels:
    """Enquiries by channel and quarter.

    Attributes
    ----------
    frame
        ``period``, ``channel``, ``n``; NaN where there are too few to tell.
    """

    frame: pd.DataFrame

    def figure(self, session: Session) -> Figure:
        """Draw them."""
        least = session.thresholds.min_n
        events = {}
        for id_ in (BOT, REMOTE):
            known = session.study.initiatives.get(id_)
            if known is not None and known.live_dates():
                first = min(known.live_dates().values())
                events[str(Quarter.of(first))] = Text(
                    f"{known.label.ja}の開始（{first:%Y-%m}）", f"{known.label.en} (from {first:%Y-%m})"
                )
        caption = Text(
            f"四半期ごとの件数。{least}件に満たない四半期は描かない。同じ人の再度の問い合わせも一件と数える。",
            f"Numbers a quarter; quarters of fewer than {least} are not drawn. A further enquiry of the same person counts again.",
        )(session.lang)
        return channels_figure(self.frame, session.lang, events=events, caption=caption)

    def table(self, session: Session) -> HtmlTable:
        """Return them by fiscal year."""
        lang = session.lang
        years = self.frame.assign(year=self.frame["period"].str[:6])
        quarters = years.groupby("year")["period"].nunique()
        rows = []
        for year, own in years.groupby("year", sort=True):
            row = [Text(f"{str(year)[2:]}年度", str(year))(lang) + ("" if quarters[year] == 4 else "*")]
            for channel in CHANNELS:
                held = own[own["channel"] == channel]["n"]
                whole = len(held) > 0 and bool(held.notna().all())
                row.append(number(float(held.sum()), lang) if whole else "—")
            rows.append(row)
        heads = [Text("年度", "year")(lang), *(t(lang) for t in CHANNELS.values())]
        note = Text(
            "*は四半期がそろわない年度。—は、ないか、少ない四半期があって示せないもの。",
            "* not all quarters held; — none, or a quarter with too few to tell.",
        )(lang)
        return HtmlTable(heads, rows, Text("経路別の件数", "Enquiries by channel")(lang), lang, note, right=frozenset({1, 2, 3, 4}))  # fmt: skip


def channels(session: Session) -> Channels | None:
    """Return enquiries by channel up to the end of the quarter; None where there are none."""
    span = session.snapshot.span("enquiry") if session.snapshot.has("enquiry") else None
    if span is None or span[0] > session.quarter.end:
        return None
    made = session.snapshot.cells("enquiry", by=("channel",), period="quarter", end=session.quarter.end).frame
    n = made["n"].astype("float64")
    return Channels(made.assign(n=n.where(n >= session.thresholds.min_n))[["period", "channel", "n"]])


def topics(session: Session) -> dict[str, dt.date]:
    """Return the topics the chatbot knows and since when: by the register, else by its first conversation about each."""
    known = session.study.initiatives.get(BOT)
    if known is not None and known.live_dates():
        return {t: d for t, d in known.live_dates().items() if d <= session.quarter.end}
    held = session.snapshot.frame(
        "enquiry", ("topic", "started_at"), end=session.quarter.end, where={"channel": BOT}
    )
    first = held.dropna(subset=["topic"]).groupby("topic")["started_at"].min()
    return {str(t): d.date() for t, d in first.items()}
