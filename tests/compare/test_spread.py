"""How a change is spread over offices: quartiles by hand, small offices pooled, chance told from difference."""

import numpy as np
import pandas as pd
import pytest

from kumastats.compare.spread import spread
from kumastats.errors import CompareError

FIRST, LAST = "FY2017", "FY2022"


def years(
    means: dict[str, tuple[float, float]], *, people: dict[str, int] | None = None, within: float = 4.0
):
    """A row per office and year: a mean, twelve rows a person, a variance within the office."""
    rows = []
    for unit, ends in means.items():
        many = (people or {}).get(unit, 20)
        for year, mean in zip((FIRST, LAST), ends, strict=True):
            n = 12 * many
            rows.append((unit, year, n, mean * n, (within + mean**2) * n, many))
    return pd.DataFrame(rows, columns=["unit", "year", "n", "total", "square", "people"])


def kinds(units, of=lambda i: "branch") -> pd.Series:
    return pd.Series({u: of(i) for i, u in enumerate(units)})


def asked(frame: pd.DataFrame, kind: pd.Series, min_n: int = 10):
    return spread(frame, kind, first=FIRST, last=LAST, min_n=min_n)


def test_quartiles_and_kinds_by_hand():
    units = [f"u{i}" for i in range(9)]
    found = asked(
        years({u: (10.0, 10.0 + i - 4) for i, u in enumerate(units)}),
        kinds(units, lambda i: "branch" if i < 3 else "head_office"),
    )
    assert (found.low, found.median, found.high) == (-2.0, 0.0, 2.0)
    assert found.n_units == 9 and found.people == 180 and found.pooled == 0
    groups = found.groups.set_index("group")
    assert groups.loc["branch", "change"] == -3.0 and groups.loc["head_office", "change"] == 1.5
    # t with 2 degrees of freedom, 97.5 %: 4.302652730 (any table of Student's t); sd of −4, −3, −2 is 1
    assert groups.loc["branch", "high"] == pytest.approx(-3 + 4.302652730 / np.sqrt(3), abs=1e-8)
    assert found.side(found.low) == (40, 120)
    # two years of variance 4 over 20 people, over the variance of −4 … 4
    assert found.noise == pytest.approx((4 / 20 + 4 / 20) / 7.5, abs=1e-12)


def test_offices_left_out_are_counted():
    units = [f"u{i}" for i in range(12)]
    frame = years(
        {u: (10.0, 10.0 + i) for i, u in enumerate(units)}, people={"u0": 4, "u1": 3, "u2": 12, "u11": 6}
    )
    frame = frame[~((frame["unit"] == "u3") & (frame["year"] == LAST))]
    kind = kinds(units, lambda i: "school" if i == 11 else "branch")
    found = asked(frame, kind, min_n=7)
    # u0 and u1 make seven people together; the school has nobody to go with; u3 closed
    assert found.pooled == 2 and found.dropped == {"one_year": 1, "too_few": 1}
    assert found.n_units == 9


def test_no_office_is_named_and_order_does_not_matter():
    units = [f"office {i}" for i in range(10)]
    frame = years({u: (10.0, 10.0 + i**2 / 7) for i, u in enumerate(units)})
    one, other = (
        asked(frame, kinds(units)),
        asked(frame.sample(frac=1, random_state=1), kinds(reversed(units))),
    )
    assert "unit" not in one.changes and "office" not in one.changes.to_csv()
    pd.testing.assert_frame_equal(one.changes, other.changes)
    assert (one.low, one.noise) == (other.low, other.noise)


def test_small_offices_are_put_together_and_dropped_where_still_too_few():
    units = [f"u{i}" for i in range(12)]
    small = {"u8": 6, "u9": 6, "u10": 4, "u11": 3}
    kind = kinds(units, lambda i: "ward_office" if i in (10, 11) else "branch")
    found = asked(
        years({u: (10.0, 12.0 if i in (8, 9) else 11.0) for i, u in enumerate(units)}, people=small), kind
    )
    assert found.pooled == 2 and found.n_units == 9  # two branches as one; seven people of wards are left out
    assert found.changes["change"].tolist() == [1.0] * 8 + [2.0]
    assert found.changes["people"].min() == 12


def test_too_few_offices_are_refused_with_a_remedy():
    units = [f"u{i}" for i in range(7)]
    with pytest.raises(CompareError, match="Only 7 offices") as caught:
        asked(years(dict.fromkeys(units, (10.0, 11.0))), kinds(units))
    assert caught.value.remedy is not None


def test_chance_alone_is_told_as_chance():
    """Offices that differ by their people only: the share is near one; with true differences ten times as large, near zero."""
    draw = np.random.default_rng(3)
    units = [f"u{i}" for i in range(200)]
    se = np.sqrt(4.0 / 20)
    alike = {u: (10 + se * draw.standard_normal(), 10 + se * draw.standard_normal()) for u in units}
    assert 0.8 < asked(years(alike), kinds(units)).noise <= 1
    apart = {u: (a, b + 20 * se * draw.standard_normal()) for u, (a, b) in alike.items()}
    assert asked(years(apart), kinds(units)).noise < 0.02
