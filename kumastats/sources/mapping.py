"""Mapping files: how a city's headers become canonical columns, and which known defects are set aside.

A mapping is a small YAML file::

    source: tickets
    columns:
      issued_at: {date: 発券日, time: 発券時刻}     # two columns, one instant
      called_at: {date: 発券日, time: [呼出時刻, 再呼出時刻], missing: ["0:00:00"], wraps: true}
      outcome: {column: 状態, values: {完了: served, 不在: no_show}}
      service: 業務                                 # a header alone
      office_id: {constant: W1}
      desk_id: {column: 窓口番号, hash: true}
      ordered_overtime_min: {sum: [時間外100, 時間外125, 時間外150], unit: decimal_hours}
    date_order: "%y%m%d"
    symbols: {x: suppressed, "-": none}               # what symbols in columns of numbers mean
    quarantine: [negative_duration]

A list of headers takes the first that is there (and, for times, the first that is not missing in the row).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kumastats.errors import MappingError, Place
from kumastats.tables.column import REASONS
from kumastats.text import Text

KEYS = frozenset(
    {
        "source",
        "encoding",
        "columns",
        "date_order",
        "era",
        "durations",
        "quarantine",
        "rows",
        "timezone",
        "symbols",
    }
)
SPEC_KEYS = frozenset(
    {
        "column", "date", "time", "missing", "values", "constant", "hash", "wraps", "slack", "default", "sum", "unit",
        "symbols",
    }
)  # fmt: skip
UNITS = ("h:mm", "minutes", "decimal_hours", "h.mm")


class _Words(yaml.SafeLoader):
    """Reads No, Yes, On and Off as the words they are: No is a common header."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false|True|False"), list("tfTF"))


@dataclass(frozen=True)
class Spec:
    """How one canonical column is filled.

    Attributes
    ----------
    heads
        Headers, the first present is used (for times: coalesced row by row).
    date
        Header of the date that a time of day belongs to.
    missing
        Texts that mean “no value”.
    values
        Raw to canonical values; a raw value outside is refused unless `default` is set.
    wraps
        A time more than twelve hours before the ticket's own is on the next day.
    slack
        Seconds by which a call may precede its issue (clocks differ); the issue is then put right (`clock_drift`).
    sum
        Headers of durations that are added up.
    unit
        What a bare number in a column of durations means, one of `UNITS`; ``h.mm`` reads 8.30 as 8 h 30 min.
    symbols
        What symbols in a column of numbers mean, as reasons why values are missing.
    """

    heads: tuple[str, ...] = ()
    date: str | None = None
    missing: frozenset[str] = frozenset()
    values: Map[str, str] | None = None
    constant: str | None = None
    hash: bool = False
    wraps: bool = False
    slack: int = 0
    default: str | None = None
    sum: tuple[str, ...] = ()
    unit: str | None = None
    symbols: Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read and checked."""

    source: str
    columns: Map[str, Spec]
    quarantine: frozenset[str] = frozenset()
    encoding: str | None = None
    date_order: str | None = None
    era: str | None = None
    durations: str | None = None
    rows: Map[str, tuple[str, ...]] = field(default_factory=dict)
    symbols: Map[str, str] = field(default_factory=dict)
    sha256: str = ""
    name: str = ""
    body: Map[str, Any] = field(default_factory=dict)

    def named_heads(self) -> set[str]:
        """Return every header it reads, plain."""
        from kumastats.sources.raw import plain

        return {
            plain(h)
            for spec in self.columns.values()
            for h in (*spec.heads, *spec.sum, *((spec.date,) if spec.date else ()))
        }

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Read a mapping file.

        Raises
        ------
        MappingError
            Naming the key that is wrong.
        """
        place = Place(file=path.name)
        data = path.read_bytes()
        try:
            raw = yaml.load(data.decode("utf-8"), Loader=_Words)
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            raise MappingError(
                Text("対応表をYAMLとして読めません。", "The mapping is not readable YAML."),
                place=Place(file=path.name, row=mark.line + 1 if mark else None),
                remedy=Text(
                    "UTF-8で、字下げをそろえてください。", "Save it as UTF-8 and check its indentation."
                ),
            ) from error
        if not isinstance(raw, dict) or not isinstance(raw.get("source"), str):
            raise MappingError(
                Text("対応表に source がありません。", "The mapping has no source."),
                place=place,
                remedy=Text("例: source: tickets", "For example: source: tickets"),
            )
        _refuse_unknown(raw, KEYS, place)
        columns = {
            str(k): _spec(v, Place(file=path.name, column=str(k)))
            for k, v in (raw.get("columns") or {}).items()
        }
        return cls(
            source=raw["source"],
            columns=MappingProxyType(columns),
            quarantine=frozenset(map(str, raw.get("quarantine") or ())),
            encoding=raw.get("encoding"),
            date_order=raw.get("date_order"),
            era=raw.get("era"),
            durations=raw.get("durations"),
            rows=MappingProxyType(
                {str(k): tuple(map(str, _listed(v))) for k, v in (raw.get("rows") or {}).items()}
            ),
            symbols=MappingProxyType(_symbols(raw.get("symbols"), Place(file=path.name, column="symbols"))),
            sha256=hashlib.sha256(data).hexdigest(),
            name=path.name,
            body=MappingProxyType(raw),
        )

    @classmethod
    def default(cls, source: str) -> Mapping:
        """Return the empty mapping: every column by its usual headers."""
        return cls(source, MappingProxyType({}))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _refuse_unknown(raw: Map[str, Any], known: frozenset[str], place: Place) -> None:
    unknown = sorted(set(map(str, raw)) - known)
    if unknown:
        raise MappingError(
            Text(
                f"対応表の知らない項目: {', '.join(unknown)}",
                f"Unknown keys in the mapping: {', '.join(unknown)}",
            ),
            place=place,
            remedy=Text(f"使えるのは {', '.join(sorted(known))}", f"Known: {', '.join(sorted(known))}"),
        )


