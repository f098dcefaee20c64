"""Traffic lights, each with its reasons: never a colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kumastats.calendar import Month
from kumastats.display import word
from kumastats.errors import KumastatsError
from kumastats.evidence import EvidenceRecord, sentence, show
from kumastats.measures import Measure, measure
from kumastats.report.quarterly.courses import Course
from kumastats.report.quarterly.shortfall import plain_reason
from kumastats.text import LANGS, Lang, Text

Level = Literal["good", "steady", "watch", "bad", "unknown"]
ORDER: tuple[Level, ...] = ("bad", "watch", "unknown", "steady", "good")
WORDS: dict[Level, Text] = {
    "good": Text("良い方向", "going well"),
    "steady": Text("変化の合図なし", "no change signalled"),
    "watch": Text("注意", "watch"),
    "bad": Text("要対応", "needs attention"),
    "unknown": Text("判断できない", "cannot be decided"),
}
SHAPES: dict[Level, str] = {"good": "●", "steady": "―", "watch": "▲", "bad": "■", "unknown": "？"}
MODERATE = ("moderate", "high")
CAP_BROKEN, CAP_EXPECTED = "cap-broken-", "cap-expected-"  # how ids of the watch over the caps begin
CAPS = {
    "city": Text(
        "時間外勤務の上限（規則または36協定）",
        "the legal cap on overtime (the city's rule or an article 36 agreement)",
    ),
    "teacher": Text("在校等時間の上限の指針", "the ceiling of the guideline on teachers' time in school"),
}


@dataclass(frozen=True)
class Light:
    """What a manager sees first of a measure or a comparison.

    Attributes
    ----------
    said
        What was found, in a sentence.
    why
        Why it has this level.
    id
        The record it is from; empty for a course.
    """

    level: Level
    subject: Text
    said: Text
    why: tuple[Text, ...]
    id: str = ""

    def words(self, lang: Lang) -> tuple[str, str, str, str]:
        """Return shape, level, what was found and why, in words."""
        why = joined(self.why, lang)
        return SHAPES[self.level], WORDS[self.level](lang), self.said(lang), why


def joined(reasons: Iterable[Text], lang: Lang) -> str:
    """Return reasons as sentences: each ends in a full stop, in English begins with a capital.

    >>> joined([Text("差がある", "there is a gap"), Text("", "")], "en")
    'There is a gap.'
    """
    told = [w(lang).rstrip("。. ") for w in reasons if w(lang)]
    if lang == "ja":
        return "".join(f"{t}。" for t in told)
    return " ".join(f"{t[:1].upper()}{t[1:]}." for t in told)


def of_comparison(record: EvidenceRecord) -> Light:
    """Return the light of a comparison: whether it can be decided, which way it points, how sure it is, its checks."""
    said = Text(*(sentence(record, lang) for lang in LANGS))
    level, why = _judged(record)
    return Light(level, record.title, said, why, record.id)


def _judged(record: EvidenceRecord) -> tuple[Level, tuple[Text, ...]]:
    if not record.decidable:
        return "unknown", (plain_reason(record),)
    effect = record.number("effect")
    asked = _measure(record.measure)
    if effect is None or effect.low is None or effect.high is None:
        return "unknown", (Text("区間がない", "There is no interval"),)
    if asked is None or asked.better == "neither":
        return "unknown", (Text("良い向きが決まっていない", "No direction is better"),)
    interval = Text(*(show(effect, lang, "interval") for lang in LANGS))
    if effect.low <= 0 <= effect.high:
        across = Text(
            f"区間（{interval.ja}）がゼロをまたぎ、増えたとも減ったとも言えない",
            f"The interval ({interval.en}) spans zero: neither a rise nor a fall is shown",
        )
        return "watch", (across, *_how_sure(record))
    better = (effect.value < 0) == (asked.better == "lower")
    way = Text(
        f"区間（{interval.ja}）がゼロをまたがず、{'良い' if better else '悪い'}向きである",
        f"The interval ({interval.en}) excludes zero, in the {'better' if better else 'worse'} direction",
    )
    failed = [c for c in record.checks if c.result == "fail"]
    rated = "".join(t.ja for t in record.certainty.reasons)  # may tell them already
    weak = [
        Text(f"点検に不合格: {c.meaning.ja}", f"A check failed: {c.meaning.en}")
        for c in failed
        if c.meaning.ja not in rated
    ]
    if record.certainty.level not in MODERATE:
        return "watch", (way, _kept(_level(record)), *weak, *record.certainty.reasons)
    if failed:
        return "watch", (way, _kept(None), *weak, *_how_sure(record))
    return ("good" if better else "bad"), (way, *_how_sure(record))


def _kept(level: Text | None) -> Text:
    """Return why a clear difference, for better or worse, is no more than watched; None for a failed check."""
    shape, name = SHAPES["watch"], WORDS["watch"]
    if level is None:
        return Text(
            f"点検に不合格があるので、{shape}（{name.ja}）にとどめる",
            f"Kept at {name.en} because a check failed",
        )
    return Text(
        f"確かさが{level.ja}ので、{shape}（{name.ja}）にとどめる",
        f"Kept at {name.en} because certainty is {level.en}",
    )


def _level(record: EvidenceRecord) -> Text:
    return Text(*(word(record.certainty.level, lang) for lang in LANGS))


def _how_sure(record: EvidenceRecord) -> tuple[Text, ...]:
    level = _level(record)
    return (Text(f"確かさは{level.ja}", f"Certainty: {level.en}"), *record.certainty.reasons)


def _measure(id_: str) -> Measure | None:
    try:
        return measure(id_)
    except KumastatsError:
        return None


def is_cap(record: EvidenceRecord) -> bool:
    """Tell whether a record is of the watch over the caps: who has broken theirs, or is expected to by March."""
    return record.id.startswith((CAP_BROKEN, CAP_EXPECTED))


def of_cap(record: EvidenceRecord) -> Light:
    """Return the light of a cap: ■ where anyone has broken it, ▲ where people are expected to by March, ● otherwise.

    The counts are the record's, rounded and past disclosure; nobody is told where they are too few.
    """
    said = Text(*(sentence(record, lang) for lang in LANGS))
    cap = CAPS[record.id.removeprefix(CAP_BROKEN).removeprefix(CAP_EXPECTED)]
    level: Level
    if any(x.value > 0 for x in record.numbers if x.name == "broken"):
        level, why = (
            "bad",
            Text(f"{cap.ja}を超えた人がいる", f"There are people over {cap.en}"),
        )
    elif any(x.value > 0 for x in record.numbers if x.name == "expected"):
        level, why = (
            "watch",
            Text(
                f"年度末までに{cap.ja}を超える人が見込まれる",
                f"People are expected to be over {cap.en} by March",
            ),
        )
    else:
        level, why = (
            "good",
            Text(f"{cap.ja}を超えた人はいない（丸めた人数で）", f"Nobody, as rounded, is over {cap.en}"),
        )
    return Light(level, record.title, said, (why, *record.reasons), record.id)


def of_course(course: Course) -> Light:
    """Return the light of a monitored measure: whether the rules of its chart signal in the quarter, and which way."""
    chart, asked = course.chart, course.measure
    now = chart.frame.iloc[-course.recent :]
    told = now[now.index.isin(chart.signals.index)]
    said = course.said
    note = Text(
        "管理図は変化の合図であり、原因は示さない", "A control chart signals change; it shows no cause"
    )
    taken = (Text("季節の動きは除いて見ている", "The season is taken out"),) if course.seasonal else ()
    if not len(told):
        none = Text(
            "この四半期の各月は、これまでの揺れの幅に収まっている",
            "The months of this quarter lie within what the measure has varied by",
        )
        return Light("steady", asked.label, said, (none, *taken, note))
    above = bool(told["value"].iloc[-1] > told["centre"].iloc[-1])  # the latest signal counts
    months_ja = "、".join(Month(course.months[i]).label("ja") for i in told.index)
    months_en = ", ".join(Month(course.months[i]).label("en") for i in told.index)
    way = Text(
        f"{months_ja}に合図があり、中心より{'高い' if above else '低い'}側である",
        f"Signals in {months_en}, on the {'high' if above else 'low'} side of the centre",
    )
    if asked.better == "neither":
        return Light("watch", asked.label, said, (way, *taken, note))
    better = above == (asked.better == "higher")
    turn = Text("良い向きである", "That is the better direction") if better else Text(
        "悪い向きである", "That is the worse direction"
    )  # fmt: skip
    return Light("good" if better else "bad", asked.label, said, (way, turn, *taken, note))
