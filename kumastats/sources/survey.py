"""Survey answers as Microsoft Forms exports them: a workbook, a row a response, a column a question.

Scales are recognised by their words or numbers; several choices in a cell (``;``) become a row a choice. What is neither
is free text and never read. Population and wave come from the mapping (``population: {constant: staff}``), else from
the file's name and the days of the answers. A mapping may name questions: ``Q3: {column: …, values: {…}}``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.calendar import FiscalYear
from kumastats.errors import SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import MISSING, Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawColumn, RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.tables import table
from kumastats.text import Text

USUAL = {
    "response_id": ("ID", "回答ID"),
    "started_at": ("開始時刻", "Start time"),
    "answered_at": ("完了時刻", "Completion time"),
    "office_id": ("所属コード", "Office code"),
    "ward": ("お住まいの区", "区", "Ward"),
    "weight": ("重み", "ウェイト", "Weight"),
}
PERSONAL = ("メール", "メールアドレス", "名前", "氏名", "Email", "Name", "最終変更時刻", "Last modified time", "言語", "Language")  # fmt: skip
# the last word of each scale is its highest score
SCALES = (
    ("とても不満", "不満", "どちらでもない", "満足", "とても満足"),
    ("非常に不満", "不満", "どちらともいえない", "満足", "非常に満足"),
    ("不満", "やや不満", "どちらともいえない", "やや満足", "満足"),
    ("そう思わない", "あまりそう思わない", "どちらともいえない", "ややそう思う", "そう思う"),
    ("まったくない", "ほとんどない", "ときどき", "よくある", "いつも"),
    ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
    ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"),
    ("いいえ", "はい"),
    ("No", "Yes"),
)
NO_ANSWER = ("", "無回答", "該当なし", "わからない", "N/A")
REASON_OF = {"無回答": "none", "該当なし": "not_applicable", "わからない": "unknown", "N/A": "not_applicable"}
LARGEST_SCORE = 10
# an option written by fewer people may be a remark of one of them
COMMON_OPTION = 3
_NUMBER = re.compile(r"(?:Q|問|設問)\s*(\d+(?:[-_]\d+)?)", re.I)
_POPULATION = (("citizen", ("citizen", "市民", "住民")), ("teacher", ("teacher", "教員", "教職員")), ("staff", ("staff", "職員")))  # fmt: skip


@dataclass(frozen=True)
class _Answers:
    """One question's answers: scores by raw value."""

    question: str
    column: RawColumn
    scores: dict[str, int]
    reasons: dict[str, str]
    highest: int