def _spec(value: Any, place: Place) -> Spec:
    if isinstance(value, (str, list)):
        return Spec(heads=tuple(map(str, _listed(value))))
    if not isinstance(value, dict):
        raise MappingError(
            Text("列の指定は見出しか {column: …} です。", "A column is a header or {column: …}."), place=place
        )
    _refuse_unknown(value, SPEC_KEYS, place)
    heads = value.get("time", value.get("column", ()))
    if not heads and not {"constant", "date", "sum"} & set(value):
        raise MappingError(
            Text("column か constant が必要です。", "It needs a column or a constant."), place=place
        )
    unit = value.get("unit")
    if unit is not None and unit not in UNITS:
        raise MappingError(
            Text(f"unit は {'、'.join(UNITS)} のどれかです。", f"A unit is one of {', '.join(UNITS)}."),
            place=place,
        )
    values = value.get("values")
    return Spec(
        heads=tuple(map(str, _listed(heads))) if heads else (),
        date=value.get("date"),
        missing=frozenset(map(str, _listed(value.get("missing", [])))),
        values={str(k): str(v) for k, v in values.items()} if values is not None else None,
        constant=None if value.get("constant") is None else str(value["constant"]),
        hash=bool(value.get("hash", False)),
        wraps=bool(value.get("wraps", False)),
        slack=int(value.get("slack", 0)),
        default=value.get("default"),
        sum=tuple(map(str, _listed(value.get("sum", [])))),
        unit=unit,
        symbols=_symbols(value.get("symbols"), place),
    )


def _symbols(value: Any, place: Place) -> dict[str, str]:
    made = {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}
    unknown = sorted(set(made.values()) - set(REASONS))
    if unknown or (value is not None and not isinstance(value, dict)):
        raise MappingError(
            Text("symbols は 記号: 意味 の組です。", "Symbols are pairs of a symbol and its meaning."),
            place=place,
            remedy=Text(f"意味は {'、'.join(REASONS)}", f"Meanings: {', '.join(REASONS)}"),
        )
    return made
