"""Chatbot transcripts, a file a month: at most the first sixteen conversations of each, as a full log would be too big.

Of those who come back to a person, the bot hands over half; of the others it believes that they were answered.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kumastats.sample import config, days, spelling
from kumastats.sample.city import City
from kumastats.sample.enquiries import YEARS, Enquiry, month

A_MONTH = 16
JAPAN = dt.timedelta(hours=9)
BOT = {"id": "bot", "name": "架空市チャットボット", "role": "bot"}


def write(city: City, raw: Path) -> None:
    """Write transcripts from the month the chatbot began."""
    folder = raw / "bot"
    folder.mkdir(parents=True, exist_ok=True)
    for year in range(YEARS[0], YEARS[1] + 1):
        for first, _ in days.months(year):
            asked = [e for e in month(city, first) if e.bot][:A_MONTH]
            activities = [a for i, e in enumerate(asked) for a in _conversation(e, i)]
            if activities:
                text = json.dumps(activities, ensure_ascii=False, separators=(",", ":"))
                (folder / f"transcripts_{first:%Y%m}.json").write_text(text + "\n", encoding="utf-8")


def _conversation(e: Enquiry, i: int) -> Iterator[dict[str, Any]]:
    """Return what was said and noted in a conversation."""
    user = {
        "id": f"user-{e.id}",
        "name": config.STAFF_CANARY_NAME if i == 0 else spelling.name(i),
        "role": "user",
    }
    question = config.TEXT_CANARY if i == 0 else f"架空の質問（{e.topic}）"
    handed = e.came and e.seconds % 2 == 0
    told: list[tuple[int, str, dict[str, Any]]] = [
        (0, "conversationUpdate", {"from": user}),
        (4, "message", {"from": user, "text": question}),
        (5, "event", {"from": BOT, "name": "topic", "value": {"topic": e.topic}}),
        (7, "message", {"from": BOT, "text": "架空の回答です。", "replyToId": f"{e.id}|1"}),
        (40, "event", {"from": BOT, "name": "resolved", "value": {"resolved": not handed}}),
    ]
    if handed:
        to = "phone" if e.channel == "電話" else "counter"
        told.append((44, "event", {"from": BOT, "name": "handoff", "value": {"to": to}}))
    told.append((60, "endOfConversation", {"from": BOT}))
    for n, (after, kind, body) in enumerate(told):
        local = e.at + dt.timedelta(seconds=after)
        yield {
            "type": kind, "id": f"{e.id}|{n}", "timestamp": f"{(local - JAPAN).isoformat()}Z",
            "localTimestamp": f"{local.isoformat()}+09:00", "channelId": "webchat", "conversation": {"id": e.id},
            "recipient": {"id": user["id"] if body["from"] is BOT else "bot"}, **body,
        }  # fmt: skip
