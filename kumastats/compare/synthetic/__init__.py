"""Synthetic control as a convex problem, with placebos in space and leave-one-out."""

from kumastats.compare.synthetic.control import SyntheticControl, synthetic_control
from kumastats.compare.synthetic.weights import simplex_weights

__all__ = ["SyntheticControl", "simplex_weights", "synthetic_control"]
