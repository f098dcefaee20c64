"""Protected tables, by the attack: every primary cell at least as wide as asked, and no complement to spare blindly."""

import numpy as np
import pytest

from kumastats.disclosure.suppression import protect
from kumastats.disclosure.tables import CountTable
from kumastats.errors import DisclosureError


def test_every_primary_is_hidden_as_widely_as_asked():
    rng = np.random.default_rng(5)
    for shape in ((12, 6), (5, 4, 3)):
        counts = rng.poisson(30, shape)
        primary = rng.random(shape) < 0.06
        made = protect(counts, primary, 10)
        found = CountTable(counts, made.table.suppressed).intervals()
        assert all(found[tuple(map(int, c))].width >= 10 - 1e-6 for c in np.argwhere(primary))
        assert made.complementary > 0


def test_a_table_that_cannot_be_protected_says_so():
    with pytest.raises(DisclosureError, match="coarser"):
        protect(np.array([[1, 1], [1, 1]]), np.array([[True, False], [False, False]]), 10)
