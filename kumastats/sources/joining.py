"""Several tables of one file – sheets of a workbook, members of a zip – as one result."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.sources.report import ReadingReport, ReadResult
from kumastats.tables import Table
from kumastats.tables.origin import apart, beside
from kumastats.text import Text


def joined(results: Sequence[ReadResult], canonical: Table, path: Path) -> ReadResult:
    """Join what was read of one file; the report is about the file as a whole.

    Raises
    ------
    SourceError
        If two of its tables hold the same key.
    """
    if len(results) == 1 and results[0].report.file == path.name:
        return results[0]
    import pyarrow as pa

    data = pa.concat_tables([r.data for r in results])
    keys = data.select(list(canonical.key)).group_by(list(canonical.key)).aggregate([([], "count_all")])
    if keys.num_rows != data.num_rows:
        raise SourceError(
            Text(
                "一つのファイルの複数のシートに同じ行があります。",
                "Several sheets of the file hold the same rows.",
            ),
            place=Place(file=path.name),
            remedy=Text("重複したシートを除いてください。", "Remove the repeated sheet."),
        )
    body = path.read_bytes()
    order = [(k, "ascending") for k in dict.fromkeys([*_dates(canonical), *canonical.key])]
    told = pa.concat_tables([beside(r.data, r.origin) for r in results])
    data, origin = apart(told.sort_by(order))
    return replace(
        results[0],
        data=data,
        origin=origin,
        report=_report(
            [r.report for r in results], path.name, hashlib.sha256(body).hexdigest(), len(body), data.num_rows
        ),
    )


def _dates(canonical: Table) -> list[str]:
    return [canonical.date_column] if canonical.date_column else []


def _report(reports: Sequence[ReadingReport], file: str, sha256: str, size: int, rows: int) -> ReadingReport:
    def summed(name: str) -> dict[str, int]:
        total: Counter[str] = Counter()
        for r in reports:
            total.update(getattr(r, name))
        return dict(sorted(total.items()))

    first = [r.first_date for r in reports if r.first_date]
    last = [r.last_date for r in reports if r.last_date]
    return replace(
        reports[0],
        file=file,
        sha256=sha256,
        bytes=size,
        decisions=tuple(dict.fromkeys(d for r in reports for d in r.decisions)),
        rows_read=sum(r.rows_read for r in reports),
        rows_kept=rows,
        dropped=summed("dropped"),
        quarantined=summed("quarantined"),
        counts=summed("counts"),
        ignored_columns=tuple(dict.fromkeys(c for r in reports for c in r.ignored_columns)),
        first_date=min(first, default=None),
        last_date=max(last, default=None),
    )
