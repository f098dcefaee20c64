"""A table as accessible HTML: caption, scoped heads, figures to the right."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.display.spreadsheets import inert
from kumastats.text import Lang

STYLE = (
    "<style>.kt{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.6em 0}"
    ".kt caption{text-align:left;font-weight:600;padding:.2em 0}"
    ".kt th,.kt td{padding:.25em .8em;border-bottom:1px solid #d8dde1;text-align:left;vertical-align:top}"
    ".kt thead th{border-bottom:2px solid #6b7580}.kt .r{text-align:right}.kt .w{white-space:nowrap}"
    ".kt-note{font-size:.85em;color:#4c5660;margin:.2em 0 1em}</style>"
)


SHORT, FIGURES = 6, 20
# figures, intervals, dates, years and quarters: a line break within one is misread
_FIGURE = re.compile(r"[\d△−+–〜～~%％.,:／/()（）* \-年度月日平成令和元円分人件時間倍]+")


@dataclass(frozen=True)
class HtmlTable:
    """Cells already written as text.

    Attributes
    ----------
    heads
        Column heads; the first column heads its rows.
    right
        Columns set to the right, usually the figures; by default those whose cells look like figures.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str
    lang: Lang = "ja"
    note: str = ""
    right: frozenset[int] | None = None

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.heads):
                raise ValueError(
                    f"“{self.caption}” has {len(self.heads)} columns but a row of {len(row)}: {row[0]}"
                )

    def is_right(self, column: int) -> bool:
        """Tell whether a column is set to the right."""
        if self.right is not None:
            return column in self.right
        cells = [r[column].strip() for r in self.rows if r[column].strip() not in ("", "—", "–")]
        return column > 0 and bool(cells) and all(c[0] in "0123456789△−+¥(" for c in cells)

    def html(self) -> str:
        """Return the table alone, without its style."""
        right = [self.is_right(i) for i in range(len(self.heads))]
        head = "".join(
            f'<th scope="col"{_css(h, r)}>{html.escape(h)}</th>'
            if h
            else "<td></td>"  # a head of nothing is none
            for h, r in zip(self.heads, right, strict=True)
        )
        body = []
        for row in self.rows:
            cells = [f'<th scope="row"{_css(row[0], right[0])}>{html.escape(inert(row[0]))}</th>']
            cells += [
                f"<td{_css(v, r)}>{html.escape(inert(v))}</td>"
                for v, r in zip(row[1:], right[1:], strict=True)
            ]
            body.append(f"<tr>{''.join(cells)}</tr>")
        note = f'<p class="kt-note">{html.escape(self.note)}</p>' if self.note else ""
        return (
            f'<table class="kt" lang="{self.lang}"><caption>{html.escape(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{note}"
        )

    def _repr_html_(self) -> str:
        return STYLE + self.html()


def _css(cell: str, right: bool) -> str:
    whole = 1 < len(cell) <= SHORT or (SHORT < len(cell) <= FIGURES and bool(_FIGURE.fullmatch(cell)))
    names = [name for name, given in (("r", right), ("w", whole)) if given]
    return f' class="{" ".join(names)}"' if names else ""
