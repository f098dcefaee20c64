"""What an operator is told of a change: how much, which findings came and went, which earlier reports to make again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kumastats.calendar import Quarter
from kumastats.report.quarterly.since import Earlier
from kumastats.text import Text
from kumastats.warehouse import Revision
from kumastats.warehouse.revisions import UNDATED

MOST = 5  # names told; the rest is counted


def summary(earlier: Earlier, changed: int, now: Mapping[str, Any]) -> Text:
    """Return how many numbers changed and, by name, which findings are new and which are gone."""
    fresh, gone = earlier.fresh(now), earlier.gone(now)
    new, old = _names(now, fresh), _names(earlier.register, gone)
    numbers = "1 number" if changed == 1 else f"{changed} numbers"
    return Text(
        f"{earlier.name.ja}から: 変わった数値{changed}件、新しい証拠{len(fresh)}件{new.ja}、なくなった証拠{len(gone)}件{old.ja}。",
        f"Since {earlier.name.en}: {numbers} changed; new findings: {len(fresh)}{new.en}; findings gone: {len(gone)}{old.en}.",
    )


def _names(register: Mapping[str, Any], ids: Sequence[str]) -> Text:
    if not ids:
        return Text("", "")
    titles = {r["id"]: r["title"] for r in register["records"]}
    named = [Text(titles[i]["ja"], titles[i]["en"]) for i in ids[:MOST]]
    rest = len(ids) - len(named)
    ja = "".join(f"「{t.ja}」" for t in named) + (f"ほか{rest}件" if rest else "")
    en = ", ".join(f"“{t.en}”" for t in named) + (f" and {rest} more" if rest else "")
    return Text(f"（{ja}）", f" ({en})")


def to_make_again(corrected: Sequence[Revision], reported: Sequence[str]) -> Text | None:
    """Say which reports of earlier quarters still stand on the data before the correction; None where there are none.

    Parameters
    ----------
    reported
        Earlier quarters that have a report (``FY2018Q2``).
    """
    named = sorted({r.quarter for r in corrected if r.quarter != UNDATED} & set(reported))
    if not named:
        return None
    ja = "、".join(Quarter(q).label("ja") for q in named)
    en = ", ".join(Quarter(q).label("en") for q in named)
    options = "; ".join(f"kumastats run --quarter {q}" for q in named[:MOST])
    return Text(
        f"{ja}の報告は修正前のデータのままである。作り直すには {options} を実行する。",
        f"The report of {en} still stands on the data before the correction. To make it again: {options}.",
    )
