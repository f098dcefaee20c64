"""The columns of a raw table under their canonical names, parsed once per distinct value."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.calendar import DateReader, DurationReader
from kumastats.errors import DateError, DurationError, KumastatsError, MappingError, SourceError
from kumastats.sources.defects import Defects
from kumastats.sources.identity import IdentityKey, pattern
from kumastats.sources.mapping import Mapping, Spec
from kumastats.sources.raw import RawColumn, RawTable, plain
from kumastats.text import Text

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
MISSING = int(np.iinfo(np.int32).min)
LATEST_CLOCK = 48 * 60
NO_DAY, NO_INSTANT = np.datetime64("NaT", "D"), np.datetime64("NaT", "s")
HALF_A_DAY = np.timedelta64(12 * 3600, "s")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")


class Fields:
    """Reads canonical columns out of a raw table.

    Parameters
    ----------
    usual
        The usual headers of each canonical column, first choice first.
    """

    def __init__(self, raw: RawTable, mapping: Mapping, usual: Map[str, Sequence[str]], defects: Defects):
        self.raw, self.mapping, self.usual, self.defects = raw, mapping, usual, defects
        self.decisions: list[Text] = []
        self.used: set[str] = set()

    def spec(self, name: str) -> Spec:
        """Return how `name` is filled: by the mapping, else by its usual headers."""
        return self.mapping.columns.get(name) or Spec(heads=tuple(self.usual.get(name, ())))

    def head(self, heads: Sequence[str], name: str, *, required: bool = True) -> RawColumn | None:
        """Return the first of `heads` that is there.

        Raises
        ------
        SourceError
            If none is there and it is required.
        """
        for head in heads:
            if plain(head) in self.raw.columns:
                self.used.add(plain(head))
                return self.raw.columns[plain(head)]
        if not required and name not in self.mapping.columns:
            return None
        wanted, there = "、".join(heads), "、".join(self.raw.heads[:20])
        raise SourceError(
            Text(
                f"列「{wanted}」がありません（あるのは {there}）。",
                f"The column “{wanted}” is missing (there are: {there}).",
            ),
            place=self.raw.place(column=name),
            remedy=Text(
                f"対応表の columns に {name}: 見出し と書いてください。",
                f"Write {name}: HEADER under columns in the mapping.",
            ),
        )

    def column(self, name: str, *, required: bool = True) -> RawColumn | None:
        """Return the raw column of `name`, what the mapping calls missing emptied."""
        spec = self.spec(name)
        if spec.constant is not None:
            return RawColumn(name, (spec.constant,), np.zeros(len(self.raw), dtype=np.int64))
        found = self.head(spec.heads, name, required=required)
        return None if found is None else found.without(spec.missing)

    def _parse(
        self, column: RawColumn, one: Callable[[str], Any], kind: str, empty: Any, remedy: Text | None = None
    ) -> list[Any]:
        out = []
        used = column.used()
        for i, value in enumerate(column.values):
            made = empty
            if i in used:
                try:
                    made = one(value)
                except KumastatsError as error:
                    self.defects.add(
                        kind, column.rows_of(i), column.name, error.found, remedy or error.remedy
                    )
            out.append(made)
        return out

    def text(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return text; empty cells are None."""
        column = self.column(name, required=required)
        if column is None:
            return None
        return column.take([unicodedata.normalize("NFKC", v) for v in column.values], None)

    def hashed(
        self, name: str, kind: str, key: IdentityKey, *, required: bool = True
    ) -> npt.NDArray[Any] | None:
        """Return keyed hashes. A value that is no identity is told by its pattern only."""
        column = self.column(name, required=required)
        if column is None:
            return None
        used = column.used()

        def one(i: int, value: str) -> str | None:
            if i not in used:
                return None
            folded = unicodedata.normalize("NFKC", value)
            if required and not re.fullmatch(r"[0-9A-Za-z@._\-]{3,64}", folded):
                form = pattern(value)
                self.defects.add(
                    "unreadable_identity", column.rows_of(i), column.name,
                    Text(f"識別番号の形ではありません（形: {form}）。", f"This is no identity (its form: {form})."),
                    Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
                )  # fmt: skip
            return key.hash_one(kind, value)

        return column.take([one(i, v) for i, v in enumerate(column.values)], None)

    def category(self, name: str, values: Map[str, str], *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return canonical values of a column with few of them; an unknown one is a defect."""
        column = self.column(name, required=required)
        if column is None:
            return None
        spec = self.spec(name)
        known = {plain(k): v for k, v in (spec.values if spec.values is not None else values).items()}

        def one(value: str) -> str:
            found = known.get(plain(value), spec.default)
            if found is None:
                listed = "、".join(sorted(known))
                raise SourceError(
                    Text(f"知らない値「{value}」です。", f"The value “{value}” is unknown."),
                    remedy=Text(
                        f"対応表の {name}.values に書いてください（今あるのは {listed}）。",
                        f"Add it under {name}.values in the mapping (known: {listed}).",
                    ),
                )
            return found

        return column.take(self._parse(column, one, "unknown_value", None), known.get(""))

    def dates(self, name: str, *, era: str | None = None, head: RawColumn | None = None) -> Days:
        """Return dates; NaT where the cell is empty."""
        column = head if head is not None else self.column(name)
        assert column is not None
        used = column.used()
        place = self.raw.place(column=column.name)
        values = [v for i, v in enumerate(column.values) if i in used]
        try:
            reader = DateReader.detect(
                values, era=era or self.mapping.era, order=self.mapping.date_order, place=place
            )
        except DateError:
            # the column as a whole is ambiguous, or single cells are bad: the latter are told row by row
            reader = DateReader("year_first", era)
            if not any(self._readable(reader, v) for v in values):
                raise
        self._decide(reader.decision)
        parsed = self._parse(column, reader.parse, "unreadable_date", None)
        return column.take([np.datetime64(d, "D") if d else NO_DAY for d in parsed], NO_DAY).astype(
            "datetime64[D]"
        )

    @staticmethod
    def _readable(reader: DateReader, value: str) -> bool:
        try:
            reader.parse(value)
        except DateError:
            return False
        return True

    def minutes(self, name: str, *, required: bool = False) -> Ints | None:
        """Return durations in minutes; MISSING where the cell is empty."""
        column = self.column(name, required=required)
        if column is None:
            return None
        values = [column.values[i] for i in sorted(column.used())]
        unit: Any = self.mapping.durations
        try:
            reader = DurationReader.detect(values, unit=unit, place=self.raw.place(column=column.name))
        except DurationError as error:
            self.defects.add_error(error)
            return np.full(len(self.raw), MISSING, dtype=np.int64)
        if reader.unit != "h:mm":
            self._decide(Text(f"{column.name}の{reader.decision.ja}", f"{column.name}: {reader.decision.en}"))
        made = self._parse(column, reader.parse, "impossible_time", MISSING)
        return column.take(made, MISSING).astype(np.int64)

    def clock(self, name: str) -> Ints | None:
        """Return times of day in minutes after midnight; 25:30 is half past one next morning."""
        column = self.column(name, required=False)
        if column is None:
            return None
        made = self._parse(column, lambda v: clock_seconds(v) // 60, "impossible_time", MISSING)
        return column.take(made, MISSING).astype(np.int64)

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

        return column.take(self._parse(column, one, "unreadable_number", MISSING), MISSING).astype(np.int64)

    def instants(
        self, name: str, *, after: npt.NDArray[Any] | None = None, required: bool = False
    ) -> npt.NDArray[Any] | None:
        """Return instants to the second; NaT where there is no time.

        A spec with `date` and `time` joins two columns; of several time columns the first filled one counts in
        each row. With `wraps`, an instant before `after` is moved to the next day.
        """
        spec = self.spec(name)
        if name not in self.mapping.columns and not any(plain(h) in self.raw.columns for h in spec.heads):
            if required:
                self.head(spec.heads or (name,), name)
            return None
        if spec.date is None:
            column = self.column(name, required=required)
            if column is None:
                return None
            made = self._parse(column, _instant, "unreadable_date", NO_INSTANT)
            return column.take(made, NO_INSTANT).astype("datetime64[s]")
        day = self.dates(name, head=self.head((spec.date,), name)).astype("datetime64[s]")
        seconds = np.full(len(self.raw), MISSING, dtype=np.int64)
        for head in spec.heads:
            found = self.head((head,), name)
            assert found is not None
            column = found.without(spec.missing)
            made = self._parse(column, clock_seconds, "impossible_time", MISSING)
            seconds = np.where(seconds == MISSING, column.take(made, MISSING).astype(np.int64), seconds)
        known = (seconds != MISSING) & ~np.isnat(day)
        out = np.full(len(self.raw), NO_INSTANT, dtype="datetime64[s]")
        out[known] = day[known] + seconds[known].astype("timedelta64[s]")
        if after is not None:
            self._put_after(name, spec, out, known, after)
        return out

    def _put_after(self, name: str, spec: Spec, out: Any, known: Any, after: Any) -> None:
        """Move times past midnight to the next day."""
        if spec.wraps:
            early = known & (after - out > HALF_A_DAY)
            out[early] += np.timedelta64(86_400, "s")
            self.count(
                name, early, "日をまたいだ時刻を翌日とした", "times past midnight moved to the next day"
            )

    def not_before(self, name: str, first: Any, then: Any) -> Any:
        """Return `first`, where it follows `then` by no more than the slack of `name`, set to `then`."""
        slack = self.spec(name).slack
        if not slack or then is None:
            return first
        late = ~np.isnat(then) & (then < first) & (first - then <= np.timedelta64(slack, "s"))
        self.count(
            name,
            late,
            "時計のずれとみて発券と同時とした",
            "times a little before the issue taken as the issue",
        )
        return np.where(late, then, first)

    def count(self, name: str, rows: Any, ja: str, en: str) -> None:
        """Note how many rows were treated in a certain way, if any were."""
        n = int(rows.sum())
        if n:
            self._decide(Text(f"{name}: {ja}（{n:,}件）", f"{name}: {en} ({n:,})"))

    def _decide(self, decision: Text) -> None:
        if decision not in self.decisions:
            self.decisions.append(decision)

    def decide(self, ja: str, en: str) -> None:
        """Note a decision, once."""
        self._decide(Text(ja, en))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that were not read, sorted as in the file."""
        return tuple(h for h in self.raw.heads if h not in self.used)


def clock_seconds(value: str) -> int:
    """Read a time of day as seconds after midnight; hours up to 47 are the next day.

    Raises
    ------
    SourceError
        If it is no time of day.

    >>> clock_seconds("25:30"), clock_seconds("8:05:09")
    (91800, 29109)
    """
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", value).strip())
    if match is None or int(match[1]) * 60 >= LATEST_CLOCK:
        raise SourceError(
            Text(f"「{value}」は時刻として読めません。", f"“{value}” is not a time of day."),
            remedy=Text("例: 8:30、17:15:00、25:30", "For example: 8:30, 17:15:00, 25:30"),
        )
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _instant(value: str) -> np.datetime64:
    text = value.replace("/", "-")
    try:
        made = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise SourceError(
            Text(f"「{value}」は日時として読めません。", f"“{value}” is not a date and time."),
            remedy=Text("例: 2018-04-02 08:31:05", "For example: 2018-04-02 08:31:05"),
        ) from error
    if made.tzinfo is not None:
        made = made.astimezone(dt.timezone(dt.timedelta(hours=9))).replace(tzinfo=None)
    return np.datetime64(made, "s")


def refuse_wrong_source(mapping: Mapping, source: str) -> None:
    """Refuse a mapping written for another source.

    Raises
    ------
    MappingError
        If it is for another source.
    """
    if mapping.source != source:
        raise MappingError(
            Text(
                f"対応表は {mapping.source} 用で、{source} には使えません。",
                f"The mapping is for {mapping.source}, not {source}.",
            ),
            remedy=Text("--source と --mapping を確かめてください。", "Check --source and --mapping."),
        )
