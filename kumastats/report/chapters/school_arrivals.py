"""What else arrived at schools: its effect beside the register's initiative, and what leaving it out would have said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kumastats.compare import Comparison
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, check
from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.errors import CompareError, WarehouseError
from kumastats.evidence import EvidenceRecord, from_comparison
from kumastats.report.chapters.lacking import tables_lacking
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.schools.arrival import Arrival, Concurrent, concurrent, teacher_days

# what schools are known to have been given besides: its name, and for how many days it may act
BESIDE: Mapping[str, tuple[Text, int | None]] = {
    "pupil_tablets": (Text("児童生徒の端末", "tablets for pupils"), 120),
}
SETTLES = 92
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Reached:
    """Something that reached schools; `ours` is whether the register names it."""

    id: str
    label: Text
    live: Mapping[str, dt.date]
    ours: bool


def arrivals_held(session: Session) -> tuple[Reached, ...]:
    """Return everything that reached schools and when: initiatives of the register, and others the roll-out table holds."""
    schools = school_levels(session)
    out = [
        Reached(i.id, i.label, {u: d for u, d in i.live_dates().items() if u in schools}, ours=True)
        for i in session.study.initiatives.values()
    ]
    known = {r.id for r in out}
    if session.snapshot.has("rollout"):
        held = session.snapshot.frame("rollout", ("initiative_id", "unit_id", "live_on")).dropna()
        for id_, mine in held.groupby("initiative_id", sort=True):
            if id_ in known:
                continue
            days = {
                str(u): pd.Timestamp(d).date()
                for u, d in zip(mine["unit_id"], mine["live_on"], strict=True)
                if u in schools
            }
            label = BESIDE[str(id_)][0] if str(id_) in BESIDE else Text(str(id_), str(id_))
            out.append(Reached(str(id_), label, days, ours=False))
    return tuple(r for r in out if r.live)


def school_levels(session: Session) -> dict[str, str]:
    """Return each school's level (elementary, junior_high, high; empty where unknown)."""
    if not session.snapshot.has("office"):
        return {}
    held = session.snapshot.frame("office", ("office_id", "kind", "school_level"))
    held = held[held["kind"] == "school"]
    return {
        str(o): str(v) if isinstance(v, str) else ""
        for o, v in zip(held["office_id"], held["school_level"], strict=True)
    }


def school_names(session: Session) -> dict[str, str]:
    """Return each school's name in the session's language, the code where it has none."""
    held = session.snapshot.frame("office", ("office_id", "name_ja", "name_en"), where={"kind": "school"})
    name = held["name_ja"] if session.lang == "ja" else held["name_en"].fillna(held["name_ja"])
    return {str(o): str(n) for o, n in zip(held["office_id"], name, strict=True)}


@dataclass(frozen=True, eq=False)
class Beside:
    """The register's initiative at schools and what arrived beside it.

    Attributes
    ----------
    ours, other
        Their ids.
    teachers
        Distinct teachers behind the comparison.
    """

    ours: Reached
    other: Reached
    found: Concurrent
    start: dt.date
    end: dt.date
    teachers: int

    def table(self, session: Session) -> HtmlTable:
        """Return each effect with both in the model and with the other left out; where known, the truth."""
        lang = session.lang
        rows = []
        for name, c in self._named():
            ends = interval(*c.ci, lang, 1) if c.ci[0] == c.ci[0] else "—"
            rows.append([name(lang), number(c.estimate, lang, 1, signed=True), ends])
        for reached in (self.ours, self.other):
            truth = self.truth(session, reached)
            if truth is not None:
                name = Text(
                    f"{reached.label.ja}の{word('truth', 'ja')}",
                    f"{reached.label.en}: {word('truth', 'en')}",
                )
                rows.append([name(lang), number(truth, lang, 1, signed=True), "—"])
        heads = [
            Text("導入", "arrival")(lang), Text("分／教員・日", "min per teacher-day")(lang), Text("95％信頼区間", "95% CI")(lang),
        ]  # fmt: skip
        c = self.found.together[self.ours.id]
        note = Text(
            f"{self.start:%Y-%m}～{self.end:%Y-%m}、{c.n:,}教員・日、{c.n_clusters}校。{self.ours.label.ja}は最初の{SETTLES}日を除いた効果。",
            f"{self.start:%Y-%m} to {self.end:%Y-%m}; {c.n:,} teacher-days, {c.n_clusters} schools. {self.ours.label.en}: after its first {SETTLES} days.",
        )(lang)
        caption = Text("重なって届いた二つの導入", "Two arrivals that overlap")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2}))

    def figure(self, session: Session) -> Figure:
        """Draw the same."""
        rows = [(name(session.lang), c.estimate, *c.ci) for name, c in self._named()]
        caption = Text(
            "点は推定値、線は学校でまとめた95％信頼区間（学校が少なければ示さない）。",
            "Points: estimates; lines: 95% intervals clustered by school (none where schools are few).",
        )(session.lang)
        unit = self.found.together[self.ours.id].unit
        return estimates_figure(rows, unit, session.lang, caption=caption)

    def _named(self) -> list[tuple[Text, Comparison]]:
        out = []
        for reached in (self.ours, self.other):
            name = reached.label
            out += [
                (Text(f"{name.ja}（両方を見込む）", f"{name.en} (both modelled)"), self.found.together[reached.id]),
                (Text(f"{name.ja}（他方を見込まない）", f"{name.en} (other left out)"), self.found.alone[reached.id]),
            ]  # fmt: skip
        return out

    def truth(self, session: Session, reached: Reached) -> float | None:
        """Return the true effect of an arrival in a synthetic city; of ours after its first days, as it is estimated."""
        settled = "-settled" if reached is self.ours else ""
        held = session.truth.get(f"in-school-{reached.id.replace('_', '-')}{settled}", {})
        value = held.get("value")
        return None if value is None else float(value)


