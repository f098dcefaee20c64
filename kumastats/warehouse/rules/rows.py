"""Which rows an example of a rule is about: looked up only for the few examples that are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kumastats.calendar import Month
from kumastats.errors import UsageError
from kumastats.tables import table
from kumastats.warehouse import origin_files
from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.engine.embedded import DuckDB
from kumastats.warehouse.rules.model import Example, RowAt, either
from kumastats.warehouse.snapshot import Snapshot

ROWS_SHOWN = 3
_NUMBER, _FILE = "file_row_number", "filename"


class _Numbered(DuckDB):
    """Reads Parquet files with the number of each row and the name of its file."""

    def read(self, paths: Sequence[Path]) -> Any:
        return self.connection.read_parquet([str(p) for p in paths], file_row_number=True, filename=True)


class NumberedSnapshot(Snapshot):
    """The same deliveries as another snapshot, whose rows know where they are held.

    DuckDB reads them whatever engine sums: row numbers are not part of any result.
    """

    def __init__(self, snapshot: Snapshot):
        super().__init__(
            snapshot.deliveries, [snapshot._paths[d.id] for d in snapshot.deliveries], snapshot._settings
        )
        self._delivery = {self._paths[d.id].name: d for d in self.deliveries}

    @cached_property
    def engine(self) -> DuckDB:
        """DuckDB, its rows numbered."""
        from kumastats.warehouse.engine import EngineSettings

        return _Numbered(self._settings or EngineSettings.from_environment())

    def located(
        self, name: str, examples: Sequence[Example], among: Callable[[Any, Example], Any]
    ) -> tuple[Example, ...]:
        """Return the examples with the first rows that each is about.

        Parameters
        ----------
        among
            Given the table and an example, tells which rows it is about.
        """
        found = self._first(_of_months(name, self.table(name), [e.when for e in examples]), examples, among)
        out = []
        for i, example in enumerate(examples):
            mine = found[found[f"about{i}"]]
            numbers: dict[str, list[int]] = {}
            for file, number in zip(mine[_FILE], mine[_NUMBER], strict=True):
                numbers.setdefault(Path(str(file)).name, []).append(int(number))
            at = [r for file, held in numbers.items() for r in self._rows(file, held, example.when)]
            out.append(replace(example, at=tuple(at)))
        return tuple(out)

    @staticmethod
    def _first(rows: Any, examples: Sequence[Example], among: Callable[[Any, Example], Any]) -> Any:
        """Return file and number of the first rows of every example, by one query: ``about<i>`` tells which it is about."""
        import ibis

        over: Any = ibis.window
        about = {f"about{i}": among(rows, e).fill_null(False) for i, e in enumerate(examples)}
        mine = rows.select(_FILE, _NUMBER, **about)
        mine = mine.filter(either(*[mine[a] for a in about]))
        rank = {
            f"rank{a}": ibis.row_number().over(over(group_by=a, order_by=[_FILE, _NUMBER])) for a in about
        }
        ranked = mine.mutate(**rank)
        first = {a: ranked[a] & (ranked[f"rank{a}"] < ROWS_SHOWN) for a in about}
        shown = ranked.select(_FILE, _NUMBER, **first)
        return shown.filter(either(*[shown[a] for a in about])).order_by([_FILE, _NUMBER]).execute()

    def _rows(self, file: str, numbers: Sequence[int], when: str) -> list[RowAt]:
        delivery = self._delivery[file]
        # a warehouse keeps its deliveries in a folder of their own
        known = origin_files.places(self._paths[delivery.id].parent.parent, delivery, numbers)
        files = files_of(delivery, when)
        return [RowAt(delivery.id, n + 1, files, known.get(n)) for n in numbers]


def _of_months(name: str, rows: Any, days: Sequence[str]) -> Any:
    """Return the rows of the months of some days; all rows where the table, or one of these, has no day."""
    canonical = table(name)
    if canonical.date_column is None:
        return rows
    try:
        months = sorted({Month(day[:7]) for day in days})
    except UsageError:
        return rows
    day = rows[canonical.date_column]
    if canonical.column(canonical.date_column).kind == "instant":
        day = day.date()
    return rows.filter(either(*[(day >= m.start) & (day <= m.end) for m in months]))


def files_of(delivery: Delivery, when: str) -> tuple[str, ...]:
    """Return the source files of a delivery whose days include a day or month; all of them where none does."""
    named = [str(f["file"]) for f in delivery.files]
    dated = [
        str(f["file"])
        for f in delivery.files
        if f.get("first_date") and f["first_date"][: len(when)] <= when <= f["last_date"][: len(when)]
    ]
    return tuple(sorted(dated or named))


def place_and_day(name: str, rows: Any) -> tuple[Any, Any]:
    """Return the place and day of each row as examples name them; “—” where a table or row has none."""
    import ibis

    canonical = table(name)
    place: Any = ibis.literal("—")
    if canonical.place_column in rows.columns:
        place = rows[canonical.place_column].fill_null("—")
    day: Any = ibis.literal("—")
    if canonical.date_column is not None:
        day = rows[canonical.date_column].strftime("%Y-%m-%d")
    return place, day


def there_and_then(name: str, rows: Any, example: Example) -> Any:
    """Return whether a row is of the place and day of an example, without writing out the day of every row."""
    import ibis

    place, _ = place_and_day(name, rows)
    column = table(name).date_column
    if column is None:
        return place == example.place
    try:
        day = dt.date.fromisoformat(example.when)
    except ValueError:  # an example of rows without a day
        return ibis.literal(False)
    return (rows[column].cast("date") == day) & (place == example.place)
