"""Read ``study.yml`` into a `Study`, refusing what contradicts itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from kumastats.measures import MEASURES, define
from kumastats.study import yaml_reader
from kumastats.study.draw import Draw
from kumastats.study.engine_choice import engine_choice
from kumastats.study.folder import StudyFolder
from kumastats.study.model import (
    Activity,
    AnnouncedClaim,
    Initiative,
    Item,
    Member,
    Partner,
    Pilot,
    Question,
    QuestionKind,
    Range,
    Term,
    Wave,
    Workshop,
)
from kumastats.study.own_measures import own_measure
from kumastats.study.publication import Publication, publication
from kumastats.study.yaml_reader import Node
from kumastats.text import Text
from kumastats.warehouse.engine import EngineSettings

DESIGNS = ("did", "staggered", "its", "synthetic", "paired", "before_after")
COMPARISONS = ("not_yet_live", "never", "none")
KINDS = ("confirmatory", "exploratory")
ITEMS = 6
T = TypeVar("T", Initiative, Question)
_KEYS = (
    "title", "city", "synthetic", "term", "partners", "thresholds", "items", "workshops", "pilots",
    "initiatives", "measures", "questions", "claims", "savings", "engine", "publication", "deviations",
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """A study register.

    Attributes
    ----------
    folder
        Where the study lies.
    thresholds
        Disclosure thresholds by name; `min_n` is people.
    savings
        Assumptions of the yen figures that the study sets itself, by name.
    reasons
        Reasons given for deviations after the lock, by path of keys.
    publication
        Authors, funding, consultations, reviews and errata.
    engine
        Variables of the engine that the study sets.
    """

    folder: StudyFolder
    title: Text
    city: Text
    synthetic: bool
    term: Term
    partners: tuple[Partner, ...]
    thresholds: Mapping[str, float]
    items: tuple[Item, ...]
    workshops: tuple[Workshop, ...]
    pilots: tuple[Pilot, ...]
    initiatives: Mapping[str, Initiative]
    questions: Mapping[str, Question]
    claims: tuple[AnnouncedClaim, ...]
    savings: Mapping[str, Range] = field(default_factory=dict)
    reasons: Mapping[str, Text] = field(default_factory=dict)
    publication: Publication = field(default_factory=Publication)
    engine: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Study {self.title.ja} / {self.title.en}: {len(self.initiatives)} initiatives, {len(self.questions)} questions, {self.folder.root.name}/>"

    @classmethod
    def load(cls, path: Path | str) -> Study:
        """Read the study at `path` (the folder, or one below it).

        Raises
        ------
        StudyError
            With file, line, key and remedy.
        """
        folder = StudyFolder.find(path)
        return _study(folder, yaml_reader.read(folder.register))

    @property
    def engine_settings(self) -> EngineSettings:
        """How sums are made: as the environment says (options of a command go there), else the study, else by default."""
        return EngineSettings.from_environment(otherwise=self.engine)

    def questions_on(self, measure: str) -> tuple[Question, ...]:
        """Return the questions whose outcome is `measure`."""
        return tuple(q for q in self.questions.values() if q.measure == measure)

    def days_left(self, on: dt.date) -> int:
        """Return the days from `on` to the day the case study is due; negative when overdue."""
        return (self.term.due - on).days


def _study(folder: StudyFolder, top: Node) -> Study:
    top.known(*_KEYS)
    term = _term(top["term"])
    items = tuple(Item(n.string("id"), n.text("label")) for n in top.items("items"))
    if len(items) != ITEMS:
        raise top["items"].error(
            Text(
                f"連携項目は{ITEMS}項目です（{len(items)}項目ありました）。",
                f"There are {ITEMS} partnership items (found {len(items)}).",
            )
        )
    item_ids = {i.id for i in items}
    for own in top.items("measures"):
        define(own_measure(own, item_ids))
    initiatives = _unique(top, "initiatives", (_initiative(n, item_ids) for n in top.items("initiatives")))
    questions = _unique(
        top, "questions", (_question(n, item_ids, initiatives) for n in top.items("questions"))
    )
    thresholds = top["thresholds"].value if top.has("thresholds") else {}
    partners = tuple(Partner(n.string("id"), n.text("name")) for n in top.items("partners"))
    return Study(
        folder=folder,
        title=top.text("title"),
        city=top.text("city"),
        synthetic=bool(top["synthetic"].value) if top.has("synthetic") else False,
        term=term,
        partners=partners,
        thresholds=MappingProxyType({"min_n": 10, **thresholds}),
        items=items,
        workshops=tuple(_workshop(n) for n in top.items("workshops")),
        pilots=tuple(_pilot(n) for n in top.items("pilots")),
        initiatives=MappingProxyType(initiatives),
        questions=MappingProxyType(questions),
        claims=tuple(_claim(n) for n in top.items("claims")),
        savings=MappingProxyType(_ranges(top["savings"]) if top.has("savings") else {}),
        reasons=MappingProxyType({n.string("path"): n.text("reason") for n in top.items("deviations")}),
        publication=publication(top["publication"], tuple(p.id for p in partners))
        if top.has("publication")
        else Publication(),
        engine=engine_choice(top, folder.root),
    )


def _unique(top: Node, key: str, entries: Iterable[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for entry in entries:
        if entry.id in found:
            raise top[key].error(
                Text(f"id「{entry.id}」が重なっています。", f"The id “{entry.id}” is used twice.")
            )
        found[entry.id] = entry
    return found


def _term(node: Node) -> Term:
    term = Term(node.date("start"), node.date("end"), node.date("due"))
    if not term.start < term.end <= term.due:
        raise node.error(
            Text("開始＜終了≦公表期限 になっていません。", "The term must have start < end ≤ due."),
        )
    return term


def _workshop(n: Node) -> Workshop:
    numbers = (int(n.number("proposals")), int(n.number("adopted")), int(n.number("rejected")))
    if numbers[1] + numbers[2] > numbers[0]:
        raise n.error(
            Text("採択と不採択の合計が提案数を超えています。", "More adopted and rejected than proposed.")
        )
    return Workshop(n.date("date"), n.text("topic"), *numbers, n.text("why"))


def _pilot(n: Node) -> Pilot:
    n.known("id", "label", "question", "members", "activities", "outcome")
    members = tuple(Member(_either(m, "role"), m.date("joined_on")) for m in n.items("members"))
    activities = tuple(Activity(a.date("date"), a.text("what")) for a in n.items("activities"))
    outcome = n.text("outcome") if n.has("outcome") else None
    return Pilot(n.string("id"), n.text("label"), n.text("question"), members, activities, outcome)


def _either(n: Node, key: str) -> Text:
    """Return a bilingual text, or one text for both languages."""
    return n.text(key) if isinstance(n[key].value, dict) else Text.of(n.string(key))


def _initiative(n: Node, items: set[str]) -> Initiative:
    waves = tuple(
        Wave(w.date("live_on"), w.date_or_none("piloted_on"), w.texts("units")) for w in n.items("waves")
    )
    item = n.one_of("item", tuple(sorted(items)))
    made = Initiative(n.string("id"), n.text("label"), item, n.date("announced_on"), waves)
    return replace(made, draw=_draw(n["draw"], made.live_dates())) if n.has("draw") else made


def _draw(n: Node, live: Mapping[str, dt.date]) -> Draw:
    """Read what `Draw.to_dict` recorded; refuse one that was changed, or that the live dates do not follow."""
    n.known("seed", "sha256", "waves", "stratum")
    waves, stratum = n["waves"].value, n["stratum"].value
    draw = Draw(
        int(n.number("seed")), {str(u): int(waves[u]) for u in sorted(waves)}, {str(u): str(g) for u, g in stratum.items()}
    )  # fmt: skip
    if set(draw.stratum) != set(draw.waves) or draw.sha256 != n.string("sha256"):
        raise n.error(
            Text("抽選の記録が、記された指紋と合いません。", "The recorded draw does not match its hash.")
        )
    dates = {k: {live.get(u) for u, w in draw.waves.items() if w == k} for k in set(draw.waves.values())}
    last = max((d for k, days in dates.items() if k >= 0 for d in days if d), default=dt.date.min)
    for k, days in dates.items():
        if (k >= 0 and (len(days) > 1 or None in days)) or (k < 0 and any(d and d <= last for d in days)):
            raise n.error(
                Text(
                    f"導入日が抽選の波{k}と合いません。抽選どおりでなければ draw を外してください。",
                    f"The live dates do not follow wave {k} of the draw. Leave out draw where it was not followed.",
                )
            )
    return draw


def _question(n: Node, items: set[str], initiatives: Mapping[str, Initiative]) -> Question:
    n.known(
        "id", "item", "text", "initiative", "measure", "negative_control", "population", "design", "comparison",
        "start", "end", "cohorts", "cluster", "smallest_effect", "kind",
    )  # fmt: skip
    start, end = n.date("start"), n.date("end")
    if start >= end:
        raise n["end"].error(Text("期間の終わりが始まりより前です。", "The window ends before it starts."))
    return Question(
        id=n.string("id"),
        item=n.one_of("item", tuple(sorted(items))),
        text=n.text("text"),
        initiative=n.one_of("initiative", tuple(sorted(initiatives))),
        measure=n.one_of("measure", tuple(MEASURES)),
        negative_control=n.one_of("negative_control", tuple(MEASURES), None),
        population=n.string("population", ""),
        design=n.one_of("design", DESIGNS),
        comparison=n.one_of("comparison", COMPARISONS, "not_yet_live"),
        start=start,
        end=end,
        cohorts=tuple(sorted(c.value for c in n.items("cohorts"))),
        cluster=n.string("cluster", "office_id"),
        smallest_effect=n.number("smallest_effect", None),
        kind=cast(QuestionKind, n.one_of("kind", KINDS)),
    )


def _claim(n: Node) -> AnnouncedClaim:
    told = {key: n.text(key) for key in ("wording", "source", "settled_by") if n.has(key)}
    return AnnouncedClaim(n.string("id"), n.text("text"), n.date("announced_on"), n.text("formula"), **told)


def _ranges(n: Node) -> dict[str, Range]:
    """Read assumptions: a number, or ``{low: …, likely: …, high: …}``."""
    if not isinstance(n.value, dict):
        raise n.error(
            Text("前提の並び（名前: 値）が必要です。", "Assumptions (name: value) are needed here.")
        )
    out = {}
    for name, value in n.value.items():
        if isinstance(value, dict):
            node = n[name]
            node.known("low", "likely", "high")
            ends = [float(node.number(k)) for k in ("low", "likely", "high")]
        else:
            ends = [float(n.number(name))] * 3
        if not ends[0] <= ends[1] <= ends[2]:
            raise n[name].error(
                Text("low ≦ likely ≦ high になっていません。", "It must have low ≤ likely ≤ high.")
            )
        out[str(name)] = Range(*ends)
    return out
