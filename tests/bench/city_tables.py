"""Tables of a city's staff as large as the privacy gate must bear: seeded, every small cell left blank."""

from __future__ import annotations

import numpy as np

from kumastats.disclosure.tables import CountTable

SHAPES = {"136x12": (136, 12), "20x20x5": (20, 20, 5)}
PEOPLE = {"136x12": 12_788, "20x20x5": 11_295}
ENOUGH = {
    "136x12": 55_000,
    "20x20x5": 85_000,
}  # people of the tables that are to be protected: few small cells
TINY, SMALL = 4, 10


def counts(name: str, people: int, spread: float) -> np.ndarray:
    """Offices of very different size, classes of different share, Poisson counts."""
    rng = np.random.default_rng(1)
    shape = SHAPES[name]
    mean = np.ones(shape)
    for axis, size in enumerate(shape):
        weight = rng.lognormal(0, spread, size)
        mean = mean * weight.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return rng.poisson(mean * people / mean.sum())


def gate(name: str, below: int) -> CountTable:
    """The table with every cell of at least 1 and fewer than `below` people blank and nothing else."""
    held = counts(name, PEOPLE[name], 1.0)
    return CountTable(held, (held > 0) & (held < below))


def protection(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Counts and primary cells of the table that is to be protected."""
    held = counts(name, ENOUGH[name], 0.5)
    return held, (held > 0) & (held < SMALL)
