"""Words that recur on pages, plots and messages, each once, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.errors import UsageError
from kumastats.text import Lang, Text

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        # how sure
        "certainty": Text("確かさ", "certainty"),
        "high": Text("高い", "high"),
        "moderate": Text("中くらい", "moderate"),
        "low": Text("低い", "low"),
        "very_low": Text("非常に低い", "very low"),
        # what was asked when
        "confirmatory": Text(
            "検証的（データを見る前に計画を固定）", "confirmatory (planned before the data)"
        ),
        "retrospective": Text("事後的（データを得た後の問い）", "retrospective (asked after the data)"),
        "exploratory": Text("探索的", "exploratory"),
        # designs
        "did": Text("差の差", "difference-in-differences"),
        "staggered": Text("段階的導入の差の差", "staggered difference-in-differences"),
        "randomised": Text("抽選による比較", "comparison by lot"),
        "paired_control": Text("比較群のある前後の差", "before/after with a comparison group"),
        "its": Text("中断時系列（傾向からの変化）", "interrupted series (change beyond trend)"),
        "comparative_its": Text("比較系列つきの中断時系列", "interrupted series with a control series"),
        "synthetic_control": Text("合成対照", "synthetic control"),
        "paired": Text("対応のある前後の差", "paired before/after"),
        "unpaired": Text("二群の差", "two groups"),
        "same_month": Text("同じ月どうしの前後の差", "same months before/after"),
        "descriptive": Text("記述（前後の差）", "descriptive (before/after)"),
        "measurement": Text("記録の集計", "summary of records"),
        "model": Text("モデルによる試算", "model-based"),
        "arithmetic": Text("公表値からの計算", "arithmetic on announced figures"),
        # checks
        "pass": Text("合格", "pass"),
        "warn": Text("注意", "warning"),
        "fail": Text("不合格", "fail"),
        "not_run": Text("未実施", "not run"),
        "check": Text("点検", "check"),
        "result": Text("結果", "result"),
        "meaning": Text("意味", "meaning"),
        "value": Text("値", "value"),
        # verdicts of claims
        "holds": Text("成り立つ", "holds"),
        "holds_under_assumptions": Text("仮定のもとで成り立つ", "holds under stated assumptions"),
        "not_identifiable": Text("判断できない", "not identifiable"),
        "contradicted": Text("成り立たない", "contradicted"),
        # verdicts of records kept from before, which stay readable
        "supported": Text("裏付けられた", "supported"),
        "partly_supported": Text("一部裏付けられた", "partly supported"),
        "not_supported": Text("裏付けられなかった", "not supported"),
        "cannot_be_decided": Text("判断できない", "cannot be decided"),
        "arithmetic_only": Text("計算上の値（前提しだい）", "arithmetic only (depends on assumptions)"),
        # heads
        "estimate": Text("推定値", "estimate"),
        "interval": Text("95％信頼区間", "95% confidence interval"),
        "n": Text("件数", "n"),
        "units": Text("職場数", "units"),
        "unit": Text("単位", "unit"),
        "period": Text("期間", "period"),
        "month": Text("月", "month"),
        "truth": Text("真の値（架空の市）", "truth (synthetic city)"),
        "naive": Text("単純な前後差", "naive before/after"),
        "source": Text("出典", "source"),
        "before": Text("前", "before"),
        "after": Text("後", "after"),
        "treated": Text("導入した職場", "offices gone live"),
        "comparison": Text("まだ導入していない職場", "offices not yet live"),
        "reason": Text("理由", "reason"),
        "verdict": Text("判定", "verdict"),
        "claim": Text("公表された主張", "announced claim"),
        "formula": Text("計算式", "formula"),
        "range": Text("幅", "range"),
        "synthetic": Text(
            "架空の市のデータです。実在の人・組織とは関係ありません。",
            "Synthetic data. No real person or organisation.",
        ),
        "internal": Text("庁内限り", "internal use only"),
    }
)


def word(key: str, lang: Lang = "ja") -> str:
    """Return a shared word.

    Raises
    ------
    UsageError
        If there is none of that name.

    >>> word("very_low"), word("very_low", "en")
    ('非常に低い', 'very low')
    """
    if key not in WORDS:
        raise UsageError(Text(f"語「{key}」は登録されていません。", f"There is no shared word “{key}”."))
    return WORDS[key](lang)
