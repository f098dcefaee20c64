"""What may be ordered at most: limits by cap regime, and which of them a person's months break.

*Most local civil servants.* Offices of government (官公署) work overtime under the Labour Standards Act, article 33 (3), so its
article 36 does not bind them; since 1 April 2019 ordinances and rules of the city mirror National Personnel Authority Rule 15-14,
article 16-2-2 (promulgated 1 February 2019): 45 hours a month and 360 a year; where others set the pace (他律的業務の比重が高い部署)
under 100 a month, 720 a year, 80 on the average of 2 to 6 months, and more than 45 in at most six months; exceptional work (特例業務:
disasters and other urgent work) may exceed these and is examined afterwards. What counts is overtime (超過勤務), which includes work on
weekly days off (週休日) but not regular hours worked on public holidays (休日勤務, paid as such).

*Offices under an article 36 agreement* (field work, hospitals, waste, nurseries) follow the Act itself: article 36 (4) 45 and 360
hours, beyond which only an agreement's special clause may go, within (5) 720 a year and six months over 45, work on holidays left out,
and (6) under 100 a month and 80 on the average of 2 to 6 months, work on holidays included. The limits here are those of a special
clause.

*Managers* have no ordered overtime. *Teachers*: the education ministry's guideline of 25 January 2019, a statutory guideline under article 7
of the special act on teachers' pay (給特法) since 1 April 2020, sets 45 and 360 hours of time in school beyond regular hours; its
exception for unforeseen circumstances of pupils (720, under 100, 80 on average, six months) is not applied here, as no record says who falls
under it.

A figure at the limit itself is no breach, except 100 hours, which must not be reached. Nothing was capped before 1 April 2019.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

Kind = Literal["month", "year", "average", "times"]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.signedinteger[Any]]
Months = Sequence[Whole]
HOUR = 60
CAPS_FROM = dt.date(2019, 4, 1)
AVERAGED = (2, 3, 4, 5, 6)
BEFORE = 5  # months before April that averages may reach back to
# minutes below nothing: a month that keeps any sum with it within its limit, in 32 bits too
NEVER = 100_000_000


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes
    ----------
    kind
        Of one month, of the year since April, of every average of 2 to 6 months, or of how many months exceed `minutes`.
    minutes
        The most allowed; of an average, a month's.
    holiday_work
        Whether work on holidays counts towards it.
    reached
        Whether reaching it is a breach already.
    months
        Of ``times``: how many months may exceed `minutes`.
    """

    id: str
    label: Text
    kind: Kind
    minutes: int
    holiday_work: bool = False
    reached: bool = False
    months: int = 0

    def broken(self, ordered: Ints, holiday: Ints) -> Bools:
        """Tell whether the months break it.

        Parameters
        ----------
        ordered, holiday
            Minutes (…, 5 + months of the year so far): the last axis begins in November; the months from April are the
            year's. Months before the caps, or before the person came, are −1 and end an average.

        Returns
        -------
        Bools
            (…,).
        """
        return self.broken_by(by_month(ordered), by_month(holiday))

    def broken_by(self, ordered: Months, holiday: Months) -> Bools:
        """Tell the same of months in order, an array each.

        Each array need only broadcast against the others: months that are known (people, 1), the ways they may go on
        (people, ways).
        """
        months = [
            np.where(o >= 0, o + np.maximum(h, 0) if self.holiday_work else o, -NEVER)
            for o, h in zip(ordered, holiday, strict=True)
        ]
        year = months[BEFORE:]
        if self.kind == "month":
            return _any(m >= self.minutes if self.reached else m > self.minutes for m in year)
        if self.kind == "year":
            return np.asarray(_sum(np.maximum(m, 0) for m in year) > self.minutes)
        if self.kind == "times":
            return np.asarray(_sum((m > self.minutes).astype(np.int8) for m in year) > self.months)
        # a window is over its average where what was gathered beyond the limit has grown within it
        beyond = [np.zeros_like(months[0]), *accumulate(m - self.minutes for m in months)]
        return _any(
            beyond[end] > reduce(np.minimum, (beyond[end - k] for k in AVERAGED if k <= end))
            for end in range(BEFORE + 1, len(months) + 1)
        )


def by_month(values: Whole) -> Months:
    """Return the last axis as a list of arrays."""
    return list(np.moveaxis(values, -1, 0))


def _any(parts: Iterable[Bools]) -> Bools:
    return np.asarray(reduce(np.logical_or, parts))


def _sum(parts: Iterable[Whole]) -> Whole:
    return reduce(np.add, parts)


