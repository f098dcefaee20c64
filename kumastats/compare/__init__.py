"""Before/after comparison: one result contract for every design, with its checks and its limits.

The designs of a study's cells load at once; all others when they are first used.

>>> from kumastats.compare import paired_t
>>> paired_t([3, 4, 5, 7], [2, 2, 4, 4]).estimate
-1.75
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from kumastats.compare.arguments import watched

# these share their modules' names: loaded late, a name would be the module once anybody imports it
from kumastats.compare.before_after import before_after
from kumastats.compare.did import did
from kumastats.compare.event_study import EventStudy, event_study
from kumastats.compare.goodman_bacon import GoodmanBacon, goodman_bacon
from kumastats.compare.long import LongPanel
from kumastats.compare.randomisation import Randomisation, randomisation
from kumastats.compare.result import Check, Comparison
from kumastats.compare.staggered import Staggered, staggered_panel, staggered_rollout
from kumastats.lazy import later

if TYPE_CHECKING:
    from kumastats.compare.bootstrap import wild_bootstrap
    from kumastats.compare.effect_size import cliffs_delta, d_av, d_z, hedges_g, rank_biserial
    from kumastats.compare.few import crv3, ward_mean
    from kumastats.compare.its import fixed_b, interrupted_series, local_level, newey_west
    from kumastats.compare.moment_fit import event_study_moments, fit_moments
    from kumastats.compare.multiple import adjusted, family
    from kumastats.compare.ordinal import wave_change
    from kumastats.compare.paired import ancova, paired_t, signed_rank
    from kumastats.compare.plan import Plan, draw
    from kumastats.compare.planner import compare_plans
    from kumastats.compare.ppml import fit_poisson
    from kumastats.compare.proportions import risk_difference
    from kumastats.compare.quantiles import quantile_change
    from kumastats.compare.same_months import same_month
    from kumastats.compare.sensitivity import (
        detectable_drift,
        did_specifications,
        placebo_in_time,
        specification_curve,
    )
    from kumastats.compare.spc import xmr
    from kumastats.compare.staggered.cross_checks import imputation, sun_abraham
    from kumastats.compare.synthetic import SyntheticControl, simplex_weights, synthetic_control
    from kumastats.compare.uniform import sup_t
    from kumastats.compare.unpaired import rank_sum, welch

_LATE = {
    "bootstrap": ("wild_bootstrap",),
    "effect_size": ("cliffs_delta", "d_av", "d_z", "hedges_g", "rank_biserial"),
    "few": ("crv3", "ward_mean"),
    "its": ("fixed_b", "interrupted_series", "local_level", "newey_west"),
    "same_months": ("same_month",),
    "moment_fit": ("event_study_moments", "fit_moments"),
    "multiple": ("adjusted", "family"),
    "ordinal": ("wave_change",),
    "paired": ("ancova", "paired_t", "signed_rank"),
    "plan": ("Plan", "draw"),
    "planner": ("compare_plans",),
    "ppml": ("fit_poisson",),
    "proportions": ("risk_difference",),
    "quantiles": ("quantile_change",),
    "sensitivity": ("detectable_drift", "did_specifications", "placebo_in_time", "specification_curve"),
    "spc": ("xmr",),
    "staggered.cross_checks": ("imputation", "sun_abraham"),
    "synthetic": ("SyntheticControl", "simplex_weights", "synthetic_control"),
    "uniform": ("sup_t",),
    "unpaired": ("rank_sum", "welch"),
}
_MODULE = {name: module for module, names in _LATE.items() for name in names}

__all__ = [
    "Check",
    "Comparison",
    "EventStudy",
    "GoodmanBacon",
    "LongPanel",
    "Plan",
    "Randomisation",
    "Staggered",
    "SyntheticControl",
    "adjusted",
    "ancova",
    "before_after",
    "cliffs_delta",
    "compare_plans",
    "crv3",
    "d_av",
    "d_z",
    "detectable_drift",
    "did",
    "did_specifications",
    "draw",
    "event_study",
    "event_study_moments",
    "family",
    "fit_moments",
    "fit_poisson",
    "fixed_b",
    "goodman_bacon",
    "hedges_g",
    "imputation",
    "interrupted_series",
    "local_level",
    "newey_west",
    "paired_t",
    "placebo_in_time",
    "quantile_change",
    "randomisation",
    "rank_biserial",
    "rank_sum",
    "risk_difference",
    "same_month",
    "signed_rank",
    "simplex_weights",
    "specification_curve",
    "staggered_panel",
    "staggered_rollout",
    "sun_abraham",
    "sup_t",
    "synthetic_control",
    "ward_mean",
    "wave_change",
    "welch",
    "wild_bootstrap",
    "xmr",
]


_find = later(__name__, _MODULE)
# what is handed out says which argument is wrong, instead of failing somewhere within
before_after, did, event_study = watched(before_after), watched(did), watched(event_study)
goodman_bacon, randomisation = watched(goodman_bacon), watched(randomisation)
staggered_panel, staggered_rollout = watched(staggered_panel), watched(staggered_rollout)


def __getattr__(name: str) -> Any:
    found = _find(name)
    if isinstance(found, FunctionType):
        found = globals()[name] = watched(found)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
