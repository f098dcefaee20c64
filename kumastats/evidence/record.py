"""One finding: what was asked, what was found, how sure it is, and where it came from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from kumastats.calendar import Quarter
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.errors import EvidenceError, Place, UsageError
from kumastats.evidence.certainty import Certainty
from kumastats.evidence.template import placeholders, refuse_typed_digits
from kumastats.text import LANGS, Text

Kind = Literal["comparison", "descriptive", "model", "claim"]
Status = Literal["confirmatory", "retrospective", "exploratory"]
Series = PublishedSeries
SIGNIFICANT_DIGITS = 10
SCHEMA = Path(__file__).with_name("schema.json")
# of internet addresses, which jsonschema builds in two seconds where it is installed; our schema holds no address
GRAMMAR = "rfc3987_syntax"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class CheckResult:
    """A check of a comparison as the register keeps it.

    Attributes
    ----------
    result
        ``pass``, ``warn``, ``fail`` or ``not_run``.
    """

    name: str
    result: str
    meaning: Text
    value: float | None = None


@dataclass(frozen=True)
class Provenance:
    """Where a finding came from.

    Attributes
    ----------
    snapshot
        Id of the warehouse snapshot.
    deliveries
        Ids of the deliveries read.
    notebook, parameters
        What made it, and with which parameters.
    """

    snapshot: str = ""
    deliveries: tuple[str, ...] = ()
    code_version: str = ""
    notebook: str = ""
    parameters: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class EvidenceRecord:
    """A finding. Every figure in its statement is a placeholder for one of its `numbers`.

    Attributes
    ----------
    id
        Lower-case words joined by hyphens, unique in a register.
    quarter
        The quarter it was reported for, ``FY2018Q1``.
    item, question, measure
        Ids of the partnership item, the study question and the measure; may be empty.
    statement
        One sentence in each language, with ``{placeholders}`` only (see `kumastats.evidence.template`).
    estimand
        What is compared with what.
    design, inference
        How it was found, and how the interval was made.
    dropped
        Rows left out, by reason.
    n, n_units, n_clusters
        Rows, units and independent clusters it rests on.
    series
        What its figure plots.
    verdict, formula, reasons
        Of a claim: the verdict, how it is computed, and why.
    """

    id: str
    quarter: str
    kind: Kind
    title: Text
    statement: Text
    numbers: tuple[PublishedNumber, ...]
    certainty: Certainty
    item: str = ""
    question: str = ""
    measure: str = ""
    unit: Text = Text("", "")  # noqa: RUF009 - frozen
    estimand: Text = Text("", "")  # noqa: RUF009 - frozen
    design: str = "measurement"
    inference: str = ""
    decidable: bool = True
    undecidable_reason: Text | None = None
    headline: bool = False
    status: Status = "exploratory"
    checks: tuple[CheckResult, ...] = ()
    shocks: tuple[str, ...] = ()
    deviations: tuple[Text, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    n: int | None = None
    n_units: int | None = None
    n_clusters: int | None = None
    series: tuple[Series, ...] = ()
    verdict: str | None = None
    formula: Text | None = None
    reasons: tuple[Text, ...] = ()
    snapshot: str = ""
    deliveries: tuple[str, ...] = ()
    code_version: str = ""
    notebook: str = ""
    parameters: Mapping[str, str | int | float | bool] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        for name in ("dropped", "parameters"):
            held = {k: getattr(self, name)[k] for k in sorted(getattr(self, name))}
            object.__setattr__(self, name, MappingProxyType(held))
        for name in ("numbers", "checks", "shocks", "deviations", "series", "reasons", "deliveries"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not _SLUG.fullmatch(self.id):
            raise self._error(
                "idは英小文字と数字を - でつなぎます。",
                "an id is lower-case words and digits joined by hyphens.",
            )
        try:
            Quarter(self.quarter)
        except UsageError as bad:
            raise self._error(bad.found.ja, bad.found.en) from bad
        for kind, known, value in (
            ("kind", get_args(Kind), self.kind),
            ("status", get_args(Status), self.status),
        ):
            if value not in known:
                raise self._error(f"{kind}「{value}」は未知です。", f"the {kind} “{value}” is unknown.")
        if self.kind == "comparison" and not self.decidable and self.undecidable_reason is None:
            raise self._error("判断できない理由がありません。", "it gives no reason for not being decidable.")
        self._check_names()

    def _check_names(self) -> None:
        names = [x.name for x in self.numbers] + [x.name for x in self.series]
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            raise self._error(f"数値の名前が重複: {doubled}", f"names used twice: {doubled}")
        held = {x.name for x in self.numbers}
        used = {lang: placeholders(self.statement(lang)) for lang in LANGS}
        for lang, wanted in sorted(used.items()):
            missing = sorted(wanted - held)
            if missing:
                raise self._error(
                    f"文（{lang}）の {missing} に当たる数値がありません。",
                    f"the {lang} statement names {missing}, which no number has.",
                )
        if used["ja"] != used["en"]:
            odd = sorted(used["ja"] ^ used["en"])
            raise self._error(
                f"日英の文で使う数値が違います: {odd}", f"the two statements use different numbers: {odd}"
            )
        for text in (self.statement.ja, self.statement.en):
            refuse_typed_digits(text, place=Place(file=self.id, column="statement"))

    def _error(self, ja: str, en: str) -> EvidenceError:
        return EvidenceError(Text(f"証拠「{self.id}」: {ja}", f"Evidence “{self.id}”: {en}"))

    def number(self, name: str) -> PublishedNumber | None:
        """Return the number called `name`, or None."""
        return next((x for x in self.numbers if x.name == name), None)

    @property
    def published(self) -> tuple[PublishedNumber | PublishedSeries, ...]:
        """Everything the disclosure rules must see."""
        return (*self.numbers, *self.series)

    @property
    def provenance(self) -> Provenance:
        """Where it came from."""
        return Provenance(
            self.snapshot, self.deliveries, self.code_version, self.notebook, dict(self.parameters)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values, floats rounded to ten significant digits."""
        made: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name in ("numbers", "series"):
                value = [x.to_dict() for x in value]
            elif f.name == "checks":
                value = [
                    {"name": c.name, "result": c.result, "meaning": c.meaning.to_dict(), "value": c.value}
                    for c in value
                ]
            elif isinstance(value, (Text, Certainty)):
                value = value.to_dict()
            elif isinstance(value, tuple):
                value = [v.to_dict() if isinstance(v, Text) else v for v in value]
            elif isinstance(value, Mapping):
                value = dict(value)
            made[f.name] = value
        return rounded(made)  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, rounded floats, a newline at the end.

        Raises
        ------
        EvidenceError
            If the record breaks the schema.
        """
        value = self.to_dict()
        validate(value)
        return canonical_json(value)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str, *, place: Place | None = None) -> EvidenceRecord:
        """Read a record.

        Raises
        ------
        EvidenceError
            If it is not JSON, or breaks the schema.
        """
        try:
            value = json.loads(text)
        except ValueError as bad:
            raise EvidenceError(
                Text("証拠の記録がJSONとして読めません。", "The evidence record is not JSON."), place=place
            ) from bad
        validate(value, place=place)
        optional = ("undecidable_reason", "formula")
        return cls(
            **{
                **value,
                **{k: Text.of(value[k]) for k in ("title", "statement", "unit", "estimand")},
                **{k: Text.of(value[k]) if value[k] is not None else None for k in optional},
                **{k: tuple(Text.of(v) for v in value[k]) for k in ("deviations", "reasons")},
                "numbers": tuple(PublishedNumber.from_dict(v) for v in value["numbers"]),
                "series": tuple(PublishedSeries.from_dict(v) for v in value["series"]),
                "checks": tuple(
                    CheckResult(c["name"], c["result"], Text.of(c["meaning"]), c["value"])
                    for c in value["checks"]
                ),
                "certainty": Certainty.from_dict(value["certainty"]),
            }
        )


def rounded(value: Any) -> Any:
    """Round every float in `value` to ten significant digits; refuse NaN and infinities.

    >>> rounded({"a": 1 / 3, "b": (-0.0, 2)})
    {'a': 0.3333333333, 'b': [0.0, 2]}
    """
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EvidenceError(
                Text("NaNや無限大は記録できません。", "NaN and infinity cannot be recorded."),
                remedy=Text(
                    "値がないなら None にして理由を書く。", "Use None and say why there is no value."
                ),
            )
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    if isinstance(value, Mapping):
        return {str(k): rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    if hasattr(value, "item"):  # a NumPy scalar
        return rounded(value.item())
    raise EvidenceError(
        Text(f"{type(value).__name__} は記録できません。", f"A {type(value).__name__} cannot be recorded."),
        remedy=Text("文字列・数値・真偽値にする。", "Turn it into text, a number or a truth value."),
    )


def canonical_json(value: Any) -> str:
    """Return `value` as the one JSON text it can be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


@contextlib.contextmanager
def without(name: str) -> Iterator[None]:
    """Let an optional library be absent while others are imported."""
    before = sys.modules.get(name)
    sys.modules[name] = before  # type: ignore[assignment]
    try:
        yield
    finally:
        if before is None:
            del sys.modules[name]


@lru_cache(maxsize=1)
def _validator() -> Any:
    with without(GRAMMAR):
        from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def validate(value: Any, *, place: Place | None = None) -> None:
    """Hold `value` against ``schema.json``.

    Raises
    ------
    EvidenceError
        Naming the first field that breaks it.
    """
    faults = sorted(_validator().iter_errors(value), key=lambda e: (e.json_path, e.message))
    if faults:
        first, more = faults[0], len(faults) - 1
        where = Place(file=place.file if place else None, column=first.json_path)
        rest = Text(f"（ほか{more}件）" if more else "", f" (and {more} more)" if more else "")
        raise EvidenceError(
            Text(
                f"証拠の記録が書式に合いません: {first.message}{rest.ja}",
                f"The record breaks its schema: {first.message}{rest.en}",
            ),
            place=where,
            remedy=Text("その項目を直して記録し直す。", "Mend the field and record it again."),
        )