def beside(session: Session) -> Beside | Text:
    """Return the two effects, or why they cannot be told: which table is missing, or that nothing overlaps."""
    if (missing := tables_lacking(session.snapshot.has, "person_day", "office", "rollout")) is not None:
        return missing
    reached = arrivals_held(session)
    ours = [r for r in reached if r.ours and len(r.live) >= 2]
    other = [r for r in reached if not r.ours and len(r.live) >= 2]
    if not ours or not other:
        return Text(
            "学校に重なって届いたものの記録（rollout）がありません。",
            "Nothing else is recorded as reaching schools (table rollout).",
        )
    first, last = min(ours[0].live.values()), max(*ours[0].live.values(), *other[0].live.values())
    start, end = first - YEAR, min(session.quarter.end, last + YEAR)
    if end <= max(other[0].live.values()):
        return Text(
            f"{other[0].label.ja}がまだ届き終わっていません。",
            f"The {other[0].label.en} have not reached every school yet.",
        )
    arrivals = (
        Arrival(ours[0].id, ours[0].label, ours[0].live, settles=SETTLES),
        Arrival(other[0].id, other[0].label, other[0].live, days=BESIDE.get(other[0].id, (Text("", ""), None))[1]),
    )  # fmt: skip
    try:
        cells = teacher_days(session.snapshot, arrivals, start, end)
        found = concurrent(cells, arrivals, start, end)
    except (CompareError, WarehouseError) as error:
        return error.found
    for c in found.together.values():
        if c.n_treated_clusters < session.thresholds.min_units and c.undecidable_reason is not None:
            return Text(
                f"重なる導入の効果は分けられません: {c.undecidable_reason.ja}。",
                f"The effects of overlapping arrivals cannot be parted: {c.undecidable_reason.en}.",
            )
    teachers = len({u.split(" ")[1] for u in cells.units})
    return Beside(ours[0], other[0], found, start, end, teachers)


@dataclass(frozen=True)
class _Asked:
    """A question this chapter asks of itself: exploratory, as the register does not hold it."""

    id: str
    text: Text
    item: str = "schools"
    kind: str = "exploratory"
    smallest_effect: float | None = None


def _inside(name: str) -> str:
    """Return a name as it stands inside an English sentence."""
    return name[:1].lower() + name[1:]


def records(session: Session, made: Beside) -> Sequence[EvidenceRecord]:
    """Return a record an arrival, with both in the model; none that the rules keep back."""
    out = []
    for reached in (made.ours, made.other):
        c = replace(made.found.together[reached.id], counted=Text("校", "schools"))
        moved = made.found.moved(reached.id)
        name = reached.label
        question = _Asked(
            f"schools-beside-{reached.id.replace('_', '-')}",
            Text(f"{name.ja}の導入後、在校等時間は変わったか（重なった導入を考慮）", f"Did time in school change with the {_inside(name.en)}, allowing for what else arrived?"),
        )  # fmt: skip
        truth = made.truth(session, reached)
        extra = [
            PublishedNumber(
                "moved", moved, "coefficient", n=c.n, contributors=made.teachers, unit=c.unit, units=c.n_clusters,
                decimals=session.thresholds.decimals(made.teachers, 1),
            )
        ]  # fmt: skip
        if truth is not None:
            extra.append(PublishedNumber("truth", truth, "simulated", unit=c.unit, decimals=1))
        record = from_comparison(
            c, question, session.origin_of("person_day", "office", "rollout"), contributors=made.teachers,
            retrospective=False, thresholds=session.thresholds, extra=extra,
        )  # fmt: skip
        ends = Text(
            "（{=95％信頼区間} {effect.interval}、{offices}）", " ({=95% CI} {effect.interval}; {offices})"
        )
        if not c.decidable:
            ends = Text(
                "。ただし学校が少なく判断できない（{offices}）", "; too few schools to decide ({offices})"
            )
        told, other = _inside(name.en), made.other.label if reached is made.ours else made.ours.label
        statement = Text(
            f"{name.ja}の導入後、教員の一日の在校等時間は、同じ月のほかの学校と比べて{{effect.signed}}だった{ends.ja}。重なった「{other.ja}」の導入を考慮しなければ、この値は{{moved.signed}}ずれる。",
            f"After the {told} arrived, teachers' time in school a day differed from that at other schools in the same months by {{effect.signed}}{ends.en}; not allowing for the {_inside(other.en)}, which overlapped, would move this by {{moved.signed}}.",
        )  # fmt: skip
        record = replace(record, statement=statement)
        if not check(record.published, session.thresholds, "internal"):
            out.append(record)
    return out
