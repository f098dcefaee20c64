"""Microsoft 365 usage reports: Teams (both vintages), Email, OneDrive, Active users and Skype for Business.

A report of 30 days is a rolling window: its row says first and last day, and windows are never added together. Days are
UTC days as the reports have them; a working day in Japan falls on the same UTC day from 9:00. Names concealed by the
tenant (32 hexadecimal digits) are kept apart: they cannot be joined to anyone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumastats.errors import SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey, is_concealed
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.quoting import shown
from kumastats.sources.raw import RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.tables import table
from kumastats.text import Text

Counts = Map[str, tuple[str, ...]]
_PERIOD = re.compile(r"D?(\d{1,3})")
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
DAYS = (7, 30, 90, 180)
ACTIVE_WITHIN = 30


@dataclass(frozen=True)
class Report:
    """A kind of report.

    Attributes
    ----------
    tells
        Headers that only it has, one of which must be there.
    counts
        Metric to headers, the vintages' names side by side.
    """

    product: str
    tells: tuple[str, ...]
    counts: Counts


REPORTS = (
    Report("teams", ("Team Chat Message Count",), MappingProxyType({
        "team_chat_messages": ("Team Chat Message Count",),
        "private_chat_messages": ("Private Chat Message Count",),
        "calls": ("Call Count",),
        "meetings": ("Meeting Count",),
        "post_messages": ("Post Messages",),
        "reply_messages": ("Reply Messages",),
        "urgent_messages": ("Urgent Messages",),
        "meetings_organised": ("Meetings Organized Count",),
        "meetings_attended": ("Meetings Attended Count",),
        "audio_seconds": ("Audio Duration In Seconds", "Audio Duration"),
        "video_seconds": ("Video Duration In Seconds", "Video Duration"),
        "screen_share_seconds": ("Screen Share Duration In Seconds", "Screen Share Duration"),
    })),
    Report("email", ("Send Count",), MappingProxyType({
        "sent": ("Send Count",),
        "received": ("Receive Count",),
        "read": ("Read Count",),
        "meetings_created": ("Meeting Created Count",),
        "meetings_interacted": ("Meeting Interacted Count",),
    })),
    Report("onedrive", ("Storage Used (Byte)",), MappingProxyType({
        "files": ("File Count",),
        "active_files": ("Active File Count",),
        "storage_bytes": ("Storage Used (Byte)",),
    })),
    Report("skype", ("Total Peer-to-peer Session Count",), MappingProxyType({
        "peer_sessions": ("Total Peer-to-peer Session Count",),
        "conferences_organised": ("Total Organized Conference Count",),
        "conferences_joined": ("Total Participated Conference Count",),
        "peer_audio": ("Peer-to-peer Audio Count",),
        "peer_audio_minutes": ("Peer-to-peer Audio Minutes",),
        "peer_video": ("Peer-to-peer Video Count",),
        "peer_video_minutes": ("Peer-to-peer Video Minutes",),
        # the export itself misspells the header
        "conferences_joined_im": ("Paricipated Conference IM Count", "Participated Conference IM Count"),
    })),
    Report("active_users", ("Has Exchange License", "Has Teams License"), MappingProxyType({})),
)  # fmt: skip
LICENSED = ("Exchange", "OneDrive", "SharePoint", "Skype For Business", "Yammer", "Teams")
USUAL: Counts = MappingProxyType(
    {
        "unit_id": ("User Principal Name", "Owner Principal Name"),
        "period_end": ("Report Refresh Date",),
        "period_days": ("Report Period",),
        "deleted": ("Is Deleted",),
    }
)


def report_of(cells: Sequence[str]) -> Report | None:
    """Return the report whose header these cells are, or None."""
    there = set(cells)
    if plain("Report Refresh Date") not in there:
        return None
    return next((r for r in REPORTS if there & {plain(h) for h in r.tells}), None)


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one report."""
    refuse_wrong_source(mapping, "m365")
    localised = {plain(h) for s in mapping.columns.values() for h in s.heads}
    made = [
        _table(decoded, raw, mapping, key)
        for decoded, raw in raw_tables(
            path,
            encoding=mapping.encoding,
            looks_like_header=lambda cells: (
                report_of(cells) is not None or (bool(localised) and len(localised & set(cells)) >= 3)
            ),
        )
    ]
    return joined(made, table("usage"), path)


