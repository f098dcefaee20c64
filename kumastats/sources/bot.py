"""Chatbot transcripts (Bot Framework): an array of activities, grouped into conversations.

Whether a question was answered is not in the transcript as such: it needs the bot's own events – ``topic``,
``resolved`` and ``handoff`` by default, other names by the mapping (``values`` of ``resolved`` …). Without them these
columns stay empty. Texts and names are never read; who asked is used only to find the next contact, and forgotten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.errors import Place, SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import decode
from kumastats.sources.fields import MISSING, NO_INSTANT, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.report import ReadingReport, ReadResult
from kumastats.sources.times import EARLIEST, IMPLAUSIBLE, LATEST
from kumastats.tables import table
from kumastats.text import Text

TOKYO = dt.timezone(dt.timedelta(hours=9))
TYPES = frozenset(
    {
        "message", "conversationUpdate", "typing", "event", "endOfConversation", "trace", "invoke", "messageReaction",
        "messageUpdate", "messageDelete", "installationUpdate", "handoff", "suggestion", "contactRelationUpdate",
        "deleteUserData", "command", "commandResult",
    }
)  # fmt: skip
CHANNELS = {"phone": "phone", "counter": "counter", "remote": "remote", "電話": "phone", "窓口": "counter", "遠隔": "remote"}  # fmt: skip
USUAL: Map[str, tuple[str, ...]] = {
    "topic": ("topic",),
    "resolved": ("resolved",),
    "escalated_to": ("handoff",),
}


class _Conversation:
    """What is kept of a conversation while it is read."""

    def __init__(self) -> None:
        self.first: dt.datetime | None = None
        self.last: dt.datetime | None = None
        self.asker: str | None = None
        self.asked = False
        self.topic: str | None = None
        self.resolved: bool | None = None
        self.escalated: str | None = None


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one transcript file."""
    refuse_wrong_source(mapping, "bot")
    data = path.read_bytes()
    decoded = decode(path, encoding=mapping.encoding)
    activities = _activities(decoded.text, path.name)
    found: dict[str, _Conversation] = {}
    ignored = 0
    for place, activity in enumerate(activities, start=1):
        ignored += not _take(activity, found, Place(path.name, None, place), mapping)
    asked = {c: v for c, v in sorted(found.items()) if v.asked and v.first is not None}
    columns = _columns(asked, key)
    enquiry = table("enquiry")
    defects = Defects(
        len(asked), lambda row, column: Place(path.name, None, None, column), mapping.quarantine
    )
    build.duplicates(enquiry, columns, defects)
    defects.refuse()
    made, _ = build.make(enquiry, columns, defects.keep)
    days = columns["started_at"].astype("datetime64[D]")
    silent = len(found) - len(asked)
    report = ReadingReport(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        encoding=decoded.encoding,
        layout="Bot Framework transcript",
        decisions=(
            Text("時刻は協定世界時から日本時間に直した", "times converted from UTC to Japan time"),
            Text(
                f"活動 {len(activities):,}件を会話 {len(asked):,}件にまとめた",
                f"{len(activities):,} activities grouped into {len(asked):,} conversations",
            ),
        ),
        rows_read=len(activities),
        rows_kept=made.num_rows,
        dropped={"no_question": silent} if silent else {},
        quarantined=defects.quarantined,
        ignored_columns=("from.name", "recipient", "text", "attachments"),
        first_date=days.min().item() if len(days) else None,
        last_date=days.max().item() if len(days) else None,
    )
    return ReadResult("bot", "enquiry", made, report)


def _activities(text: str, file: str) -> list[dict[str, Any]]:
    """Return the activities of an array, of lines of JSON, or of an object that holds an array."""
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        body = _lines(text, file, error)
    if isinstance(body, dict):
        body = body.get("activities", body.get("value", [body]))
    if not isinstance(body, list) or not all(isinstance(a, dict) for a in body) or not body:
        raise _no_transcript(Place(file=file))
    return body


def _lines(text: str, file: str, error: json.JSONDecodeError) -> list[Any]:
    out = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                out.append(json.loads(line))
            except json.JSONDecodeError:
                raise SourceError(
                    Text("JSONとして読めません。", "It cannot be read as JSON."),
                    place=Place(file=file, row=error.lineno if number == 1 else number),
                    remedy=Text(
                        "途中で切れていないか確かめて、出力し直してください。",
                        "Check whether it is cut off, and export again.",
                    ),
                ) from error
    return out


def _no_transcript(place: Place) -> SourceError:
    return SourceError(
        Text(
            "チャットボットの記録の形ではありません。", "It does not have the form of a chatbot transcript."
        ),
        place=place,
        remedy=Text(
            "Bot Framework の activity の配列（type、timestamp、conversation）を渡してください。",
            "Give an array of Bot Framework activities (type, timestamp, conversation).",
        ),
    )


