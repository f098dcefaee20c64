"""Costs by fiscal year, initiative and item: budget, contract and actual; the header says in thousands or millions of yen."""

from __future__ import annotations

from kumastats.calendar import FiscalYear
from kumastats.errors import DateError
from kumastats.sources.fields import Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.sources.quoting import safely

KINDS = {"予算": "budget", "当初予算": "budget", "契約": "contract", "決算": "actual", "実績": "actual"}


def _finish(columns: Columns, fields: Fields) -> None:
    years = fields.column("fiscal_year")
    assert years is not None
    made: list[str | None] = []
    for i, value in enumerate(years.values):
        try:
            made.append(str(FiscalYear.parse(value)))
        except DateError as unsafe:
            error = safely(unsafe, [value])
            made.append(None)
            fields.defects.add("unreadable_year", years.rows_of(i), years.name, error.found, error.remedy)
    columns["fiscal_year"] = years.take(made, None)


LISTING = Listing(
    source="costs",
    table="cost",
    usual={
        "fiscal_year": ("年度", "fiscal_year"),
        "initiative_id": ("取組", "施策", "initiative_id"),
        "item": ("費目", "節", "item"),
        "kind": ("区分", "kind"),
        "yen": ("金額", "yen"),
    },
    needs=("fiscal_year", "initiative_id", "item", "kind", "yen"),
    values={"kind": KINDS},
    finish=_finish,
    finished=("fiscal_year",),
)
read, USUAL = LISTING.read, LISTING.usual
