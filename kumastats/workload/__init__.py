"""Workload models: what the work is, and what would have to change for it to be done in time."""