def _table(decoded: Decoded, raw: RawTable, mapping: Mapping, key: IdentityKey) -> ReadResult:
    report = report_of(raw.heads) or next(
        (r for r in REPORTS if r.counts and set(r.counts) & set(mapping.columns)), None
    )
    if report is None:
        raise SourceError(
            Text("どの利用状況レポートか分かりません。", "It is not known which usage report this is."),
            place=raw.place(),
            remedy=Text(
                "対応表に指標と見出しを書いてください。", "Name metrics and their headers in a mapping."
            ),
        )
    defects = Defects(len(raw), raw.place, mapping.quarantine)
    fields = Fields(raw, mapping, {**USUAL, **report.counts}, defects)
    rows = _rows(fields, key)
    _once(rows, raw, fields, defects)
    metrics = _licences(fields, rows) if report.product == "active_users" else _counts(fields, report)
    if not metrics:
        raise SourceError(
            Text("数の列が一つもありません。", "There is no column of counts."), place=raw.place()
        )
    defects.refuse()
    columns = _long(rows, metrics, defects.keep)
    at = np.tile(np.flatnonzero(defects.keep), len(metrics))
    fields.decide(
        f"利用状況レポート {report.product}（見出し{len(raw.heads)}列）",
        f"usage report {report.product} ({len(raw.heads)} columns)",
    )
    return build.result(
        "m365", table("usage"), columns, decoded=decoded, fields=fields, defects=defects, layout=report.product,
        rows_read=len(raw), at=at,
    )  # fmt: skip


def _rows(fields: Fields, key: IdentityKey) -> dict[str, Any]:
    """Return, for each row of the report, whose it is and which days it is about."""
    who = fields.column("unit_id")
    assert who is not None
    concealed = [is_concealed(v) for v in who.values]
    hashes = [
        key.hash_one("concealed" if hidden else "upn", v)
        for v, hidden in zip(who.values, concealed, strict=True)
    ]
    end = fields.dates("period_end")
    days = np.full(len(fields.raw), ACTIVE_WITHIN, dtype=np.int64)
    column = fields.column("period_days", required=False)
    if column is not None:
        days = column.take([_days(v, column.rows_of(i), fields) for i, v in enumerate(column.values)], 0)
        days = days.astype(np.int64)
    empty = who.empty | np.isnat(end) | (days == 0)
    fields.defects.add(
        "missing_value",
        np.flatnonzero(empty & fields.defects.keep),
        "User Principal Name",
        Text("利用者か期間がありません。", "There is no user or no period."),
    )
    deleted = fields.column("deleted", required=False)
    if deleted is not None:
        gone = deleted.take([v.strip().lower() == "true" for v in deleted.values], False).astype(bool)
        fields.defects.drop("deleted_user", gone)
    hidden = int(who.take(concealed, False).astype(bool).sum())
    if hidden:
        fields.decide(
            f"名前を伏せた利用者 {hidden:,}件（人に結び付けない）",
            f"{hidden:,} users with concealed names (not joined to anyone)",
            id="concealed_user",
            rows=hidden,
        )
    return {
        "unit_kind": who.take(["concealed" if c else "person" for c in concealed], None),
        "unit_id": who.take(hashes, None),
        "period_start": end - (days - 1).astype("timedelta64[D]"),
        "period_end": end,
    }


def _days(value: str, rows: Any, fields: Fields) -> int:
    found = _PERIOD.fullmatch(value.strip())
    if found is not None and int(found[1]) in DAYS:
        return int(found[1])
    fields.defects.add(
        "unreadable_period",
        rows,
        "Report Period",
        Text(f"期間「{shown(value)}」を読めません。", f"The period “{shown(value)}” cannot be read."),
        Text("7、30、90、180 のどれかです。", "It is one of 7, 30, 90 and 180."),
    )
    return 0