@dataclass(frozen=True)
class Cap:
    """The limits of a regime; none where nothing is capped.

    Attributes
    ----------
    population
        Whose hours: ``city`` (ordered overtime) or ``teacher`` (time in school beyond regular hours).
    """

    regime: str
    label: Text
    population: str
    limits: tuple[Limit, ...]
    note: Text

    @property
    def counts_holidays(self) -> bool:
        """Whether work on holidays counts towards any limit."""
        return any(limit.holiday_work for limit in self.limits)

    def broken(self, ordered: Ints, holiday: Ints) -> Bools:
        """Tell whether any limit is broken; arguments as of `Limit.broken`."""
        return self.broken_by(by_month(ordered), by_month(holiday))

    def broken_by(self, ordered: Months, holiday: Months) -> Bools:
        """Tell the same of months in order; arguments as of `Limit.broken_by`."""
        shape = np.broadcast_shapes(*(m.shape for m in ordered))
        out = np.zeros(shape, dtype=bool)
        for limit in self.limits:
            out |= limit.broken_by(ordered, holiday)
        return out


MONTH_45 = Limit("month_45", Text("月45時間", "45 h a month"), "month", 45 * HOUR)
YEAR_360 = Limit("year_360", Text("年360時間", "360 h a year"), "year", 360 * HOUR)
YEAR_720 = Limit("year_720", Text("年720時間", "720 h a year"), "year", 720 * HOUR)
SIX_MONTHS = Limit(
    "six_months", Text("45時間を超える月は6か月まで", "over 45 h in at most six months"), "times", 45 * HOUR, months=6
)  # fmt: skip


def _under_100(holiday_work: bool) -> Limit:
    label = Text("月100時間未満", "under 100 h a month")
    return Limit("under_100", label, "month", 100 * HOUR, holiday_work, reached=True)


def _average_80(holiday_work: bool) -> Limit:
    return Limit("average_80", Text("2～6か月平均80時間", "80 h on average of 2–6 months"), "average", 80 * HOUR, holiday_work)  # fmt: skip


NOT_COUNTED = Text(
    "休日（祝日・年末年始）の勤務は含めない。週休日の勤務は時間外勤務に含まれる",
    "work on public holidays is not counted; on weekly days off it is overtime and counts",
)
CAPS: Mapping[str, Cap] = MappingProxyType(
    {
        c.regime: c
        for c in (
            Cap("ordinary", Text("原則の職場", "ordinary"), "city", (MONTH_45, YEAR_360), NOT_COUNTED),
            Cap(
                "heteronomous", Text("他律的業務", "work paced by others"), "city",
                (_under_100(False), YEAR_720, _average_80(False), SIX_MONTHS), NOT_COUNTED,
            ),
            Cap(
                "article36", Text("36協定の職場", "under an article 36 agreement"), "city",
                (_under_100(True), YEAR_720, _average_80(True), SIX_MONTHS),
                Text(
                    "特別条項の上限。月100時間未満と2～6か月平均80時間には休日労働を含め、他には含めない",
                    "limits of a special clause; work on holidays counts towards 100 h and the 80-hour averages, not towards the others",
                ),
            ),
            Cap("special", Text("特例業務", "exceptional work"), "city", (), Text("上限の対象外（事後に検証）", "exempt (examined afterwards)")),
            Cap("manager", Text("管理職", "managers"), "city", (), Text("時間外勤務命令がない", "no ordered overtime")),
            Cap(
                "teacher", Text("教員", "teachers"), "teacher", (MONTH_45, YEAR_360),
                Text(
                    "在校等時間から正規の時間を引いた時間。休日の在校等時間も含む。児童生徒に係る臨時的な事情の特例（年720時間など）は見ない",
                    "time in school beyond regular hours, days off included; the exception for unforeseen circumstances of pupils (720 h a year and so on) is not looked at",
                ),
            ),
        )
    }
)  # fmt: skip


def cap_of(regime: str, day: dt.date) -> Cap:
    """Return the cap of a regime on a day; before 1 April 2019 one without limits.

    Raises
    ------
    WorkloadError
        If the regime is unknown.

    >>> [l.id for l in cap_of("ordinary", dt.date(2019, 4, 1)).limits], cap_of("ordinary", dt.date(2019, 3, 31)).limits
    (['month_45', 'year_360'], ())
    """
    if regime not in CAPS:
        raise WorkloadError(
            Text(f"上限の区分「{regime}」は未知です。", f"The cap regime “{regime}” is unknown."),
            remedy=Text(f"使えるのは {', '.join(CAPS)}", f"Known: {', '.join(CAPS)}"),
        )
    cap = CAPS[regime]
    if day < CAPS_FROM:
        return Cap(cap.regime, cap.label, cap.population, (), Text("上限はまだない", "no cap yet"))
    return cap
