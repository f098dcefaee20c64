"""Statements with their numbers filled in, in either language. The only place a register's number becomes text."""

from __future__ import annotations

from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display import interval, number, percent, yen_together
from kumastats.errors import EvidenceError
from kumastats.evidence.record import EvidenceRecord
from kumastats.evidence.template import fill
from kumastats.text import Lang, Text


def show(x: PublishedNumber, lang: Lang = "ja", view: str = "") -> str:
    """Return a number as it is printed.

    Parameters
    ----------
    view
        One of `kumastats.evidence.template.VIEWS`.

    Raises
    ------
    EvidenceError
        If it has no interval, or no n, and one is asked for.
    """
    if view == "n":
        return number(_held(x, x.n, Text("件数", "n")), lang)
    if view in ("low", "high"):
        return _value(x, _held(x, getattr(x, view), Text("区間", "interval")), lang)
    if view in ("interval", "range"):
        low, high = (_held(x, v, Text("区間", "interval")) for v in (x.low, x.high))
        if x.form == "share":
            return interval(low * 100, high * 100, lang, x.decimals, "％" if lang == "ja" else "%")
        if x.form == "money":
            return ("～" if lang == "ja" else " to ").join(yen_together([low, high, x.value], lang)[:2])
        return interval(low, high, lang, x.decimals, x.unit(lang) if view == "interval" else "")
    if view == "plain":
        return f"{x.value:.{x.decimals}f}"
    value = abs(x.value) if view == "abs" else x.value
    if view == "bare":
        return number(value * (100 if x.form == "share" else 1), lang, x.decimals)
    return _value(x, value, lang, signed=view == "signed")


def _value(x: PublishedNumber, value: float, lang: Lang, *, signed: bool = False) -> str:
    if x.form == "share":
        return percent(value, lang, x.decimals, signed=signed)
    if x.form == "money":
        # in the unit of its interval, beside which it stands
        return yen_together([value, *(v for v in (x.low, x.high) if v is not None)], lang)[0]
    unit = x.unit(lang)
    if not unit:
        return number(value, lang, x.decimals, signed=signed)
    return (
        number(value, lang, x.decimals, signed=signed) + ("" if lang == "ja" or unit == "%" else " ") + unit
    )


def _held(x: PublishedNumber, value: float | None, what: Text) -> float:
    if value is None:
        raise EvidenceError(
            Text(f"数値「{x.name}」に{what.ja}がありません。", f"The number “{x.name}” has no {what.en}."),
            remedy=Text(
                "文の {…} を直すか、数値に加えてください。", "Mend the placeholder, or add it to the number."
            ),
        )
    return value


def point(series: PublishedSeries, i: int) -> PublishedNumber:
    """Return a shown point of a series as a number."""
    y = series.y[i]
    assert y is not None
    low, high = (c[i] if c else None for c in (series.lo, series.hi))
    return PublishedNumber(
        f"{series.name}[{series.x[i]}]", y, series.form, n=series.n[i] if series.n else None, unit=series.unit,
        decimals=series.decimals, low=low, high=high, rounded_to=series.rounded_to,
    )  # fmt: skip


def sentence(record: EvidenceRecord, lang: Lang = "ja") -> str:
    """Return the statement of a record with its numbers."""

    def value(name: str, view: str) -> str:
        held = record.number(name)
        assert held is not None  # a record cannot be made otherwise
        return show(held, lang, view)

    return fill(record.statement(lang), value)
