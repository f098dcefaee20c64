"""Overtime against its caps: who has broken theirs, who is likely to by March, and what records leave out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.disclosure import PublishedNumber, primary
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.chapters.lacking import columns_lacking
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.overtime import (
    CAPS_FROM,
    Bunching,
    PcGap,
    PersonMonths,
    Reliability,
    Watch,
    bunching,
    checked,
    pc_gap,
    person_months,
    watch,
)
from kumastats.workload.overtime.bunching import ABOVE
from kumastats.workload.overtime.months import Population

HALF_YEAR = 6
WIDTHS = (6, 12)
PLACEBOS = (30, 60)
BEFORE, AFTER = CAPS_FROM.year - 1, CAPS_FROM.year
HOURS = Text("時間／人・月", "h per person-month")
MONTHS = Text("人・月", "person-months")
PEOPLE = Text("人", "people")
ROUND = 10  # to which numbers of people over a cap are rounded
TABLE = "person_day"


@dataclass(frozen=True, eq=False)
class Caps:
    """A fiscal year watched up to the end of the session's quarter. Counts of it may be shown, chances of people never.

    Attributes
    ----------
    steps
        The watch at the end of each quarter so far.
    tested, tested_years, tested_month
        How the chances of closed years came true, from the same month (half a year in where the year is over).
    """

    population: Population
    year: int
    steps: tuple[Watch, ...]
    tested: Reliability | None
    tested_years: tuple[int, ...]
    tested_month: int

    @property
    def now(self) -> Watch:
        """The watch at the end of the quarter."""
        return self.steps[-1]


def held(session: Session, population: Population) -> PersonMonths | Text:
    """Return the months of a population, or why there are none."""
    try:
        return person_months(session.snapshot, population, session.quarter.end)
    except WorkloadError as error:
        return error.found


def caps(session: Session, months: PersonMonths) -> Caps | Text:
    """Return the cap watch of the quarter's fiscal year, or why there is none."""
    if (
        months.population == "city"
        and (missing := columns_lacking(session, "person", "cap_regime")) is not None
    ):
        return missing
    year = FiscalYear.of(session.quarter.end).year
    known = (session.quarter.end.month - 4) % 12 + 1
    steps = []
    for month in range(3, known + 1, 3):
        try:
            made = watch(months, year, month)
        except WorkloadError as error:
            return error.found
        if made.people < session.thresholds.min_n:
            return Text(
                f"{year}年度{month}か月目に上限のある人が{session.thresholds.min_n}人いません。",
                f"Fewer than {session.thresholds.min_n} people with a cap are held {month} months into FY{year}.",
            )
        steps.append(made)
    asked = known if known < 12 else HALF_YEAR
    tested = checked(months, asked, year + (known == 12))
    return Caps(
        months.population, year, tuple(steps), tested[0] if tested else None, tested[1] if tested else (), asked
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Heaps:
    """Heaps of person-months at 45 hours before and after the caps, and where there should be none.

    Attributes
    ----------
    placebos
        After the caps, at other hours.
    widths
        After the caps at 45 hours, with windows that reach less far and farther.
    """

    before: Bunching | None
    after: Bunching
    placebos: tuple[Bunching, ...]
    widths: tuple[Bunching, ...]
    contributors: tuple[np.ndarray, np.ndarray | None]


def heaps(session: Session, months: PersonMonths) -> Heaps | Text:
    """Return the heaps at the cap, or why there are none to see."""
    years = [y for y in months.years if y >= AFTER]
    early = [y for y in months.years if y < AFTER][-3:]
    if not years:
        return Text("上限はまだ始まっていません。", "The caps have not begun.")
    try:
        after = _bunching(months, years, 45)
        placebos = tuple(_bunching(months, years, at) for at in PLACEBOS)
        widths = tuple(_bunching(months, years, 45, above) for above in WIDTHS)
        before = _bunching(months, early, 45) if early else None
    except WorkloadError as error:
        return error.found
    people = (_people(months, years), _people(months, early) if early else None)
    return Heaps(before, after, placebos, widths, people)


def _columns(months: PersonMonths, years: list[int]) -> np.ndarray:
    return np.concatenate([np.arange(s.start, s.stop) for s in map(months.of_year, years)])


def _bunching(months: PersonMonths, years: list[int], at: int, above: int = ABOVE) -> Bunching:
    minutes = months.ordered[:, _columns(months, years)]
    who = np.broadcast_to(np.arange(len(months))[:, None], minutes.shape)
    return bunching(minutes[minutes >= 0], who[minutes >= 0], at, above=above)


def _people(months: PersonMonths, years: list[int]) -> np.ndarray:
    """Return the distinct people behind each hourly bin from 20 to 80."""
    hour = months.ordered[:, _columns(months, years)] // 60
    return np.array([(hour == h).any(1).sum() for h in range(20, 80)])


def gap(session: Session) -> PcGap | Text:
    """Return recorded hours beside hours by PC, or why they cannot be compared."""
    if (missing := columns_lacking(session, TABLE, "scheduled_min", "pc_on_min")) is not None:
        return missing
    try:
        return pc_gap(session.snapshot, session.quarter.end, CAPS_FROM)
    except WorkloadError as error:
        return error.found


def gap_truth(session: Session) -> float | None:
    """Return by how much the gap truly opened at the caps in a synthetic city; None in a real study."""
    parts = [session.truth.get(f"overtime-caps-{k}", {}).get("value") for k in ("true", "recorded")]
    return float(parts[0] - parts[1]) if parts[0] is not None and parts[1] is not None else None


def caps_records(session: Session, found: Caps) -> list[EvidenceRecord]:
    """Return the records of the watch: who has broken their cap, and while the year runs how many are expected to."""
    out = []
    now, label = found.now, _label(found.population)
    end = found.steps[-1].month
    told = PublishedNumber(
        "broken", now.already, "count", n=now.people, numerator=now.already, contributors=now.people, unit=PEOPLE,
    )  # fmt: skip
    if not primary([told], session.thresholds):
        # rounded, because the next quarter's differs by single people
        rounded = replace(
            told, value=float(ROUND * round(now.already / ROUND)), rounded_to=ROUND, numerator=None
        )
        out.append(
            descriptive(
                f"cap-broken-{found.population}", session.origin_of(TABLE, "person"), item=_item(found.population),
                title=Text(f"上限を超えた人（{label.ja}）", f"People over their cap ({label.en})"),
                statement=Text(
                    f"{{={found.year}年度}}は{{=4月からの{end}か月}}で、上限のある{label.ja}{{broken.n}}人のうち約{{broken}}が自分の上限を超えた。",
                    f"In the first {{={end}}} months of {{=FY{found.year}}} about {{broken}} of the {{broken.n}} {label.en} with a cap broke theirs.",
                ),
                numbers=[rounded], n=now.people, reasons=(_caveat(found.population),),
            )
        )  # fmt: skip
    if end < 12 and found.tested is not None:
        low, high = now.interval
        expected = PublishedNumber(
            "expected", 100 * now.expected / now.people, "mean", n=now.people, contributors=now.people, unit=Text("％", "%"),
            decimals=0, low=100 * low / now.people, high=100 * high / now.people,
        )  # fmt: skip
        if now.expected >= session.thresholds.min_n and not primary([expected], session.thresholds):
            out.append(
                model(
                    f"cap-expected-{found.population}", session.origin_of(TABLE, "person"), item=_item(found.population),
                    title=Text(f"年度末までに上限を超える見込み（{label.ja}）", f"Expected over their cap by March ({label.en})"),
                    statement=Text(
                        f"{{={found.year}年度}}末までに上限を超えるのは、上限のある{label.ja}の{{expected}}と見込まれる（{{=95％の幅}} {{expected.interval}}）。",
                        f"By the end of {{=FY{found.year}}} {{expected}} of the {label.en} with a cap are expected to have broken it ({{=95% range}} {{expected.interval}}).",
                    ),
                    numbers=[expected],
                    reasons=(
                        Text(
                            "これまでの年の人々がその後どう働いたかによる見込みで、これから始まったり終わったりする災害や感染症は入っていない",
                            "it rests on what people of earlier years did next; a disaster or an epidemic yet to begin or to end is not in it",
                        ),
                    ),
                )
            )  # fmt: skip
    return out


def gap_record(session: Session, found: PcGap) -> EvidenceRecord | None:
    """Return the record of the fall in recorded hours, in hours by PC, and of the gap that opened."""
    try:
        parts = {w: found.change(BEFORE, AFTER, w) for w in ("recorded", "by_pc", "gap")}
    except WorkloadError:
        return None
    people = parts["gap"].people
    decimals = session.thresholds.decimals(people, 2)
    numbers = [
        PublishedNumber(
            name, c.value, "coefficient", n=people, contributors=people, unit=HOURS, decimals=decimals, low=c.low, high=c.high,
            units=c.offices, rows_per_person=24,
        )
        for name, c in parts.items()
    ]  # fmt: skip
    truth = gap_truth(session)
    if truth is not None:
        numbers.append(PublishedNumber("truth", truth, "simulated", unit=HOURS, decimals=max(1, decimals)))
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "cap-unrecorded", session.origin_of(TABLE), item="workplace",
        title=Text("記録に表れない時間", "Hours not in the records"),
        statement=Text(
            f"上限が始まった{{={AFTER}年度}}に、同じ人の記録上の時間外は{{recorded.signed}}、PCの使用時間から見た時間外は{{by_pc.signed}}変わり、その差は{{gap.signed}}開いた（{{=95％信頼区間}} {{gap.interval}}）。",
            f"In {{=FY{AFTER}}}, when the caps began, recorded overtime of the same people changed by {{recorded.signed}}, overtime by PC logs by {{by_pc.signed}}; the gap opened by {{gap.signed}} ({{=95% CI}} {{gap.interval}}).",
        ),
        numbers=numbers, measure="ordered_overtime", unit=HOURS, design="descriptive", n=people, n_units=parts["gap"].offices,
        reasons=(
            Text(
                "前後の差であり、PCを使わない仕事は映らない",
                "a difference over time; work without a PC is not seen",
            ),
        ),
    )  # fmt: skip


