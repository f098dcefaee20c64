"""Desks for the busiest weeks: by half hour, as shifts people can work, and what the announced waits say of load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.display import HtmlTable, number, percent
from kumastats.errors import WorkloadError
from kumastats.report.chapters.counters import WhatWouldHelp
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.counter.shifts import Cover, cover, shifts_between
from kumastats.workload.counter.staffing import (
    Rule,
    Staffing,
    WaitTarget,
    check_staffing,
    staff,
    staffing_table,
)
from kumastats.workload.counter.transient import load_for_last_wait
from kumastats.workload.savings import Assumptions

TARGET = WaitTarget(10.0)  # minutes, for nine in ten
OPENING = 525.0  # minutes: 8:30 to 17:15
ANNOUNCED = (240.0, 300.0)  # minutes the last customer waited, as announced
NOW = 40.0
RULES: tuple[Rule, ...] = ("mol", "sipp")


@dataclass(frozen=True, eq=False)
class Desks:
    """Desks for a day of the busiest weeks.

    Attributes
    ----------
    staffings
        By rule: the desks, and the largest share waiting in each period.
    service
        Mean minutes of a service.
    cover
        Shifts that cover the first rule; None where no shift fits the opening hours.
    """

    office: Text
    staffings: Mapping[Rule, tuple[Staffing, npt.NDArray[np.float64]]]
    service: float
    cover: Cover | None
    yen_an_hour: float

    def table(self, session: Session) -> HtmlTable:
        """Return desks by period and rule."""
        return staffing_table(self.staffings, session.lang, yen_an_hour=self.yen_an_hour)

    def shifts(self, session: Session) -> HtmlTable | None:
        """Return the shifts that cover them."""
        if self.cover is None:
            return None
        return self.cover.table(session.lang, yen_an_hour=self.yen_an_hour)

    def sentence(self, session: Session) -> str:
        """Say what the table is."""
        office = self.office
        return Text(
            f"{office.ja}で、10人に9人が{TARGET.minutes:.0f}分以内に呼ばれる窓口数。一日を通した来客の波を追うMOLと、時間帯ごとに決めるSIPPを並べる。",
            f"At {office.en}, the desks that call nine in ten within {TARGET.minutes:.0f} minutes: by the offered load, which follows the day's wave, beside each period alone.",
        )(session.lang)


def desks(session: Session, found: WhatWouldHelp) -> Desks:
    """Staff the arrivals of the busiest weeks."""
    profile, service = found.profile, found.services.mean
    edges = np.asarray(profile.edges, dtype=float)
    rates = np.asarray(profile.mean, dtype=float) / np.diff(edges)
    staffings = {}
    for rule in RULES:
        made = staff(edges, rates, service, TARGET, rule=rule)
        staffings[rule] = (made, check_staffing(made, rates, service)[0])
    needed = staffings["mol"][0].desks
    try:
        covered = cover(edges, needed, shifts_between(float(edges[0]), float(edges[-1])))
    except WorkloadError:
        covered = None
    wage = Assumptions.of(session.study.savings).rate.likely
    return Desks(found.office, staffings, service, covered, wage)


def overload_table(session: Session) -> HtmlTable:
    """Return what the announced waits say of work and desks, by the law of overload.

    While work exceeds what desks can do by a constant share, the last customer of the day waits that excess. So a wait tells the
    ratio of work to desk time, and two waits tell how much less work, or how many more desks, lie between them.
    """
    lang = session.lang
    after = load_for_last_wait(NOW, OPENING)
    rows = [
        [number(w / 60, lang, 1), number(ratio, lang, 2), percent(1 - after / ratio, lang, 0), percent(ratio / after - 1, lang, 0)]
        for w in ANNOUNCED
        for ratio in (load_for_last_wait(w, OPENING),)
    ]  # fmt: skip
    rows.append([number(NOW / 60, lang, 1), number(after, lang, 2), "—", "—"])
    heads = [
        Text("最後の人の待ち時間（時間）", "the last customer's wait (h)")(lang),
        Text("仕事量と窓口の比", "work over desk time")(lang),
        Text("40分にするために減らす仕事", "less work for 40 min")(lang),
        Text("または増やす窓口", "or more desks")(lang),
    ]
    note = Text(
        f"開庁{OPENING:.0f}分のあいだ一定の割合で仕事が上回る場合。流体近似による算術で、効果ではない。",
        f"If work exceeds desk time by a constant share during {OPENING:.0f} minutes of opening: arithmetic of the fluid law, no effect.",
    )(lang)
    title = Text(
        "「4～5時間が40分に」が意味する仕事量", "What “four to five hours, then forty minutes” means in work"
    )(lang)
    return HtmlTable(heads, rows, title, lang, note)
