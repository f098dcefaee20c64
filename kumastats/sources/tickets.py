"""Counter tickets: one line a ticket, columns named in the city's mapping.

Ticket numbers restart every day (on some machines at noon): a ticket's id is its day, its number and, where that
repeats, a running suffix.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kumastats.errors import MappingError
from kumastats.sources import build
from kumastats.sources.clock_drift import put_right
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.tables import table
from kumastats.text import Text

USUAL = {
    "number": ("受付番号", "ticket", "ticket_number"),
    "office_id": ("庁舎コード", "office_id"),
    "service": ("業務", "service"),
    "issued_at": ("発券日時", "issued_at"),
    "called_at": ("呼出日時", "called_at"),
    "finished_at": ("終了日時", "finished_at"),
    "left_at": ("離脱日時", "left_at"),
    "desk_id": ("窓口番号", "desk_id"),
    "outcome": ("状態", "outcome"),
}
CLOCK_DRIFT = "clock_drift"
LAYOUTS = {",": "csv", "\t": "tab-separated", ";": "semicolon-separated", "": "sheet"}
OUTCOMES = {
    "完了": "served", "不在": "no_show", "取消": "void", "離脱": "left", "転送": "transferred",
    **{o: o for o in ("served", "left", "no_show", "transferred", "void", "unknown")},
}  # fmt: skip


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one log."""
    refuse_wrong_source(mapping, "tickets")
    heads = {
        plain(h)
        for spec in mapping.columns.values()
        for h in (*spec.heads, *((spec.date,) if spec.date else ()))
    }
    heads |= {plain(h) for usual in USUAL.values() for h in usual} if not heads else set()
    found = raw_tables(
        path,
        encoding=mapping.encoding,
        looks_like_header=lambda cells: len(heads & set(cells)) >= min(3, len(heads)),
    )
    return joined([_table(decoded, raw, mapping, key) for decoded, raw in found], table("ticket"), path)


def _table(decoded: Decoded, raw: RawTable, mapping: Mapping, key: IdentityKey) -> ReadResult:
    defects = Defects(len(raw), raw.place, mapping.quarantine)
    fields = Fields(raw, mapping, USUAL, defects)
    columns = _columns(fields, key)
    _rules(columns, defects)
    defects.refuse()
    layout = LAYOUTS[raw.delimiter]
    return build.result(
        "tickets", table("ticket"), columns, decoded=decoded, fields=fields, defects=defects, layout=layout, rows_read=len(raw)
    )  # fmt: skip


def _columns(fields: Fields, key: IdentityKey) -> dict[str, Any]:
    issued = fields.instants("issued_at", required=True)
    if issued is None:
        raise MappingError(
            Text("発券の時刻がありません。", "There is no time of issue."),
            place=fields.raw.place(column="issued_at"),
        )
    called = fields.instants("called_at", after=issued)
    finished = fields.instants("finished_at", after=called)
    left = fields.instants("left_at", after=issued)
    offices = fields.code("office_id")
    if called is not None and (slack := fields.spec("called_at").slack):
        issued = _put_right(fields, offices, issued, called, slack)
    missing = np.isnat(issued)
    fields.defects.add(
        "missing_issue",
        np.flatnonzero(missing & fields.defects.keep),
        "issued_at",
        Text("発券の時刻がありません。", "There is no time of issue."),
    )
    outcome = fields.category("outcome", OUTCOMES)
    assert outcome is not None
    columns: dict[str, Any] = {
        "issued_at": issued,
        "called_at": called,
        "finished_at": finished,
        "left_at": left,
        "outcome": np.where(outcome == None, "unknown", outcome),  # noqa: E711 - elementwise
        "office_id": offices,
        "service": fields.word("service", required=False),
    }
    desk = fields.spec("desk_id")
    columns["desk_id"] = (
        fields.hashed("desk_id", "desk", key, required=False)
        if desk.hash
        else fields.text("desk_id", required=False)
    )
    if finished is not None:
        fields.count(
            "finished_at",
            (outcome == "served") & np.isnat(finished),
            "完了だが終了時刻がない",
            "served without a time of finish",
        )
    columns["ticket_id"] = _ids(columns, fields.text("number", required=False))
    return columns


def _put_right(fields: Fields, offices: Any, issued: Any, called: Any, slack: int) -> Any:
    made = put_right(offices, issued, called, slack)
    fields.count(
        "issued_at",
        made.moved,
        "発券機の時計が進んでいた庁舎・日の発券時刻を、待たずに呼ばれた人に見えるずれだけ戻した",
        "the machine's clock was fast on these office-days: times of issue moved back by what shows in those who did not wait",
        CLOCK_DRIFT,
    )
    fields.count(
        "called_at",
        made.touched,
        "時計のずれとみて発券と同時とした",
        "times a little before the issue taken as the issue",
        CLOCK_DRIFT,
    )
    return made.issued


def _ids(columns: dict[str, Any], number: Any) -> Any:
    """Return ``date-number``, with a running suffix where an office repeats it within the day."""
    issued = columns["issued_at"]
    day = pd.Series(np.datetime_as_string(issued.astype("datetime64[D]"), unit="D"))
    if number is None:
        running = (
            pd.DataFrame({"o": columns["office_id"], "d": day}).groupby(["o", "d"], dropna=False).cumcount()
            + 1
        )
        return (day + "-" + running.astype(str)).to_numpy(dtype=object)
    base = day + "-" + pd.Series(number, dtype=object).fillna("?").astype(str)
    order = pd.DataFrame({"o": columns["office_id"], "b": base, "t": issued}).sort_values(
        ["t"], kind="stable"
    )
    again = order.groupby(["o", "b"], dropna=False).cumcount().sort_index()
    return (base + np.where(again > 0, "-" + (again + 1).astype(str), "")).to_numpy(dtype=object)


def _rules(columns: dict[str, Any], defects: Defects) -> None:
    issued, called, finished = columns["issued_at"], columns["called_at"], columns["finished_at"]
    if called is not None:
        early = ~np.isnat(called) & ~np.isnat(issued) & (called < issued)
        defects.add(
            "called_before_issue",
            np.flatnonzero(early & defects.keep),
            "called_at",
            Text("発券より前に呼び出しています。", "It was called before it was issued."),
        )
    if called is not None and finished is not None:
        early = ~np.isnat(called) & ~np.isnat(finished) & (finished < called)
        defects.add(
            "finished_before_call",
            np.flatnonzero(early & defects.keep),
            "finished_at",
            Text("呼出より前に終了しています。", "It was finished before it was called."),
        )
