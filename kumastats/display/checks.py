"""Names of the checks of a comparison as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.text import Text

CHECKS: Mapping[str, Text] = MappingProxyType(
    {
        "pre_trend": Text("導入前の傾向", "earlier trends"),
        "negative_control": Text("動かないはずの指標", "an outcome that should not move"),
        "leave_one_out": Text("一つずつ除く", "leaving each one out"),
        "timing_weights": Text("導入時期による重み", "weights by timing"),
        "forbidden_comparisons": Text("導入済みとの比較", "comparisons with those already live"),
        "shocks": Text("ほかの出来事", "other events"),
        "placebo_in_time": Text("早すぎる日付", "dates too early"),
        "control_series": Text("比べる系列", "a control series"),
        "series_length": Text("系列の長さ", "length of the series"),
        "fit_before": Text("導入前の当てはまり", "fit before"),
        "ties": Text("同順位", "ties"),
        "regression_to_mean": Text("平均への回帰", "regression to the mean"),
        "reassigned": Text("導入先の入れ替え", "exchanging who went live"),
    }
)


def check_name(id_: str) -> Text:
    """Return what a check is called; its id where it has no name.

    >>> check_name("ties").ja, check_name("my_own").en
    ('同順位', 'my_own')
    """
    return CHECKS.get(id_, Text(id_, id_))
