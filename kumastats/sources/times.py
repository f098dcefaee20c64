"""Columns of days, months, durations, times of day and instants."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.calendar import DateReader, DurationReader, InstantReader, era_of
from kumastats.errors import DateError, DurationError, SourceError
from kumastats.sources.columns import MISSING, Columns, symbol, unit_of
from kumastats.sources.mapping import Spec
from kumastats.sources.quoting import safely
from kumastats.sources.raw import RawColumn
from kumastats.sources.spellings import (
    clock_seconds,
    has_bare_year,
    hours_point_minutes,
    is_readable,
    month_start,
    on_weekday,
    without_weekday,
)
from kumastats.text import Text

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
NO_DAY, NO_INSTANT = np.datetime64("NaT", "D"), np.datetime64("NaT", "s")
EARLIEST, LATEST = np.datetime64("1970-01-01"), np.datetime64("2099-12-31T23:59:59")
IMPLAUSIBLE = Text("1970年より前か2099年より後の日付です。", "The date lies before 1970 or after 2099.")
HALF_A_DAY = np.timedelta64(12 * 3600, "s")
# how staff systems write “until further notice”
OPEN_ENDS = (dt.date(2222, 12, 31), dt.date(9999, 12, 31))
UNITS = {"分": "minutes", "時間": "decimal_hours", "min": "minutes", "h": "decimal_hours"}
_QUOTE = re.compile(r"[0-9]\s*[‘’'′]\s*[0-9]")


class Times(Columns):
    """Reads columns of times. A column has one layout, decided from all its values."""

    def dates(
        self, name: str, *, era: str | None = None, head: RawColumn | None = None, open_end: bool = False
    ) -> Days:
        """Return dates; NaT where the cell is empty.

        Parameters
        ----------
        era
            The era the surroundings name, for years without one.
        open_end
            A day that stands for “no end” (2222-12-31, 9999-12-31) is NaT.
        """
        column = head if head is not None else self.column(name)
        assert column is not None
        era = era or self.mapping.era
        made = self._read(
            f"date {name}",
            column,
            lambda: self._date_reader(column, era),
            "unreadable_date",
            NO_DAY,
            dtype="datetime64[D]",
        )
        self._notice(
            f"era {name}", column, lambda v: bool(era) and bool(has_bare_year(v)), "era_without_name"
        )
        if open_end:
            ends = np.isin(made, np.array(OPEN_ENDS, dtype="datetime64[D]"))
            self.count(name, ends, "終わりのない日付とした", "taken as without an end", "open_end")
            made = np.where(ends, NO_DAY, made)
        return self._plausible(made, column)

    def _plausible(self, made: npt.NDArray[Any], column: RawColumn) -> npt.NDArray[Any]:
        """Report dates that no record of a city's work can have."""
        self.defects.add(
            "implausible_date",
            np.flatnonzero((made < EARLIEST) | (made > LATEST)),
            column.name,
            IMPLAUSIBLE,
        )
        return made

    def _date_reader(self, column: RawColumn, era: str | None) -> Callable[[str], np.datetime64]:
        used = column.used()
        place = self.raw.place(column=column.name)
        values = [without_weekday(v)[0] for i, v in enumerate(column.values) if i in used]
        try:
            reader = DateReader.detect(values, era=era, order=self.mapping.date_order, place=place)
        except DateError:
            # the column as a whole is ambiguous, or single cells are bad: the latter are told row by row
            reader = DateReader("year_first", era)
            if not any(is_readable(reader, v) for v in values):
                raise
        self._decide(reader.decision)
        return lambda value: np.datetime64(on_weekday(value, reader), "D")

    def months(self, name: str, *, era: str | None = None) -> Days:
        """Return the first days of months written 平成30年4月, H30.4, 2018-04, 2018/4 or 201804; NaT where empty.

        A whole date is read as its month if it is the first of it.
        """
        column = self.column(name)
        assert column is not None
        known = era or self.mapping.era or era_of(self.raw.preamble)
        made = self._read(
            f"month {name}", column, lambda: lambda v: np.datetime64(month_start(v, known), "D"), "unreadable_date",
            NO_DAY, dtype="datetime64[D]",
        )  # fmt: skip
        self._notice(
            f"era {name}", column, lambda v: bool(known) and bool(has_bare_year(v)), "era_without_name"
        )
        return self._plausible(made, column)

    def minutes(self, name: str, *, required: bool = False) -> Ints | None:
        """Return durations in minutes; MISSING where the cell is empty or a symbol.

        Of a column whose mapping names several under `sum`, their sum. A bare number means what the mapping's `unit` of the column, its `durations`, or the header's unit says.
        """
        if self.spec(name).sum:
            return self.sum_of(name, self.spec(name).sum)
        column = self.column(name, required=required)
        return None if column is None else self.durations(name, column)

    def durations(self, name: str, column: RawColumn) -> Ints:
        """Return a column of durations, read as `name` is, in minutes; MISSING where the cell is empty or a symbol."""
        meanings = {**self.symbols, **{symbol(k): v for k, v in self.spec(name).symbols.items()}}
        made = self._read(
            f"minutes {name}", column, lambda: self._duration_reader(name, column, meanings), "impossible_time", MISSING,
            dtype=np.int64,
        )  # fmt: skip
        self._notice(f"quote {name}", column, lambda v: bool(_QUOTE.search(v)), "hours_minutes_quote")
        return made

    def _duration_reader(
        self, name: str, column: RawColumn, meanings: dict[str, str]
    ) -> Callable[[str], int]:
        values = [v for i in sorted(column.used()) if symbol(v := column.values[i]) not in meanings]
        unit: Any = self.spec(name).unit or self.mapping.durations or UNITS.get(unit_of(column.name) or "")
        if unit == "h.mm":
            self.decide(f"{column.name}: 8.30 を8時間30分とした", f"{column.name}: 8.30 read as 8 h 30 min")
            return lambda v: MISSING if symbol(v) in meanings else hours_point_minutes(v)
        try:
            reader = DurationReader.detect(values, unit=unit, place=self.raw.place(column=column.name))
        except DurationError as error:
            self.defects.add_error(safely(error, column.values))
            return lambda _: MISSING
        if reader.unit != "h:mm":
            self._decide(Text(f"{column.name}の{reader.decision.ja}", f"{column.name}: {reader.decision.en}"))
        return lambda v: MISSING if symbol(v) in meanings else reader.parse(v)

    def sum_of(self, name: str, heads: Sequence[str]) -> Ints:
        """Return the sum, in minutes, of several columns; MISSING where all are empty."""
        total, known = np.zeros(len(self.raw), dtype=np.int64), np.zeros(len(self.raw), dtype=bool)
        for head in heads:
            column = self.head((head,), name)
            assert column is not None
            part = self.durations(name, column.without(self.spec(name).missing))
            known |= part != MISSING
            total += np.where(part == MISSING, 0, part)
        self.decide(f"{name}は{'＋'.join(heads)}", f"{name} is {' + '.join(heads)}")
        return np.where(known, total, MISSING)

    def clock(self, name: str, *, head: RawColumn | None = None) -> Ints | None:
        """Return times of day in minutes after midnight; 25:30 is half past one next morning."""
        column = head if head is not None else self.column(name, required=False)
        if column is None:
            return None
        made = self._read(
            f"clock {name}",
            column,
            lambda: lambda v: clock_seconds(v) // 60,
            "impossible_time",
            MISSING,
            dtype=np.int64,
        )
        self.notice("past_midnight", int((made >= 24 * 60).sum()))
        return made

    def hours(self, name: str, *, required: bool = False) -> Ints | None:
        """Return decimal hours as whole minutes, rounded half to even; MISSING where the cell is empty."""
        column = self.column(name, required=required)
        if column is None:
            return None

        def one(value: str) -> int:
            try:
                return round(float(value) * 60)
            except (ValueError, OverflowError) as error:
                raise SourceError(
                    Text(f"「{value}」は数ではありません。", f"“{value}” is not a number.")
                ) from error

        return self._read(f"hours {name}", column, lambda: one, "unreadable_number", MISSING, dtype=np.int64)

    def instants(
        self, name: str, *, after: npt.NDArray[Any] | None = None, required: bool = False
    ) -> npt.NDArray[Any] | None:
        """Return instants to the second; NaT where there is no time.

        A spec with `date` and `time` joins two columns; of several time columns the first filled one counts in
        each row. With `wraps`, an instant before `after` is moved to the next day.
        """
        spec = self.spec(name)
        if name not in self.mapping.columns and self._found(spec.heads) is None:
            if required:
                self.head(spec.heads or (name,), name)
            return None
        if spec.date is None:
            column = self.column(name, required=required)
            if column is None:
                return None
            made = self._read(
                f"instant {name}",
                column,
                partial(self._instant_reader, column),
                "unreadable_date",
                NO_INSTANT,
                dtype="datetime64[s]",
            )
            return self._plausible(made, column)
        day = self.dates(name, head=self.head((spec.date,), name)).astype("datetime64[s]")
        seconds = np.full(len(self.raw), MISSING, dtype=np.int64)
        for head in spec.heads:
            found = self.head((head,), name)
            assert found is not None
            column = found.without(spec.missing)
            made = self._read(
                f"seconds {name}", column, lambda: clock_seconds, "impossible_time", MISSING, dtype=np.int64
            )
            seconds = np.where(seconds == MISSING, made, seconds)
        known = (seconds != MISSING) & ~np.isnat(day)
        out = np.full(len(self.raw), NO_INSTANT, dtype="datetime64[s]")
        out[known] = day[known] + seconds[known].astype("timedelta64[s]")
        if after is not None:
            self._put_after(name, spec, out, known, after)
        return out

    def _instant_reader(self, column: RawColumn) -> Callable[[str], np.datetime64]:
        place = self.raw.place(column=column.name)
        values = [column.values[i] for i in sorted(column.used())]
        try:
            reader = InstantReader.detect(
                values, era=self.mapping.era, order=self.mapping.date_order, place=place
            )
        except DateError:
            # single bad cells are told row by row; a column that reads in two ways is refused as a whole
            reader = InstantReader(DateReader("year_first", self.mapping.era))
            if not any(is_readable(reader, v) for v in values):
                raise
        if reader.dates.layout in ("day_first", "month_first"):
            self._decide(reader.decision)
        return lambda value: np.datetime64(reader.parse(value), "s")

    def _put_after(self, name: str, spec: Spec, out: Any, known: Any, after: Any) -> None:
        """Move times past midnight to the next day."""
        if spec.wraps:
            early = known & (after - out > HALF_A_DAY)
            out[early] += np.timedelta64(86_400, "s")
            self.count(
                name,
                early,
                "日をまたいだ時刻を翌日とした",
                "times past midnight moved to the next day",
                "past_midnight",
            )

    def _notice(self, how: str, column: RawColumn, test: Callable[[str], bool], id: str) -> None:
        """Count the cells that pass a test."""
        self.notice(id, int(self._read(how, column, lambda: test, "", False, dtype=np.bool_).sum()))