def _once(rows: dict[str, Any], raw: RawTable, fields: Fields, defects: Defects) -> None:
    """Drop repeated rows of a user and window; refuse those that differ."""
    frame = pd.DataFrame({"u": rows["unit_id"], "e": rows["period_end"], "s": rows["period_start"]})[
        defects.keep
    ]
    again = frame.duplicated(keep=False)
    if not again.any():
        return
    whole = pd.DataFrame({h: c.codes for h, c in raw.columns.items()}).loc[frame.index[again]]
    exact = whole.duplicated(keep="first")
    mask = np.zeros(len(raw), dtype=bool)
    mask[whole.index[exact]] = True
    defects.drop("exact_duplicate", mask)
    left = frame.loc[whole.index[~exact]]
    defects.add(
        "conflicting_usage",
        left[left.duplicated(keep=False)].index.to_numpy(),
        None,
        Text("同じ利用者と期間の行が複数あり、内容が違います。", "Several rows of a user and period differ."),
    )


def _counts(fields: Fields, report: Report) -> list[tuple[str, str, Any]]:
    out = []
    for metric, heads in report.counts.items():
        column = fields.column(metric, required=False)
        if column is None:
            continue
        if metric.endswith("_seconds") and any(v.startswith("P") for v in column.values):
            made = [_seconds(v, column.rows_of(i), column.name, fields) for i, v in enumerate(column.values)]
            out.append((report.product, metric, column.take(made, 0).astype(np.int64)))
            continue
        values = fields.integers(metric)
        assert values is not None, heads
        fields.defects.add(
            "negative_number",
            np.flatnonzero((values < 0) & (values > np.iinfo(np.int64).min)),
            column.name,
            Text("負の数です。", "The number is negative."),
        )
        out.append((report.product, metric, values))
    return out


def _seconds(value: str, rows: Any, head: str, fields: Fields) -> int:
    found = _ISO_DURATION.fullmatch(value.strip())
    if found is None or not any(found.groups()):
        fields.defects.add(
            "impossible_time", rows, head,
            Text(f"「{shown(value)}」は時間（ISO 8601）ではありません。", f"“{shown(value)}” is no ISO 8601 duration."),
        )  # fmt: skip
        return 0
    days, hours, minutes, seconds = (Decimal(g or 0) for g in found.groups())
    return int(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _licences(fields: Fields, rows: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return, of the active users report, who is licensed for a product and was active in the last 30 days."""
    out = []
    for product in LICENSED:
        name = product.lower().replace(" ", "_")
        has = fields.raw.columns.get(plain(f"Has {product} License"))
        if has is not None:
            fields.used.add(plain(f"Has {product} License"))
            out.append(
                (
                    name,
                    "licensed",
                    has.take([int(v.lower() == "true") for v in has.values], 0).astype(np.int64),
                )
            )
        last = fields.raw.columns.get(plain(f"{product} Last Activity Date"))
        if last is not None:
            fields.used.add(plain(f"{product} Last Activity Date"))
            days = fields.dates("last_activity", head=last) if not last.empty.all() else None
            active = np.zeros(len(fields.raw), dtype=np.int64)
            if days is not None:
                active = (~np.isnat(days) & (days >= rows["period_start"])).astype(np.int64)
            out.append((name, "active", active))
    return out


def _long(rows: dict[str, Any], metrics: Sequence[tuple[str, str, Any]], keep: Any) -> dict[str, Any]:
    n = int(keep.sum())
    out: dict[str, Any] = {k: np.tile(np.asarray(v)[keep], len(metrics)) for k, v in rows.items()}
    out["product"] = np.repeat(np.array([m[0] for m in metrics], dtype=object), n)
    out["metric"] = np.repeat(np.array([m[1] for m in metrics], dtype=object), n)
    out["value"] = np.concatenate([np.asarray(m[2])[keep] for m in metrics])
    return out


__all__ = ["REPORTS", "USUAL", "Report", "read", "report_of"]
