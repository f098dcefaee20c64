"""Words, numbers, fonts, plots and tables as a reader sees them, in Japanese and English."""

from kumastats.display.explore import Explorer, Slider
from kumastats.display.figures import Figure
from kumastats.display.labels import word
from kumastats.display.numbers import (
    by_error,
    decimals_by_error,
    interval,
    number,
    percent,
    yen,
    yen_interval,
    yen_together,
)
from kumastats.display.tables import HtmlTable

__all__ = [
    "Explorer",
    "Figure",
    "HtmlTable",
    "Slider",
    "by_error",
    "decimals_by_error",
    "interval",
    "number",
    "percent",
    "word",
    "yen",
    "yen_interval",
    "yen_together",
]
