"""Tickets: the city's columns by mapping, numbers that restart, clocks that drift, midnight."""

import pandas as pd
import pytest
import yaml
from files import KEY, tickets

from kumastats.errors import KumastatsError, MappingError
from kumastats.sample.register import TICKETS
from kumastats.sources import Mapping, read

ROW = "001,W1,証明書,2018/4/2,8:31:05,8:40:00,8:52:10,3,完了"


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "tickets.yml"

    def make(**changes) -> Mapping:
        path.write_text(yaml.safe_dump({**TICKETS, **changes}, allow_unicode=True), encoding="utf-8")
        return Mapping.load(path)

    return make


def test_a_ticket_is_read(tmp_path, mapping):
    made = read(
        "tickets",
        tickets(tmp_path, ROW, "002,W1,証明書,2018/4/2,8:35:00,8:50:00,,1,不在"),
        mapping=mapping(),
        identity=KEY,
    )
    rows = made.data.to_pandas()
    first = rows.iloc[0]
    assert first["issued_at"] == pd.Timestamp("2018-04-02 08:31:05") and first["finished_at"] == pd.Timestamp(
        "2018-04-02 08:52:10"
    )
    assert list(rows["outcome"]) == ["served", "no_show"] and list(rows["ticket_id"]) == [
        "2018-04-02-001",
        "2018-04-02-002",
    ]


def test_numbers_that_restart_at_noon_stay_apart(tmp_path, mapping):
    rows = [
        ROW,
        ROW.replace("8:31:05,8:40:00,8:52:10", "13:00:00,13:05:00,13:10:00"),
        ROW.replace("2018/4/2", "2018/4/3"),
    ]
    made = read("tickets", tickets(tmp_path, *rows), mapping=mapping(), identity=KEY).data.to_pandas()
    assert sorted(made["ticket_id"]) == ["2018-04-02-001", "2018-04-02-001-2", "2018-04-03-001"]


def test_a_clock_a_little_fast_is_taken_as_no_wait_and_counted(tmp_path, mapping):
    path = tickets(tmp_path, ROW.replace("8:40:00", "8:29:00"))
    made = read("tickets", path, mapping=mapping(), identity=KEY)
    row = made.data.to_pandas().iloc[0]
    assert row["issued_at"] == row["called_at"] == pd.Timestamp("2018-04-02 08:29:00")
    assert any("(1)" in d.en for d in made.report.decisions)
    with pytest.raises(KumastatsError, match="called_before_issue"):
        read("tickets", tickets(tmp_path, ROW.replace("8:40:00", "8:20:00")), mapping=mapping(), identity=KEY)


def test_a_fast_clock_is_put_right_for_the_whole_day_of_its_office(tmp_path, mapping):
    # 150 seconds fast: five people who did not wait show it, one who waited ten minutes waits ten minutes again
    fast = [f"{n:03d},W1,証明書,2018/4/2,9:{n:02d}:30,9:{n - 2:02d}:00,9:30:00,1,完了" for n in range(2, 7)]
    waited = "007,W1,証明書,2018/4/2,9:10:30,9:18:00,9:30:00,1,完了"
    other = "001,W2,証明書,2018/4/2,9:10:00,9:15:00,9:30:00,1,完了"
    made = read("tickets", tickets(tmp_path, *fast, waited, other), mapping=mapping(), identity=KEY)
    rows = made.data.to_pandas()
    wait = (rows["called_at"] - rows["issued_at"]).dt.total_seconds()
    assert wait[rows["office_id"] == "W1"].tolist() == [0] * 5 + [600]
    assert wait[rows["office_id"] == "W2"].tolist() == [300]
    assert made.report.counts["clock_drift"] == 6


def test_unknown_outcomes_and_keys_are_refused(tmp_path, mapping):
    with pytest.raises(KumastatsError, match=r"“漢字\{2\}” is unknown"):
        read("tickets", tickets(tmp_path, ROW.replace("完了", "保留")), mapping=mapping(), identity=KEY)
    with pytest.raises(MappingError, match="Unknown keys"):
        mapping(colums={})
    with pytest.raises(MappingError, match="not tickets"):
        read("tickets", tickets(tmp_path, ROW), mapping=mapping(source="attendance"), identity=KEY)


def test_a_missing_column_says_which_are_there(tmp_path, mapping):
    path = tmp_path / "t.csv"
    path.write_text(
        "受付番号,業務,発券日,発券時刻,呼出時刻\n1,証明書,2018/4/2,8:30:00,8:31:00\n", encoding="utf-8"
    )
    with pytest.raises(KumastatsError, match=r"終了時刻.*発券時刻"):
        read("tickets", path, mapping=mapping(), identity=KEY)
