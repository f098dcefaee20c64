"""A snapshot: the deliveries held at a moment, as tables that can be summed.

Where a later batch covers a place and time again (an office and month, for event logs a day), the earlier rows are left
out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.errors import UsageError, WarehouseError
from kumastats.tables import table
from kumastats.text import Lang, Text
from kumastats.warehouse import reading
from kumastats.warehouse.cells import Cells, Grain, Period, cells, counts, histogram, restrict
from kumastats.warehouse.delivery import ID_LENGTH, SPANS, Coverage, Delivery
from kumastats.warehouse.derived import with_derived
from kumastats.warehouse.engine import Engine, EngineSettings, open_engine
from kumastats.warehouse.native import repeated_days, same_rows
from kumastats.warehouse.running import Running
from kumastats.warehouse.sharing import shared
from kumastats.warehouse.windows import side_by_side

if TYPE_CHECKING:
    import pandas as pd

    from kumastats.warehouse.summary import IntegerSummary


class Snapshot:
    """An immutable set of deliveries. Opening one reads no data.

    Parameters
    ----------
    deliveries, paths
        Deliveries in order of their batches, and the Parquet file of each.
    settings
        Of the engine that sums; those of the environment by default.
    """

    def __init__(
        self, deliveries: Sequence[Delivery], paths: Sequence[Path], settings: EngineSettings | None = None
    ):
        self._deliveries = tuple(deliveries)
        self._settings = settings
        self._paths = dict(zip((d.id for d in deliveries), paths, strict=True))

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything held, oldest batch first."""
        reading.note(reading.EVERYTHING)
        return self._deliveries

    @cached_property
    def sha256(self) -> str:
        """Hash of the ids of its deliveries in order."""
        told = "\n".join(f"{d.batch} {d.id}" for d in self._deliveries)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def id(self) -> str:
        """The first characters of its hash."""
        return self.sha256[:ID_LENGTH]

    def __repr__(self) -> str:
        return f"Snapshot({self.id})"

    def overview(self, lang: Lang = "ja") -> pd.DataFrame:
        """Return a row for each table held: what it is, its first and last day, its deliveries."""
        import pandas as pd

        rows = {
            name: (table(name).label(lang), *(self.span(name) or (None, None)), len(self.of(name)))
            for name in self.tables
        }
        heads = ["label", "first", "last", "deliveries"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=heads).rename_axis("table")

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.overview().to_html(border=0, na_rep="—", notebook=True)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that hold anything, sorted."""
        return tuple(sorted({d.table for d in self.deliveries}))

    def has(self, name: str) -> bool:
        """Tell whether anything is held of a table."""
        return bool(self.of(name))

    def of(self, *names: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a table or of several."""
        for name in names:
            reading.note(name)
        return tuple(d for d in self._deliveries if d.table in names)

    def span(self, name: str) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last day held of a table, or None."""
        first = [d.first_date for d in self.of(name) if d.first_date]
        last = [d.last_date for d in self.of(name) if d.last_date]
        return (min(first), max(last)) if first and last else None

    def months(self, name: str) -> tuple[str, ...]:
        """Return the months a table holds rows of, sorted."""
        return tuple(sorted({m[:7] for d in self.of(name) for _, m in d.coverage}))

    def superseded(self, delivery: Delivery) -> Coverage:
        """Return what of a delivery a later batch replaced."""
        later = [d.coverage for d in self.of(delivery.table) if d.batch > delivery.batch]
        return delivery.coverage & frozenset().union(*later) if later else frozenset()

    @cached_property
    def engine(self) -> Engine:
        """The engine that sums, started on first use."""
        return open_engine(self._settings)

    def beside(self, other: Snapshot) -> Snapshot:
        """Return this snapshot on the engine of another, so that both can stand in one expression."""
        made = Snapshot(self._deliveries, [self._paths[d.id] for d in self._deliveries], other._settings)
        made.engine = other.engine
        return made

    @property
    def connection(self) -> Any:
        """The engine's Ibis backend."""
        return self.engine.connection

    @cached_property
    def _opened(self) -> dict[str, Any]:
        return {}

    def table(self, name: str) -> Any:
        """Return a table as an Ibis expression, replaced rows left out.

        Some tables carry derived columns (`kumastats.warehouse.derived`). Of rolling windows in ``usage``, only those that stand side by side are left.

        Raises
        ------
        WarehouseError
            If nothing is held of it.
        """
        if name not in self._opened:
            self._opened[name] = self.engine.named(self._open(name))
        return self._opened[name]

    def pulled(self, name: str) -> Any:
        """Return a table with the overlapping rolling windows that `table` leaves out."""
        return self._open(name, disjoint=False)

    def _open(self, name: str, *, disjoint: bool = True) -> Any:
        import ibis

        held = self.of(name)
        if not held:
            label = table(name).label
            raise WarehouseError(
                Text(f"「{label.ja}」のデータがありません。", f"No data are held of “{label.en}”."),
                remedy=Text(
                    "raw/ に置いて `kumastats ingest` を実行してください。",
                    "Put the export into raw/ and run `kumastats ingest`.",
                ),
            )
        gone = {d.id: self.superseded(d) for d in held}
        whole = [self._paths[d.id] for d in held if not gone[d.id]]
        parts = [self.engine.read(whole)] if whole else []
        canonical = table(name)
        for delivery in held:
            if not gone[delivery.id] or gone[delivery.id] == delivery.coverage:
                continue
            rows = self.engine.read([self._paths[delivery.id]])
            pairs = sorted(gone[delivery.id])
            left = ibis.memtable({"_place": [p for p, _ in pairs], "_time": [t for _, t in pairs]})
            keyed = rows.mutate(
                _place=rows[canonical.place_column].fill_null(""),
                _time=rows[canonical.date_column].strftime(SPANS[canonical.span]),
            )
            parts.append(keyed.anti_join(left, ["_place", "_time"]).drop("_place", "_time"))
        made = ibis.union(*parts) if len(parts) > 1 else parts[0]
        if name == "usage" and disjoint:
            made = self._disjoint(made)
        return with_derived(name, made)

    def same_rows(self, first: Delivery, later: Delivery) -> bool:
        """Tell whether a later delivery holds the rows of the first at the places and times it covers."""
        canonical = table(later.table)
        return same_rows(self.engine, self._paths[first.id], self._paths[later.id], canonical)

    def _disjoint(self, usage: Any) -> Any:
        """Leave out windows that overlap a later one of the same product and length."""
        import ibis
        import pandas as pd

        pulled = usage.select("product", "period_start", "period_end").distinct().execute()
        kept: list[tuple[str, dt.date, dt.date]] = []
        for product, mine in pulled.groupby("product", sort=True):
            days = [
                (a.date(), b.date()) for a, b in zip(mine["period_start"], mine["period_end"], strict=True)
            ]
            kept += [(str(product), first, last) for first, last in side_by_side(days)]
        if len(kept) == len(pulled):
            return usage
        names = ("product", "period_start", "period_end")
        left = ibis.memtable(
            pd.DataFrame(kept, columns=list(names)),
            schema={"product": "string", "period_start": "date", "period_end": "date"},
        )
        return usage.semi_join(left, list(names))

    def frame(
        self,
        name: str,
        columns: Iterable[str] | None = None,
        *,
        start: dt.date | None = None,
        end: dt.date | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return rows of a table, sorted by its key.

        Parameters
        ----------
        columns
            All of them by default.
        start, end
            First and last day, both included.
        where
            Column to value, or to a list of values.
        """
        canonical = table(name)
        rows = restrict(self.table(name), canonical, start, end, where)
        names = list(columns) if columns is not None else list(rows.columns)
        extra = [k for k in canonical.key if k not in names]
        out: pd.DataFrame = rows.select([*names, *extra]).execute()
        ordered = out.sort_values(list(canonical.key), kind="stable", ignore_index=True)
        return ordered[names]

    @shared
    def cells(
        self,
        name: str,
        *,
        value: str | None = None,
        grain: Grain = "row",
        by: Sequence[str] = ("office_id",),
        period: Period = "month",
        start: dt.date | None = None,
        end: dt.date | None = None,
        where: Mapping[str, Any] | None = None,
        over: int | None = None,
        running: Running | None = None,
    ) -> Cells:
        """Return integer summaries of a column by groups and periods. See `kumastats.warehouse.cells`."""
        return cells(
            self.engine, self.table(name), table(name), value=value, grain=grain, by=by, period=period, start=start, end=end,
            where=where, over=over, running=running,
        )  # fmt: skip

    def summary(
        self,
        name: str,
        value: str,
        *,
        grain: Grain = "row",
        by: Sequence[str] = ("office_id",),
        period: Period = "month",
        start: dt.date | None = None,
        end: dt.date | None = None,
        where: Mapping[str, Any] | None = None,
        running: Running | None = None,
        width: int = 1,
    ) -> IntegerSummary:
        """Return cells with the counts of their values: means, deviations and quantiles come from these integers.

        The share above a threshold needs no such counts: `cells` with ``over`` counts it.

        See `kumastats.warehouse.summary`.
        """
        asked: dict[str, Any] = {
            "grain": grain, "by": by, "period": period, "start": start, "end": end, "where": where, "running": running,
        }  # fmt: skip
        from kumastats.warehouse.summary import IntegerSummary

        return IntegerSummary(
            self.cells(name, value=value, **asked), self._counts(name, value, width, asked), width
        )

    @shared
    def _counts(self, name: str, value: str, width: int, asked: Mapping[str, Any]) -> Any:
        return counts(self.engine, self.table(name), table(name), value, width=width, **asked)

    @shared
    def repeated_days(self, name: str) -> int:
        """Return how many rows of a table of days have the key of another row: 0 is the good case."""
        canonical = table(name)
        if (
            canonical.date_column is None
            or canonical.date_column not in canonical.key
            or canonical.span != "month"
        ):
            raise UsageError(Text(f"表 {name} は日ごとではありません。", f"{name} is no table of days."))
        by = [k for k in canonical.key if k != canonical.date_column]
        return repeated_days(self.engine, self.table(name), by, canonical.date_column)

    @shared
    def histogram(
        self,
        name: str,
        value: str,
        *,
        width: int,
        grain: Grain = "row",
        start: dt.date | None = None,
        end: dt.date | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return how many values fall into each bin of `width`. See `kumastats.warehouse.cells`."""
        return histogram(
            self.engine, self.table(name), table(name), value, width=width, grain=grain, start=start, end=end,
            where=where,
        )  # fmt: skip