def _label(population: Population) -> Text:
    return Text("市職員", "city staff") if population == "city" else Text("教員", "teachers")


def _item(population: Population) -> str:
    return "workplace" if population == "city" else "schools"


def _caveat(population: Population) -> Text:
    id_ = "ordered_overtime" if population == "city" else "time_in_school"
    return measures.measure(id_).caveat


def running_lines(session: Session) -> list[tuple[Text, int, int]]:
    """Return, of the quarter's last month, how many people's totals are over each line: (line, people, over).

    Totals run in the warehouse: a person's hours since April, and over two to six months, whatever the regime.
    """
    asked = measures.measure("ordered_overtime")
    end = session.quarter.end
    start = FiscalYear.of(end).start
    period = f"{end:%Y-%m}"
    lines: list[tuple[Text, int, object, dt.date]] = [
        (Text("この月45時間", "45 h this month"), 45, None, end.replace(day=1)),
        (Text("この月100時間", "100 h this month"), 100, None, end.replace(day=1)),
        (Text("4月から360時間", "360 h since April"), 360, "fiscal_year", start),
        (Text("4月から720時間", "720 h since April"), 720, "fiscal_year", start),
    ]
    for k in (2, 3, 4, 5, 6):
        back = (end.year * 12 + end.month - k) // 12, (end.year * 12 + end.month - k) % 12 + 1
        label = Text(f"{k}か月平均80時間", f"80 h on average of {k} months")
        lines.append((label, 80 * k, k, dt.date(*back, 1)))
    out = []
    for label, hours, running, first in lines:
        frame = session.snapshot.cells(
            asked.table, value=asked.value, grain="person_month", by=(), start=first, end=end, where=dict(asked.where),
            over=hours * 60, running=running,  # type: ignore[arg-type]
        ).frame  # fmt: skip
        mine = frame[frame["period"] == period]
        if len(mine):
            out.append((label, int(mine["n"].iloc[0]), int(mine["over"].iloc[0])))
    return out
