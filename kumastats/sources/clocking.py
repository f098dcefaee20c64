"""Times of coming and going: one pair or several a day, and parts of a day that a system keeps as the next day's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.sources.columns import MISSING
from kumastats.sources.fields import Fields
from kumastats.text import Text

A_DAY = 24 * 60
_IN = re.compile(r"(?:出勤|始業|入|入場|IN)(?:時刻)?([1-9])(?:時刻)?", re.I)
_OUT = re.compile(r"(?:退勤|終業|退|退場|OUT)(?:時刻)?([1-9])(?:時刻)?", re.I)
_NEXT_DAY = re.compile(r"翌日:?(?:退勤|終業|退|退場)(?:時刻)?([1-9])?(?:時刻)?")


@dataclass(frozen=True)
class Pairs:
    """The columns of coming and going, pair by pair, and those of going on the next day."""

    ins: tuple[str, ...]
    outs: tuple[str, ...]
    next_day: tuple[str, ...]


def is_clocking(head: str) -> bool:
    """Tell whether a header is that of a numbered time of coming or going, or of going on the next day."""
    return any(p.fullmatch(head) for p in (_IN, _OUT, _NEXT_DAY))


def pairs_of(heads: Sequence[str]) -> Pairs:
    """Return the numbered pairs among headers.

    >>> pairs_of(["出勤1", "退勤1", "入2時刻", "退2時刻", "翌日退勤"])
    Pairs(ins=('出勤1', '入2時刻'), outs=('退勤1', '退2時刻'), next_day=('翌日退勤',))
    """
    ins = {int(m[1]): h for h in heads if (m := _IN.fullmatch(h))}
    outs = {int(m[1]): h for h in heads if (m := _OUT.fullmatch(h))}
    both = sorted(set(ins) & set(outs))
    following = tuple(h for h in heads if _NEXT_DAY.fullmatch(h))
    return Pairs(tuple(ins[i] for i in both), tuple(outs[i] for i in both), following)


def worked(fields: Fields, rest: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64] | None:
    """Return the minutes between coming and going, less breaks; MISSING where a pair is not whole."""
    pairs = (
        pairs_of(fields.raw.heads) if not {"clock_in", "clock_out"} & set(fields.mapping.columns) else None
    )
    if pairs is not None and pairs.ins:
        starts = [_clock(fields, h) for h in pairs.ins]
        ends = [_clock(fields, h) for h in pairs.outs]
        fields.decide(
            f"出退勤{len(pairs.ins)}組の合計から休憩を引いた",
            f"the sum of {len(pairs.ins)} pairs in and out, less breaks",
        )
    else:
        start, end = fields.clock("clock_in"), fields.clock("clock_out")
        if start is None or end is None:
            return None
        starts, ends = [start], [end]
    following = pairs.next_day if pairs is not None else ()
    for head in following:
        _go_next_day(fields, starts, ends, _clock(fields, head), head)
    return _summed(fields, starts, ends, rest)


def _clock(fields: Fields, head: str) -> npt.NDArray[np.int64]:
    column = fields.head((head,), "clock_out")
    made = fields.clock(head, head=column)
    assert made is not None
    return made


def _go_next_day(fields: Fields, starts: list[Any], ends: list[Any], after: Any, head: str) -> None:
    """Close the last pair left open with a time of the next day."""
    told = after != MISSING
    open_ = np.zeros(len(after), dtype=bool)
    for i in reversed(range(len(starts))):
        mine = told & ~open_ & (starts[i] != MISSING) & (ends[i] == MISSING)
        ends[i] = np.where(mine, after + A_DAY, ends[i])
        open_ |= mine
    fields.count(
        head,
        open_,
        "翌日の時刻として日をまたぐ勤務に足した",
        "added as a time of the next day",
        "past_midnight",
    )
    fields.defects.add(
        "impossible_time", np.flatnonzero(told & ~open_ & fields.defects.keep), head,
        Text("翌日の退勤に対応する出勤がありません。", "A time of going on the next day has no time of coming."),
    )  # fmt: skip


def _summed(fields: Fields, starts: list[Any], ends: list[Any], rest: Any) -> npt.NDArray[np.int64]:
    n = len(fields.raw)
    total, whole, broken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    before = np.full(n, MISSING, dtype=np.int64)
    for start, end in zip(starts, ends, strict=True):
        came, went = start != MISSING, end != MISSING
        both = came & went
        if len(starts) > 1:
            fields.defects.add(
                "negative_duration", np.flatnonzero(both & ((end < start) | (start < before)) & fields.defects.keep), "退勤",
                Text("出退勤の時刻の順が逆です。", "The times of coming and going are out of order."),
            )  # fmt: skip
        total += np.where(both, end - start, 0)
        before = np.where(both, end, before)
        whole |= both
        broken |= came ^ went
    fields.notice("unpaired_time", int((broken & fields.defects.keep).sum()))
    taken = np.where(rest != MISSING, rest, 0) if rest is not None else 0
    return np.where(whole & ~broken, total - taken, MISSING)
