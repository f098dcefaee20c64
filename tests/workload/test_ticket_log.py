"""The log looked over: faults by hand, the bank's real traps, visits, patience, and logs that are refused."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
import synthetic
from bank import bank_tickets, on_the_bank

from kumastats.errors import WorkloadError
from kumastats.workload.counter import audit, journeys, mend_midnight, patience, require_sound, service_times
from kumastats.workload.counter.faults import fault_counts
from kumastats.workload.counter.log import service_minutes


def log(
    rows: list[tuple], columns: str = "ticket_id issued_at called_at finished_at outcome"
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns.split())
    for column in ("issued_at", "called_at", "finished_at", "left_at"):
        given = frame[column] if column in frame else pd.Series([None] * len(frame))
        frame[column] = pd.to_datetime("2022-04-01 " + given) if given.notna().any() else pd.NaT
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(office_id="W1", service="証明書", desk_id="1")


def test_faults_by_hand():
    made = log(
        [
            ("2022-04-01-001", "08:20:00", "08:31:00", "08:40:00", "served"),
            ("2022-04-01-002", "08:45:00", "08:44:00", "08:50:00", "served"),
            ("2022-04-01-003", "09:00:00", "09:10:00", "09:05:00", "served"),
            ("2022-04-01-003", "09:00:00", "09:30:00", "09:35:00", "served"),
        ]
    )
    assert dict(fault_counts(made)) == {
        "restarted": 0, "recalled": 1, "past_midnight": 0, "negative": 2, "drifting": 1, "before_opening": 1,
    }  # fmt: skip


def test_a_clock_ahead_is_seen_though_the_reader_set_the_issue_to_the_call():
    """Issued by a clock 150 s fast; who then seems called before the issue is read as called at once."""
    made = synthetic.log(np.random.default_rng(6), "2022-04-04", 40, mean=60.0, desks=2, service=12.0)
    for column in ("issued_at", "called_at", "finished_at"):
        made[column] = made[column].dt.floor("s")
    assert fault_counts(made)["drifting"] == 0
    early = made["issued_at"] + pd.Timedelta(seconds=150)
    ahead = made.assign(issued_at=early.where(early <= made["called_at"], made["called_at"]))
    assert (ahead["called_at"] >= ahead["issued_at"]).all()
    assert fault_counts(ahead)["drifting"] == 40
    assert fault_counts(ahead.assign(office_id="W2").pipe(lambda t: pd.concat([made, t])))["drifting"] == 40
    to_the_minute = ahead.assign(
        **{c: ahead[c].dt.floor("min") for c in ("issued_at", "called_at", "finished_at")}
    )
    assert fault_counts(to_the_minute)["drifting"] == 0, "to the minute it cannot be told"
    assert fault_counts(ahead.drop(columns="desk_id"))["drifting"] == 0
    assert fault_counts(made.assign(issued_at=early))["drifting"] >= 35, (
        "a log as it came: days on which few waited less than 150 s"
    )


def test_the_sample_city_s_clock_is_put_right_where_it_was_planted(small_study):
    """kumastats.sample.counters: W3's machine is fast in July to September 2019; reading counts it and leaves no office-day adrift."""
    from kumastats.warehouse import Warehouse

    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    tickets = snapshot.frame("ticket", start=dt.date(2019, 1, 1), end=dt.date(2020, 3, 31))
    found = {
        (office, str(quarter)): fault_counts(mine)["drifting"]
        for (office, quarter), mine in tickets.groupby(["office_id", tickets["issued_at"].dt.to_period("Q")])
    }
    assert not any(found.values())
    drifted = {
        str(file["file"]): file["counts"]["clock_drift"]
        for delivery in snapshot.deliveries
        if delivery.table == "ticket"
        for file in delivery.files
        if file.get("counts", {}).get("clock_drift")
    }
    (planted,) = (
        d
        for d in json.loads((small_study / "truth.json").read_text(encoding="utf-8"))["defects"]
        if d["id"] == "clock_drift"
    )
    assert drifted == {planted["place"]: planted["count"]}


@pytest.mark.parametrize("marked", [True, False])
def test_restarted_numbers_are_seen(marked: bool):
    numbers = [*range(1, 31), *range(1, 31)]
    ids = [f"2022-04-01-{n:03d}" + ("-2" if marked and i >= 30 else "") for i, n in enumerate(numbers)]
    at = pd.date_range("2022-04-01 09:00", periods=60, freq="5min").strftime("%H:%M:%S")
    made = log([(i, a, a, a, "served") for i, a in zip(ids, at, strict=True)])
    assert fault_counts(made)["restarted"] == 1
    assert fault_counts(made.head(30))["restarted"] == 0
    shuffled = made.assign(issued_at=made["issued_at"].sample(frac=1, random_state=1).to_numpy())
    if not marked:  # numbers that are not in order of issue are no restart
        assert fault_counts(shuffled)["restarted"] == 0


def test_midnight_is_mended_and_a_slip_is_not():
    made = log(
        [
            ("a", "23:50:00", "23:58:00", "00:03:00", "served"),
            ("b", "10:00:00", "10:05:00", "10:04:00", "served"),
        ]
    )
    mended, moved = mend_midnight(made)
    assert moved == 1
    assert service_minutes(mended).tolist() == [5, -1]
    assert made["finished_at"].iloc[0] < made["called_at"].iloc[0], "the log given stays as it was"


