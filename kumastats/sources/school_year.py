"""A school's printed yearly hours: time in school beyond regular hours, written ``404‘54`` for 404 hours 54 minutes."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from kumastats.calendar import FiscalYear
from kumastats.errors import SourceError
from kumastats.sources.fields import Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

_TITLE = re.compile(r"((?:令和|平成|昭和)\s*(?:元|\d{1,2})|\d{4})\s*年度")


def _finish(columns: Columns, fields: Fields) -> None:
    found = _TITLE.search(unicodedata.normalize("NFKC", fields.raw.preamble))
    if found is None:
        raise SourceError(
            Text("表題に年度がありません。", "The title names no fiscal year."),
            place=fields.raw.place(),
            remedy=Text("例: 平成30年度 在校等時間（年間）", "For example: 平成30年度 在校等時間（年間）"),
        )
    year = FiscalYear.parse(found[1])
    fields.decide(f"表題の年度: {year}", f"fiscal year of the title: {year}")
    columns["year_start"] = np.full(len(fields.raw), np.datetime64(year.start, "D"))


LISTING = Listing(
    source="school_year",
    usual={
        "office_id": ("学校コード", "所属コード"),
        "teachers": ("教員数", "教職員数"),
        "beyond_regular_min": ("年間時間外", "時間外在校等時間", "年間時間外在校等時間"),
        "over_45h": ("月45時間超の人数", "月45時間超"),
    },
    needs=("office_id", "beyond_regular_min"),
    finish=_finish,
    finished=("year_start",),
)
read, USUAL = LISTING.read, LISTING.usual
