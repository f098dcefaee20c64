"""The primary rules: what one number must satisfy before it is compared with any other.

The catalogue follows the output checks of Japanese and foreign research data centres (threshold, group disclosure,
position statistics, regression); the settings are in `Thresholds`. What several safe numbers reveal together is the
ledger's concern, not theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kumastats.disclosure.findings import Finding
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.disclosure.thresholds import Thresholds
from kumastats.text import Text

Rule = Callable[[PublishedNumber, Thresholds], Iterator[Finding]]
_COARSER = Text(
    "より大きな集団（局・部など）にまとめるか、この数値を出さない。",
    "Merge into a larger group (bureau, department) or leave the number out.",
)


def _form_fits(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A number made from people's data may not pass as a constant, a simulation or money."""
    if not x.is_person_data and (x.contributors is not None or x.numerator is not None):
        yield Finding(
            x.name,
            "form_mismatch",
            Text(
                f"人のデータに基づくのに形式が「{x.form}」です。",
                f"It rests on people but claims the form “{x.form}”.",
            ),
            Text(
                "mean・share・count など実際の形式を書く。",
                "State its real form: mean, share, count and so on.",
            ),
        )


def _enough_people(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """Person data rest on at least `min_n` distinct people."""
    if not x.is_person_data:
        return
    if x.contributors is None:
        yield Finding(
            x.name,
            "contributors_unknown",
            Text("何人に基づくか分かりません。", "It does not say how many people it rests on."),
            Text("contributors に実人数を渡す。", "Give the number of distinct people as contributors."),
        )
    elif x.contributors < t.min_n or (x.n is not None and x.n < t.min_n):
        yield Finding(
            x.name,
            "min_n",
            Text(f"{t.min_n}人未満に基づきます。", f"It rests on fewer than {t.min_n} people."),
            _COARSER,
        )


def _count(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A count is not small itself, nor is what is left of its n; none, or all of those asked about, tell of everyone."""
    if x.form != "count":
        return
    rest = None if x.n is None else x.n - x.value
    if x.value == 0 or (x.numerator is not None and x.numerator == x.n):
        yield Finding(
            x.name,
            "group_disclosure",
            Text(
                "0人、または全員だと、一人ひとりのことが分かります。",
                "None or all of them: it tells about everyone.",
            ),
            Text("区分をまとめる。", "Merge classes."),
        )
    elif x.people(int(x.value)) < t.min_n:
        yield Finding(
            x.name,
            "min_n",
            Text(f"{t.min_n}人未満の件数です。", f"It counts fewer than {t.min_n} people."),
            _COARSER,
        )
    elif rest and x.people(int(rest)) < t.min_n:
        yield Finding(
            x.name,
            "complement",
            Text(f"残りが{t.min_n}人未満です。", f"Fewer than {t.min_n} people are left of its n."),
            _COARSER,
        )


def _dominance(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """No one or two contributors make up nearly all of a total; sizes count, whatever their sign."""
    known = x.top_share is not None and x.remainder is not None
    if x.form == "total" and not known:
        yield Finding(
            x.name,
            "concentration_unknown",
            Text("少数の人への集中が分かりません。", "It does not say how concentrated the total is."),
            Text(
                "concentration(値, 人) の top_share と remainder を渡す。",
                "Give top_share and remainder of concentration(values, people).",
            ),
        )
    for broken, rule, text in (
        (
            x.top_share is not None and x.top_share > t.top_share,
            "dominance",
            Text("二人でほぼ全部を占めます。", "Two people make up nearly all of it."),
        ),
        (
            x.remainder is not None and x.remainder < t.remainder,
            "p_percent",
            Text(
                "二番目の人が最大の人の値を推し量れます。",
                "The second largest contributor can tell the largest one's value.",
            ),
        ),
    ):
        if broken:
            yield Finding(x.name, rule, text, _COARSER)


def _share(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A share shows its n, and numerator and complement are both large enough; 0 % and 100 % reveal everyone."""
    if x.form != "share":
        return
    if x.n is None or x.numerator is None:
        yield Finding(
            x.name,
            "share_without_n",
            Text("割合に分母と分子がありません。", "The share has no denominator or numerator."),
            Text("n と numerator を渡す。", "Give n and numerator."),
        )
        return
    rest = x.n - x.numerator
    if x.numerator == 0 or rest == 0:
        yield Finding(
            x.name,
            "group_disclosure",
            Text("0％または100％で、全員のことが分かります。", "At 0 % or 100 % it tells about everyone."),
            Text(
                "「5％未満」「95％超」のように幅で書くか、まとめる。",
                "Write a band (under 5 %, over 95 %) or merge groups.",
            ),
        )
        return
    for part, rule, ja, en in (
        (x.numerator, "numerator", "当てはまる人", "people who count"),
        (rest, "complement", "当てはまらない人", "people who do not"),
    ):
        if x.people(part) < t.min_n:
            yield Finding(
                x.name,
                rule,
                Text(f"{ja}が{t.min_n}人未満の割合です。", f"The share has fewer than {t.min_n} {en}."),
                _COARSER,
            )


def _all_alike(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A mean or total of zero, or a mean without spread, tells every member's value."""
    if x.form not in ("mean", "total"):
        return
    flat = x.form == "mean" and x.low is not None and x.low == x.high
    if x.value == 0 or flat:
        yield Finding(
            x.name,
            "group_disclosure",
            Text("全員が同じ値だと分かります。", "It tells that everyone has the same value."),
            _COARSER,
        )


def _no_extreme(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """No minimum or maximum: it is one person's value."""
    ends = x.form == "quantile" and (x.below == 0 or x.above == 0)
    if x.form == "extreme" or ends:
        yield Finding(
            x.name,
            "no_extreme",
            Text("最小値・最大値は一人の値です。", "A minimum or maximum is one person's value."),
            Text(
                "中央値や90パーセント点にする（両側に人数が要る）。",
                "Use a median or a 90th percentile, with enough people on both sides.",
            ),
        )


def _no_individual(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """No point, residual or fitted value of a person, in a table or a figure."""
    if x.form == "individual":
        yield Finding(
            x.name.partition("[")[0],
            "no_individual",
            Text("一人ひとりの値や残差です。", "It shows values or residuals of single people."),
            Text(
                "10人以上の階級や帯の平均にする。",
                "Show classes or bands of ten people or more instead.",
            ),
        )


def _quantile(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A quantile has at least `quantile_side` people on each side."""
    if x.form != "quantile" or x.below == 0 or x.above == 0:
        return
    if x.below is None or x.above is None:
        yield Finding(
            x.name,
            "quantile_sides_unknown",
            Text("両側の人数が分かりません。", "It does not say how many lie on each side."),
            Text("below と above を渡す。", "Give below and above."),
        )
    elif min(x.people(x.below), x.people(x.above)) < t.quantile_side:
        yield Finding(
            x.name,
            "quantile_side",
            Text(
                f"分位点の片側が{t.quantile_side}人未満です。",
                f"Fewer than {t.quantile_side} people lie on one side of the quantile.",
            ),
            Text(
                "中央に近い分位点にするか、まとめる。", "Use a quantile nearer the middle, or merge groups."
            ),
        )


def _coefficient(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """A coefficient rests on at least `min_units` units, or it is one office's mean in disguise."""
    if x.form != "coefficient":
        return
    if x.units is None:
        yield Finding(
            x.name,
            "units_unknown",
            Text("いくつの職場に基づくか分かりません。", "It does not say how many units it rests on."),
            Text("units に職場数を渡す。", "Give the number of units."),
        )
    elif x.units < t.min_units:
        yield Finding(
            x.name,
            "min_units",
            Text(
                f"係数が{t.min_units}か所に満たない職場（学校・庁舎など）に基づくので、示せません。",
                f"The coefficient rests on fewer than {t.min_units} units.",
            ),
            Text("職場を増やすか、係数を出さない。", "Add units, or leave the coefficient out."),
        )


def _decimals(x: PublishedNumber, t: Thresholds) -> Iterator[Finding]:
    """Decimals are few enough that two numbers one person apart do not pin that person's value.

    Shares are exempt: their numerator and complement are publishable counts already.
    """
    if x.form == "count" and x.decimals > 0:
        allowed = 0
    elif x.form in ("mean", "difference", "coefficient", "interval_bound", "quantile") and x.contributors:
        allowed = t.decimals(x.contributors, x.decimals)
    else:
        return
    if x.decimals > allowed:
        yield Finding(
            x.name,
            "decimals",
            Text(
                f"人数に対して桁が細かすぎます（小数{allowed}桁まで）。",
                f"Too many decimals for so few people (at most {allowed}).",
            ),
            Text("decimals を減らす。", "Show fewer decimals."),
        )


RULES: tuple[Rule, ...] = (
    _form_fits, _enough_people, _count, _dominance, _share, _all_alike, _no_extreme, _no_individual, _quantile,
    _coefficient, _decimals,
)  # fmt: skip


def primary(
    numbers: Iterable[PublishedNumber | PublishedSeries], thresholds: Thresholds
) -> tuple[Finding, ...]:
    """Return what the primary rules find, sorted; the order of `numbers` does not matter.

    Every point shown of a series is held to the same rules.
    """
    found: list[Finding] = []
    for number in numbers:
        for point in number.points() if isinstance(number, PublishedSeries) else (number,):
            for rule in RULES:
                found.extend(rule(point, thresholds))
    return tuple(sorted(set(found)))


def safe_series(series: PublishedSeries, thresholds: Thresholds) -> PublishedSeries:
    """Return `series` with every point withheld that breaks a primary rule."""
    blocked = {
        x
        for x, y in zip(series.x, series.y, strict=True)
        if y is not None and any(f.subject == f"{series.name}[{x}]" for f in primary([series], thresholds))
    }
    return series.withhold(blocked)
