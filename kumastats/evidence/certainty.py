"""How sure a finding is: a level with its reasons. The size of the effect plays no part.

A design sets the highest level it can carry; what went wrong lowers it, a step at a time.

===================  ==============  ======================================================================
design               starts at       why
===================  ==============  ======================================================================
randomised           high            chance decided who was treated
measurement          high            a description of what was recorded; nothing is claimed about its cause
did, staggered, …    moderate        a comparison group, but nobody drew lots; **high** only if the earlier trend
                                     and a negative-control outcome were both checked and nothing else lowers it
arithmetic           moderate        an announced figure recomputed from announced parts
model                low             what a fitted model answers to a question nobody tried
its, comparative_…   low             change beyond trend, of a series or of its difference from one other
descriptive, same_…  very low        before and after, without a comparison
===================  ==============  ======================================================================

Lowered by one step each: a check failed (at most two steps), any check that warns, checks that were asked and could not be
computed, a comparison of which nothing was checked (with the step before, one), a grave shock in the window that was not dealt with, more than 5 % of rows dropped (two steps above 20 %), a deviation from the
locked plan, a question asked after its data were held, an interval that holds both no effect and the smallest one of interest,
a figure that is only a bound. What cannot be decided is very low.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Protocol, get_args

from kumastats.calendar.shocks import known_shocks
from kumastats.errors import EvidenceError
from kumastats.text import Text

Level = Literal["very_low", "low", "moderate", "high"]
LEVELS: tuple[Level, ...] = get_args(Level)
COMPARED = frozenset({"did", "staggered", "synthetic_control", "paired_control"})
STARTS: Mapping[str, Level] = MappingProxyType(
    {
        "randomised": "high",
        "measurement": "high",
        **dict.fromkeys(sorted(COMPARED), "moderate"),
        "arithmetic": "moderate",
        "model": "low",
        "its": "low",
        "comparative_its": "low",
        "descriptive": "very_low",
        "same_month": "very_low",
    }
)
SOME_DROPPED, MANY_DROPPED = 0.05, 0.20
RAN = ("pass", "warn", "fail")
UNCHECKED = Text(
    "それまでの傾向も、影響を受けないはずの指標も確かめていない",
    "neither the earlier trend nor an outcome that should not move was checked",
)
DEVIATED = Text("固定した計画から変更がある", "the locked plan was changed")
RETROSPECTIVE = Text("データを得た後に立てた問いである", "the question was asked after the data were held")
IMPRECISE = Text(
    "区間が広く、意味のある効果があるともないとも言えない",
    "the interval is too wide to tell a meaningful effect from none",
)
BOUND = Text(
    "真の値の上限または下限であり、どれだけ離れているかは分からない",
    "only a bound of the true figure; how far it lies off is not known",
)
# substrings of check names, as the comparisons name them
TREND_CHECKS = ("trend", "lead", "placebo_date")
CONTROL_CHECKS = ("negative_control", "control_outcome")


class CheckLike(Protocol):
    """A check of a comparison."""

    @property
    def name(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def meaning(self) -> Text: ...
    @property
    def asked(self) -> bool: ...


@dataclass(frozen=True)
class Certainty:
    """A level and the reasons for it, the design first."""

    level: Level
    reasons: tuple[Text, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"level": self.level, "reasons": [r.to_dict() for r in self.reasons]}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Certainty:
        """Return what `to_dict` wrote."""
        return cls(value["level"], tuple(Text.of(r) for r in value["reasons"]))


_DESIGN_REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "randomised": Text("誰に行うかを抽選で決めた", "who was treated was decided by lot"),
        "measurement": Text(
            "記録された事実の集計で、原因は主張しない",
            "a summary of what was recorded; nothing is claimed about its cause",
        ),
        "compared": Text(
            "比べる相手はあるが、抽選で選んだものではない",
            "there is a comparison group, but it was not chosen by lot",
        ),
        "arithmetic": Text("公表された数値どうしの計算", "announced figures recomputed from announced parts"),
        "model": Text(
            "モデルによる試算で、実際に試したものではない",
            "a model's answer; it was not tried in practice",
        ),
        "its": Text(
            "比べる相手がなく、それまでの傾向からの変化しか分からない",
            "no comparison group: only a change beyond the earlier trend",
        ),
        "comparative_its": Text(
            "一つの系列との比較で、それまでの傾向からの変化しか分からない",
            "compared with a single series: only a change beyond the earlier trend",
        ),
        "same_month": Text(
            "比べる相手のない前後の差で、効果とは言えない",
            "a before/after difference without a comparison group, which is not an effect",
        ),
        "descriptive": Text(
            "比べる相手のない前後の差で、効果とは言えない",
            "a before/after difference without a comparison group, which is not an effect",
        ),
    }
)


def rate(
    *,
    design: str,
    decidable: bool = True,
    checks: Iterable[CheckLike] = (),
    shocks: Iterable[str] = (),
    dropped_share: float = 0.0,
    deviations: int = 0,
    retrospective: bool = False,
    imprecise: bool = False,
    bound: bool = False,
) -> Certainty:
    """Return how sure a finding is, with every reason in both languages.

    Parameters
    ----------
    design
        One of `STARTS`.
    decidable
        Whether any valid test exists at the level asked.
    checks
        Checks with `name`, `meaning`, `result` (``pass``, ``warn``, ``fail``, ``not_run``) and `asked`, False where one not run
        has no place in this comparison.
    shocks
        Ids of grave shocks in the window that touch the outcome and were not dealt with.
    dropped_share
        Share of rows left out, 0 to 1.
    deviations
        Differences from the locked plan.
    retrospective
        Whether data of the post-period were held before the question was locked.
    imprecise
        Whether the interval holds both no effect and the smallest effect of interest.
    bound
        Whether the figure is only an upper or lower bound of what is asked.

    Raises
    ------
    EvidenceError
        If the design is unknown or the share lies outside 0 to 1.
    """
    if design not in STARTS:
        raise EvidenceError(
            Text(f"分析方法「{design}」の確かさは決められません。", f"The design “{design}” is unknown."),
            remedy=Text(f"使えるのは {', '.join(sorted(STARTS))}", f"Known: {', '.join(sorted(STARTS))}"),
        )
    if not 0 <= dropped_share <= 1:
        raise EvidenceError(
            Text("除外の割合は 0～1 です。", "The share dropped lies between 0 and 1."),
            remedy=Text("除外行数÷全行数を渡す。", "Pass rows dropped over all rows."),
        )
    held = sorted(checks, key=lambda c: c.name)
    reasons = [_DESIGN_REASONS["compared" if design in COMPARED else design]]
    steps = 0
    for lowered, reason in (
        _checks(held, "fail", 2),
        _checks(held, "warn", 1),
        _unchecked(held, design in COMPARED),
        _shocks(sorted(shocks)),
        _dropped(dropped_share),
        _once(deviations > 0, DEVIATED),
        _once(retrospective, RETROSPECTIVE),
        _once(imprecise, IMPRECISE),
        _once(bound, BOUND),
    ):
        steps += lowered
        if reason is not None:
            reasons.append(reason)
    start = LEVELS.index(STARTS[design])
    if design in COMPARED and steps == 0 and _passed(held, TREND_CHECKS) and _passed(held, CONTROL_CHECKS):
        start += 1
        reasons.append(
            Text(
                "それまでの傾向と、影響を受けないはずの指標の両方で確かめた",
                "the earlier trend and an outcome that should not move were both checked",
            )
        )
    level = LEVELS[max(0, start - steps)]
    if not decidable:
        level = "very_low"
        reasons.append(Text("この資料では判断できない", "it cannot be decided from these data"))
    return Certainty(level, tuple(reasons))


def _once(yes: bool, reason: Text) -> tuple[int, Text | None]:
    """Return one step and its reason where something holds."""
    return (1, reason) if yes else (0, None)


def _passed(checks: Iterable[CheckLike], kinds: tuple[str, ...]) -> bool:
    mine = [c.result for c in checks if any(kind in c.name for kind in kinds)]
    return bool(mine) and set(mine) == {"pass"}


def _checks(checks: list[CheckLike], result: str, most: int) -> tuple[int, Text | None]:
    mine = [c.meaning for c in checks if c.result == result]
    if not mine:
        return 0, None
    ja, en = "／".join(m.ja for m in mine), "; ".join(m.en for m in mine)
    words = {
        "fail": Text(f"点検で不合格（{ja}）", f"checks failed ({en})"),
        "warn": Text(f"点検で注意（{ja}）", f"checks with a warning ({en})"),
    }
    return min(most, len(mine)), words[result]


def _unchecked(checks: list[CheckLike], compared: bool) -> tuple[int, Text | None]:
    """Return one step where nothing was checked, or where checks that were asked could not be computed."""
    if compared and not any(c.result in RAN for c in checks):
        return 1, UNCHECKED
    mine = list(dict.fromkeys(c.meaning for c in checks if c.result == "not_run" and c.asked))
    if not mine:
        return 0, None
    ja, en = "／".join(m.ja for m in mine), "; ".join(m.en for m in mine)
    return 1, Text(f"計算できなかった点検がある（{ja}）", f"checks could not be computed ({en})")


def _shocks(ids: list[str]) -> tuple[int, Text | None]:
    if not ids:
        return 0, None
    known = {s.id: s.event for s in known_shocks()}
    named = [known.get(i, Text(i, i)) for i in ids]
    ja, en = "、".join(n.ja for n in named), "; ".join(n.en for n in named)
    return 1, Text(
        f"期間内に結果を動かす別の出来事がある（{ja}）",
        f"other events that move the outcome fall into the window ({en})",
    )


def _dropped(share: float) -> tuple[int, Text | None]:
    if share <= SOME_DROPPED:
        return 0, None
    much = share > MANY_DROPPED
    limit = f"{100 * (MANY_DROPPED if much else SOME_DROPPED):.0f}"
    return (2 if much else 1), Text(
        f"除いた行が{limit}％を超える",
        f"more than {limit}% of rows were left out",
    )
