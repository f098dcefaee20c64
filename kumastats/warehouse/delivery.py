"""A delivery: the files of one source, table and fiscal year that were received together."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

ID_LENGTH = 12
ALWAYS = "all"  # place and time of a table without dates
# (place, month or day) pairs a delivery speaks for; a later delivery that speaks for one replaces it there
Coverage = frozenset[tuple[str, str]]
SPANS = MappingProxyType({"month": "%Y-%m", "day": "%Y-%m-%d"})


@dataclass(frozen=True)
class Retraction:
    """When and why a delivery was left out, and the last batch there was then."""

    on: dt.date
    reason: str
    after_batch: int


@dataclass(frozen=True)
class Delivery:
    """What a manifest says about a delivery.

    Attributes
    ----------
    id
        From its source files' hashes, its mapping, table and period: the same files are the same delivery.
    batch
        Number of the ingest that brought it; later batches replace what they cover.
    files
        Reading reports of its source files, each with the file's own hash.
    parquet_sha256
        Of the immutable Parquet file.
    coverage
        The (place, month or day) pairs it speaks for; for tables without dates, one pair that stands for all.
    retraction
        Set once it was retracted; snapshots as of earlier days keep it.
    """

    id: str
    batch: int
    table: str
    source: str
    period: str
    received_on: dt.date
    rows: int
    first_date: dt.date | None
    last_date: dt.date | None
    files: tuple[Mapping[str, Any], ...]
    mapping_sha256: str
    parquet_sha256: str
    coverage: Coverage
    retraction: Retraction | None = None

    def counts(self, as_of: dt.date | None = None) -> bool:
        """Tell whether a snapshot as of a day holds it: received by then, and not retracted by then."""
        if as_of is None:
            return self.retraction is None
        return self.received_on <= as_of and (self.retraction is None or self.retraction.on > as_of)

    def retracted_by(self, batch: int) -> bool:
        """Tell whether it was retracted when `batch` was the last one."""
        return self.retraction is not None and self.retraction.after_batch <= batch

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = asdict(self.retraction) if self.retraction else {}
        return {
            **({"retraction": {**told, "on": told["on"].isoformat()}} if told else {}),
            "id": self.id,
            "batch": self.batch,
            "table": self.table,
            "source": self.source,
            "period": self.period,
            "received_on": self.received_on.isoformat(),
            "rows": self.rows,
            "first_date": self.first_date.isoformat() if self.first_date else None,
            "last_date": self.last_date.isoformat() if self.last_date else None,
            "files": [dict(f) for f in self.files],
            "mapping_sha256": self.mapping_sha256,
            "parquet_sha256": self.parquet_sha256,
            "coverage": sorted(map(list, self.coverage)),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Delivery:
        """Return what `to_dict` wrote."""
        day = dt.date.fromisoformat
        told = value.get("retraction")
        return cls(
            **{
                **value,
                "received_on": day(value["received_on"]),
                "first_date": day(value["first_date"]) if value["first_date"] else None,
                "last_date": day(value["last_date"]) if value["last_date"] else None,
                "files": tuple(value["files"]),
                "coverage": frozenset((o, m) for o, m in value["coverage"]),
                "retraction": Retraction(**{**told, "on": day(told["on"])}) if told else None,
            }
        )


def delivery_id(table: str, source: str, period: str, file_hashes: Sequence[str], mapping_sha256: str) -> str:
    """Return the id of a delivery."""
    told = json.dumps([table, source, period, sorted(file_hashes), mapping_sha256])
    return hashlib.sha256(told.encode()).hexdigest()[:ID_LENGTH]
