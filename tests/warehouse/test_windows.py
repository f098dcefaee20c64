"""Rolling windows pulled daily are never stacked."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kumastats.sources import IdentityKey, read
from kumastats.warehouse import Warehouse
from kumastats.warehouse.windows import side_by_side

DAY = dt.timedelta(days=1)
HEAD = (
    "Report Refresh Date,User Principal Name,Is Deleted,Team Chat Message Count,Meeting Count,Report Period"
)


def _window(last: dt.date, days: int) -> tuple[dt.date, dt.date]:
    return last - (days - 1) * DAY, last


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40), st.sampled_from([7, 30, 90]))
def test_chosen_windows_share_at_most_a_tenth_and_the_latest_is_kept(offsets: list[int], days: int) -> None:
    pulled = [_window(dt.date(2019, 4, 1) + o * DAY, days) for o in offsets]
    kept = side_by_side(pulled)
    assert set(kept) <= set(pulled)
    assert max(pulled) in kept
    for earlier, later in itertools.pairwise(kept):
        assert (earlier[1] - later[0]).days + 1 <= days // 10


def test_month_ends_all_stay() -> None:
    ends = [dt.date(2019, 1, 31), dt.date(2019, 2, 28), dt.date(2019, 3, 31)]
    assert len(side_by_side(_window(e, 30) for e in ends)) == 3


def test_a_report_pulled_daily_counts_once(tmp_path: Path) -> None:
    key = IdentityKey(b"k" * 32)
    path = tmp_path / "teams.csv"
    days = [dt.date(2019, 4, 24) + i * DAY for i in range(7)]
    path.write_text(
        "\n".join([HEAD, *[f"{d},u1@city.jp,False,1,{i},7" for i, d in enumerate(days)], ""]),
        encoding="utf-8",
    )
    result = read("m365", path, identity=key)
    warehouse = Warehouse.open(tmp_path / "warehouse")
    with warehouse.writing() as adding:
        adding.add(
            result.data, source="m365", table_name="usage", period="FY2019", received_on=days[-1],
            files=[result.report.to_dict()],
        )  # fmt: skip
    held = warehouse.snapshot().frame("usage")
    assert set(held["period_end"].astype(str)) == {"2019-04-30"}
    assert held.loc[held["metric"] == "meetings", "value"].tolist() == [6]
