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
    date_order: "%y%m%d"
    quarantine: [negative_duration]

A list of headers takes the first that is there (and, for times, the first that is not missing in the row).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kumastats.errors import MappingError, Place
from kumastats.text import Text

KEYS = frozenset(
    {"source", "encoding", "columns", "date_order", "era", "durations", "quarantine", "rows", "timezone"}
)
SPEC_KEYS = frozenset(
    {"column", "date", "time", "missing", "values", "constant", "hash", "wraps", "slack", "default"}
)


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
        Seconds by which a call may precede its issue (clocks differ); the issue is then moved to the call.
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
    sha256: str = ""
    name: str = ""

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
            raw = yaml.safe_load(data.decode("utf-8"))
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
            sha256=hashlib.sha256(data).hexdigest(),
            name=path.name,
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
    if not heads and "constant" not in value and "date" not in value:
        raise MappingError(
            Text("column か constant が必要です。", "It needs a column or a constant."), place=place
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
    )
