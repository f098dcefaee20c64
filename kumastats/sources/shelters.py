"""Shelters day by day. Dates are often written 4月14日, with the year in the title only."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import numpy as np

from kumastats.calendar.era import western_year
from kumastats.errors import DateError
from kumastats.sources.fields import NO_DAY, Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.sources.quoting import safely
from kumastats.text import Text

_YEAR = re.compile(r"(?:(令和|平成|昭和)\s*(元|\d{1,2})|(\d{4}))\s*年")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*(?:月|/)\s*(\d{1,2})\s*日?")


def _finish(columns: Columns, fields: Fields) -> None:
    """Give days without a year the year of the title."""
    column = fields.column("date")
    assert column is not None
    if not any(_MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", v)) for v in column.values):
        columns["date"] = fields.dates("date")
        return
    year = year_of(fields.raw.preamble)
    made = []
    for i, value in enumerate(column.values):
        day = None
        try:
            day = day_of(value, year)
        except DateError as unsafe:
            error = safely(unsafe, [value])
            fields.defects.add("unreadable_date", column.rows_of(i), column.name, error.found, error.remedy)
        made.append(np.datetime64(day, "D") if day else NO_DAY)
    fields.decide(f"表題の年（{year}）の日付", f"days of the year in the title ({year})")
    columns["date"] = column.take(made, NO_DAY).astype("datetime64[D]")


def year_of(title: str) -> int | None:
    """Return the Western year a title names, or None."""
    found = _YEAR.search(unicodedata.normalize("NFKC", title))
    if found is None:
        return None
    return int(found[3]) if found[3] else western_year(found[1], 1 if found[2] == "元" else int(found[2]))


def day_of(value: str, year: int | None) -> dt.date:
    """Read ``4月14日`` in a year.

    Raises
    ------
    DateError
        If it is no day, or the year is not known.
    """
    found = _MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", value).strip())
    try:
        if found is None or year is None:
            raise ValueError
        return dt.date(year, int(found[1]), int(found[2]))
    except ValueError as error:
        raise DateError(
            Text(f"「{value}」は日付として読めません。", f"“{value}” is not a date."),
            remedy=Text("年を表題か各行に書いてください。", "Write the year into the title or the rows."),
        ) from error


LISTING = Listing(
    source="shelters",
    table="shelter_day",
    usual={
        "site_id": ("避難所", "避難所コード", "避難所名"),
        "area": ("地区", "校区"),
        "evacuees": ("避難者数",),
        "staff": ("従事職員数", "従事職員"),
        "staff_needed": ("必要職員", "必要職員数"),
        "date": ("日付", "月日"),
    },
    plain_text=("site_id",),
    needs=("site_id", "evacuees"),
    finish=_finish,
    finished=("date",),
)
read, USUAL = LISTING.read, LISTING.usual
