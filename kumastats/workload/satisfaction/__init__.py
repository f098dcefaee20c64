"""What staff and citizens answer to surveys: who answered, how, with what weight, and how waves differ."""

from kumastats.workload.satisfaction.answers import Answers, answers, check_weights
from kumastats.workload.satisfaction.patterns import Habits, habits
from kumastats.workload.satisfaction.response import Bounds, Response, bounds, post_stratified, response
from kumastats.workload.satisfaction.shares import Share, weighted_mean, weighted_share
from kumastats.workload.satisfaction.waves import WaveChange, answers_needed, waves_compared

__all__ = [
    "Answers",
    "Bounds",
    "Habits",
    "Response",
    "Share",
    "WaveChange",
    "answers",
    "answers_needed",
    "bounds",
    "check_weights",
    "habits",
    "post_stratified",
    "response",
    "waves_compared",
    "weighted_mean",
    "weighted_share",
]
