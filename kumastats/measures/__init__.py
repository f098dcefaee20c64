"""Every outcome defined once: name, unit, direction, numerator, denominator, caveat."""

from kumastats.measures.catalogue import MEASURES, define, measure, overview, refuse_population
from kumastats.measures.model import Measure
from kumastats.measures.summary import cells, series

__all__ = ["MEASURES", "Measure", "cells", "define", "measure", "overview", "refuse_population", "series"]