def test_a_transfer_is_one_visit():
    made = log(
        [
            ("1", "09:00:00", "09:10:00", "09:20:00", "transferred"),
            ("2", "09:21:00", "09:30:00", "09:35:00", "served"),
            ("3", "10:00:00", "10:01:00", "10:02:00", "transferred"),
            ("4", "10:03:00", "10:09:00", "10:10:00", "served"),
            ("5", "10:04:00", "10:09:00", "10:10:00", "served"),
            ("6", "11:00:00", "11:01:00", None, "served"),
            ("6", "11:00:00", "11:05:00", "11:09:00", "served"),
            ("7", "11:30:00", None, None, "void"),
        ]
    )
    made_of = journeys(made)
    assert (made_of.tickets, made_of.recalls, made_of.chained) == (8, 1, 1)
    assert made_of.frame["tickets"].tolist() == [
        2,
        1,
        1,
        1,
        1,
    ]  # two may follow the second transfer: neither does
    first = made_of.frame.iloc[0]
    assert (first["wait_min"], first["service_min"], first["outcome"]) == (19, 15, "served")
    by_key = journeys(made.assign(visitor=["a", "a", "b", "b", "b", "c", "c", "d"]), visitor="visitor")
    assert by_key.frame["tickets"].tolist() == [2, 3, 1]


@pytest.mark.parametrize(
    ("rows", "days", "says"),
    [
        ([("a", "09:00:00", "09:01:00", "09:02:00", "served")] * 2, 1, "repeat"),
        ([("a", "09:30:00", "09:31:00", "09:32:00", "served"), ("b", "09:00:00", "09:01:00", "09:02:00", "served")], 1, "order of issue"),
        ([("a", "09:00:00", "09:05:00", "09:04:00", "served")], 1, "before they begin"),
        ([("a", "09:00:00", "09:05:00", "09:06:00", "served")], 2, "1 day"),
        ([("a", "09:00:00", "09:05:00", None, "served")], 1, "finish time"),
    ],
)  # fmt: skip
def test_a_log_no_model_can_be_fitted_to_is_refused(rows: list[tuple], days: int, says: str):
    with pytest.raises(WorkloadError, match=says) as told:
        require_sound(log(rows), days=days)
    assert told.value.remedy is not None


def test_patience_by_hand():
    """Kaplan and Meier: 2 of 40 leave at 2 min, 10 of the 20 still there at 6 min; 18 are called at 4 min."""
    rows = (
        [("a", "09:00:00", None, None, "09:02:00", "left")] * 2
        + [("b", "09:00:00", "09:04:00", "09:09:00", None, "served")] * 18
        + [("c", "09:00:00", None, None, "09:06:00", "left")] * 10
        + [("d", "09:00:00", "09:08:00", "09:09:00", None, "served")] * 10
    )
    fit = patience(log(rows, "ticket_id issued_at called_at finished_at left_at outcome"))
    assert fit.at(1.9) == 1
    assert fit.at(2) == pytest.approx(38 / 40, abs=1e-12)
    assert fit.at(6) == pytest.approx(38 / 40 * 10 / 20, abs=1e-12)
    assert fit.median == 6
    assert fit.exponential_mean == pytest.approx((2 * 2 + 18 * 4 + 10 * 6 + 10 * 8) / 12, abs=1e-12)


def test_patience_where_only_the_unanswered_call_shows_it():
    rng = np.random.default_rng(5)
    wait, limit = rng.uniform(0.1, 60, 4000), rng.exponential(20, 4000)
    issued = pd.Timestamp("2022-04-01 09:00") + pd.to_timedelta(np.zeros(4000), unit="min")
    made = pd.DataFrame(
        {
            "issued_at": issued,
            "called_at": issued + pd.to_timedelta(wait, unit="min"),
            "left_at": pd.NaT,
            "outcome": np.where(limit < wait, "no_show", "served"),
        }
    )
    fit = patience(made)
    assert fit.seen == "call"
    assert fit.exponential_mean == pytest.approx(20, rel=0.06)
    assert fit.at(20) == pytest.approx(np.exp(-1), abs=0.08)
    assert (np.diff(fit.survival) <= 1e-12).all()


@on_the_bank
def test_the_bank_log_is_looked_over():
    """Its outcomes and faults, counted from its 33,344 lines by other means."""
    found = audit(bank_tickets())
    assert dict(found.outcomes) == {"served": 27_162, "left": 5_904, "void": 278}
    assert found.zero_service + found.no_finish == 85, (
        "0:00:00 is no time: those are missing, the rest are zero"
    )
    assert (found.short_service + found.no_finish) / 27_162 == pytest.approx(0.067, abs=0.0005)
    assert found.no_desk == 491
    assert found.faults["past_midnight"] == 16, "finish before start, mended on reading"
    assert found.faults["negative"] == found.faults["restarted"] == 0
    unmended = bank_tickets().copy()
    late = unmended["finished_at"].dt.floor("D") > unmended["called_at"].dt.floor("D")
    unmended.loc[late, "finished_at"] -= pd.Timedelta(days=1)
    assert fault_counts(unmended)["negative"] == 16
    assert mend_midnight(unmended)[1] == 16


@on_the_bank
def test_services_and_patience_of_the_bank():
    """Services of at least 10 s; patience of the 54.9 % who queued (Brown et al. 2005, JASA 100: lognormal services)."""
    services = service_times(bank_tickets())
    assert services.mean * 60 == pytest.approx(188.7, abs=0.05)
    assert services.median * 60 == 116
    assert services.sd_log == pytest.approx(0.953, abs=0.0005)
    fit = patience(bank_tickets())
    assert fit.median * 60 == pytest.approx(293)
    assert fit.at(1) == pytest.approx(0.824, abs=0.0005)
    assert fit.exponential_mean * 60 == pytest.approx(354, abs=1)