def looks_like_header(mapping: Mapping, cells: Sequence[str]) -> bool:
    """Tell whether these cells are the header of a Forms export."""
    there = set(cells)

    def has(name: str) -> bool:
        spec = mapping.columns.get(name)
        return bool(there & {plain(h) for h in (spec.heads if spec else USUAL[name])})

    return has("response_id") and has("answered_at")


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one workbook (or CSV) of answers."""
    refuse_wrong_source(mapping, "survey")
    made = [
        _table(decoded, raw, path, mapping, key)
        for decoded, raw in raw_tables(
            path, encoding=mapping.encoding, looks_like_header=lambda cells: looks_like_header(mapping, cells)
        )
    ]
    return joined(made, table("survey_response"), path)


def _table(decoded: Decoded, raw: RawTable, path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    defects = Defects(len(raw), raw.place, mapping.quarantine)
    fields = Fields(raw, mapping, USUAL, defects)
    answered = fields.instants("answered_at", required=True)
    response = fields.column("response_id")
    assert answered is not None and response is not None
    days = answered.astype("datetime64[D]")
    defects.add(
        "missing_value", np.flatnonzero((np.isnat(days) | response.empty) & defects.keep), "ID",
        Text("IDか完了時刻がありません。", "There is no ID or no time of completion."),
    )  # fmt: skip
    _repeated(response, defects)
    population, wave = _population(path, mapping), _wave(path, mapping, days)
    fields.decide(f"対象 {population}、回 {wave}", f"population {population}, wave {wave}")
    questions = _questions(fields, mapping)
    if not questions:
        raise SourceError(
            Text("段階で答える設問が見つかりません。", "No question answered on a scale was found."),
            place=raw.place(),
            remedy=Text(
                "対応表に設問と values（回答: 点）を書いてください。",
                "Name questions and their values (answer: score) in a mapping.",
            ),
        )
    office, ward = fields.code("office_id", required=False), fields.word("ward", required=False)
    weight = fields.thousandths("weight")
    defects.refuse()
    hashed = response.take(
        [key.hash_one("response", f"{population}/{wave}/{v}") for v in response.values], None
    )
    columns = _long(questions, defects.keep, len(raw))
    row = columns.pop("_row")
    n = len(row)
    columns |= {
        "response_id": hashed[row],
        "population": np.full(n, population, dtype=object),
        "wave": np.full(n, wave, dtype=object),
        "answered_on": days[row],
        "office_id": None if office is None else office[row],
        "ward": None if ward is None else ward[row],
        "weight": None if weight is None else weight[row],
    }
    fields.decide(
        f"設問 {len({q.question for q in questions})}（{'、'.join(sorted({q.question for q in questions})[:12])}）",
        f"{len({q.question for q in questions})} questions ({', '.join(sorted({q.question for q in questions})[:12])})",
    )
    return build.result(
        "survey", table("survey_response"), columns, decoded=decoded, fields=fields, defects=defects, layout="Forms",
        rows_read=len(raw), at=row,
    )  # fmt: skip


def _repeated(response: RawColumn, defects: Defects) -> None:
    counts = np.bincount(response.codes[response.codes >= 0], minlength=len(response.values))
    for i in np.flatnonzero(counts > 1):
        defects.add(
            "conflicting_survey_response", response.rows_of(int(i)), "ID",
            Text("同じIDの回答が複数あります。", "Several responses share an ID."),
        )  # fmt: skip


def _population(path: Path, mapping: Mapping) -> str:
    spec = mapping.columns.get("population")
    if spec is not None and spec.constant is not None:
        return spec.constant
    name = unicodedata.normalize("NFC", path.stem).lower()
    for population, words in _POPULATION:
        if any(w in name for w in words):
            return population
    raise SourceError(
        Text("職員と市民のどちらのアンケートか分かりません。", "It is not known whose survey this is."),
        remedy=Text(
            "対応表に population: {constant: staff} のように書いてください。",
            "Write population: {constant: staff} into the mapping.",
        ),
    )


def _wave(path: Path, mapping: Mapping, days: Any) -> str:
    spec = mapping.columns.get("wave")
    if spec is not None and spec.constant is not None:
        return spec.constant
    named = re.search(r"FY\d{4}(?:Q[1-4])?", path.stem)
    if named:
        return named[0]
    known = days[~np.isnat(days)]
    return str(FiscalYear.of(known.min().item())) if len(known) else "FY0000"


def _questions(fields: Fields, mapping: Mapping) -> list[_Answers]:
    """Return the questions that are answered on a scale or by choices; all else is free text."""
    taken = {plain(h) for heads in USUAL.values() for h in heads} | {plain(h) for h in PERSONAL}
    named = {plain(h): (n, s) for n, s in mapping.columns.items() if n not in USUAL for h in s.heads}
    out: list[_Answers] = []
    for head in fields.raw.heads:
        if head in taken and head not in named:
            continue
        column = fields.raw.columns[head]
        name, spec = named.get(head, (question_id(head), None))
        if spec is not None and head != plain(spec.heads[0]):
            # the mapping knows this question by its first header, and by this one
            fields.notice("renamed_column", len(fields.raw))
        values = [column.values[i] for i in sorted(column.used())]
        if spec is not None and spec.values is not None:
            out.append(_by_mapping(name, column, dict(spec.values), fields))
        elif (scale := scale_of(values)) is not None:
            scores, highest = scale
            out.append(_Answers(name, column, scores, _reasons(values), highest))
        elif spec is not None or any(";" in v for v in values):
            out += _choices(name, column)
        else:
            continue
        fields.used.add(head)
    return out


def _by_mapping(name: str, column: RawColumn, values: dict[str, str], fields: Fields) -> _Answers:
    scores: dict[str, int] = {}
    for i, value in enumerate(column.values):
        told = values.get(value)
        if told is None and value not in REASON_OF:
            fields.defects.add(
                "unknown_value", column.rows_of(i), name,
                Text("対応表にない回答です。", "The answer is not in the mapping."),
            )  # fmt: skip
        elif told is not None:
            scores[value] = int(told)
    return _Answers(name, column, scores, _reasons(list(column.values)), max(scores.values(), default=0))


def question_id(head: str) -> str:
    """Return ``Q3`` of “Q3 …” or 問3, else a short hash of the words, the same in every wave that keeps them.

    >>> question_id("Q3.仕事に満足していますか"), question_id("問12 窓口")
    ('Q3', 'Q12')
    """
    found = _NUMBER.match(plain(head))
    if found:
        return f"Q{found[1]}"
    return "q_" + hashlib.sha256(plain(head).encode()).hexdigest()[:8]


def scale_of(values: Sequence[str]) -> tuple[dict[str, int], int] | None:
    """Return the score of each answer and the highest there is, or None when these are no answers on a scale.

    >>> scale_of(["満足", "とても不満"])
    ({'満足': 4, 'とても不満': 1}, 5)
    """
    asked = [v for v in values if v not in NO_ANSWER]
    if not asked:
        return None
    for scale in SCALES:
        at = {plain(w): i + 1 for i, w in enumerate(scale)}
        if all(plain(v) in at for v in asked):
            return {v: at[plain(v)] for v in asked}, len(scale)
    digits = [unicodedata.normalize("NFKC", v).strip() for v in asked]
    if all(d.isdigit() and int(d) <= LARGEST_SCORE for d in digits):
        highest = max(int(d) for d in digits)
        return dict(zip(asked, map(int, digits), strict=True)), 5 if highest <= 5 else LARGEST_SCORE
    return None


def _reasons(values: Sequence[str]) -> dict[str, str]:
    return {v: REASON_OF[v] for v in values if v in REASON_OF}


def _choices(name: str, column: RawColumn) -> list[_Answers]:
    """Return a question a choice: 1 where it was chosen. Choices of few people are counted together as “other”."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    chosen: Counter[str] = Counter()
    options: list[set[str]] = []
    for i, value in enumerate(column.values):
        mine = {o.strip() for o in value.split(";") if o.strip()}
        options.append(mine)
        for chosen_here in mine:
            chosen[chosen_here] += int(counts[i])
    common = sorted(o for o, n in chosen.items() if n >= COMMON_OPTION)
    out = []
    wanted: list[str | None] = [*common, None]
    for option in wanted:
        scores = {
            v: int((option in mine) if option is not None else bool(mine - set(common)))
            for v, mine in zip(column.values, options, strict=True)
        }
        if option is None and not any(scores.values()):
            continue
        label = hashlib.sha256(option.encode()).hexdigest()[:6] if option is not None else "other"
        out.append(_Answers(f"{name}#{label}", column, scores, {}, 1))
    return out


def _long(questions: Sequence[_Answers], keep: Any, rows: int) -> dict[str, Any]:
    at, ids, scores, highest, reasons = [], [], [], [], []
    for q in questions:
        score = q.column.take([q.scores.get(v, -1) for v in q.column.values], -1).astype(np.int64)
        reason = q.column.take([q.reasons.get(v) for v in q.column.values], None)
        told = np.flatnonzero(keep & ((score >= 0) | np.array([r is not None for r in reason])))
        at.append(told)
        ids.append(np.full(len(told), q.question, dtype=object))
        scores.append(np.where(score[told] >= 0, score[told], MISSING))
        highest.append(np.full(len(told), q.highest, dtype=np.int64))
        reasons.append(reason[told])
    return {
        "_row": np.concatenate(at),
        "question_id": np.concatenate(ids),
        "score": np.concatenate(scores),
        "scale_max": np.concatenate(highest),
        "missing_reason": np.concatenate(reasons),
    }
