"""Surges: how a disaster's load rises in steps and decays, and the people it takes to carry it within the caps."""