def _take(activity: Map[str, Any], found: dict[str, _Conversation], place: Place, mapping: Mapping) -> bool:
    kind = activity.get("type")
    conversation = activity.get("conversation")
    id_ = conversation.get("id") if isinstance(conversation, dict) else None
    if kind not in TYPES or not isinstance(id_, str) or not id_:
        raise _no_transcript(place)
    at = _instant(activity, place)
    held = found.setdefault(id_, _Conversation())
    held.first = at if held.first is None else min(held.first, at)
    held.last = at if held.last is None else max(held.last, at)
    sender = activity.get("from")
    if kind == "message" and isinstance(sender, dict) and sender.get("role") != "bot":
        held.asked = True
        held.asker = str(sender.get("id", "")) or held.asker
    elif kind == "event":
        _event(activity, held, place, mapping)
    return kind in ("message", "event", "endOfConversation")


def _event(activity: Map[str, Any], held: _Conversation, place: Place, mapping: Mapping) -> None:
    name, value = activity.get("name"), activity.get("value")
    if name in _names(mapping, "topic"):
        topic = value.get("topic") if isinstance(value, dict) else value
        held.topic = str(topic)[:40] if topic is not None else None
    elif name in _names(mapping, "resolved"):
        told = value.get("resolved") if isinstance(value, dict) else value
        if not isinstance(told, bool):
            raise SourceError(
                Text("resolved が true でも false でもありません。", "“resolved” is neither true nor false."),
                place=place,
                remedy=Text("ボットの出力を確かめてください。", "Check the bot's output."),
            )
        held.resolved = told
    elif name in _names(mapping, "escalated_to"):
        to = value.get("to") if isinstance(value, dict) else value
        if to not in CHANNELS:
            raise SourceError(
                Text("引継ぎ先を読めません。", "Whom it was handed to cannot be read."),
                place=place,
                remedy=Text(f"使えるのは {'、'.join(CHANNELS)}", f"Known: {', '.join(CHANNELS)}"),
            )
        held.escalated = CHANNELS[to]


def _names(mapping: Mapping, column: str) -> tuple[str, ...]:
    spec = mapping.columns.get(column)
    return spec.heads if spec is not None and spec.heads else USUAL[column]


def _instant(activity: Map[str, Any], place: Place) -> dt.datetime:
    raw = activity.get("timestamp")
    try:
        made = dt.datetime.fromisoformat(str(raw).replace("Z", "+00:00"))
    except ValueError as error:
        raise SourceError(
            Text("timestamp が日時ではありません。", "The timestamp is no date and time."),
            place=Place(place.file, None, place.row, "timestamp"),
            remedy=Text("例: 2019-07-01T00:31:05Z", "For example: 2019-07-01T00:31:05Z"),
        ) from error
    if made.tzinfo is None:
        raise SourceError(
            Text("timestamp に時差がありません。", "The timestamp names no time zone."),
            place=Place(place.file, None, place.row, "timestamp"),
            remedy=Text("末尾に Z（協定世界時）が要ります。", "It needs a Z (UTC) at its end."),
        )
    if not EARLIEST <= np.datetime64(made.replace(tzinfo=None)) <= LATEST:
        raise SourceError(
            IMPLAUSIBLE,
            place=Place(place.file, None, place.row, "timestamp"),
            remedy=Text("ボットの出力を確かめてください。", "Check the bot's output."),
        )
    return made.astimezone(TOKYO).replace(tzinfo=None, microsecond=0)


def _columns(asked: Map[str, _Conversation], key: IdentityKey) -> dict[str, Any]:
    n = len(asked)
    held = list(asked.values())
    starts = np.array([c.first or NO_INSTANT for c in held], dtype="datetime64[s]")
    ends = np.array([c.last or NO_INSTANT for c in held], dtype="datetime64[s]")
    return {
        "enquiry_id": np.array([key.hash_one("enquiry", c) for c in asked], dtype=object),
        "channel": np.full(n, "chatbot", dtype=object),
        "topic": np.array([c.topic for c in held], dtype=object),
        "started_at": starts,
        "ended_at": ends,
        "resolved": np.array([c.resolved for c in held], dtype=object),
        "escalated_to": np.array([c.escalated for c in held], dtype=object),
        "follow_up_within_min": _follow_up(held, starts, ends),
    }


def _follow_up(held: list[_Conversation], starts: Any, ends: Any) -> Any:
    """Return the minutes from a conversation's end to the same asker's next one in the file."""
    out = np.full(len(held), MISSING, dtype=np.int64)
    last: dict[str, int] = {}
    for i in np.argsort(starts, kind="stable"):
        asker = held[i].asker
        if asker is None:
            continue
        if asker in last:
            before = last[asker]
            out[before] = max(int((starts[i] - ends[before]).astype("timedelta64[s]").astype(int)) // 60, 0)
        last[asker] = int(i)
    return out
