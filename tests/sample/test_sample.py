"""The synthetic city: same seed, same bytes; its files, its fast panel and its truth tell one story."""

import csv
import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from exports import PEOPLE, SEED, WINDOW, as_minutes, clock_seconds, months, ordered, records

from kumastats import sample
from kumastats.errors import UsageError
from kumastats.measures import MEASURES
from kumastats.sample import config, days, overtime
from kumastats.sample.city import build, live_dates
from kumastats.study import Study

FIRST, LAST = dt.date(2015, 4, 1), dt.date(2023, 3, 31)


def fingerprint(root: Path) -> dict[str, str]:
    files = sorted(p for p in root.rglob("*") if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def long_export(city: Path, stamp: str) -> pd.DataFrame:
    """A month as a frame, with what was ordered in minutes whatever the layout."""
    made = records(city / "raw" / "attendance" / f"kinmu_{stamp}.csv", head=1)
    return pd.DataFrame([{**r, "ordered": ordered(r)} for r in made])


def test_same_seed_gives_the_same_bytes(cities: tuple[Path, Path]) -> None:
    one, two = map(fingerprint, cities)
    assert len(one) > 200
    assert one == two


def test_another_seed_gives_another_city() -> None:
    one, two = (sample.summaries(PEOPLE, s, *WINDOW).cells for s in (SEED, SEED + 1))
    assert not one["s1"].equals(two["s1"])


def test_nobody_else_has_a_canary_number_and_numbers_are_unique(city: Path) -> None:
    people = long_export(city, "201910").groupby("職員番号")["氏名"].nunique()
    assert (people == 1).all()
    assert [n for n in people.index if n.startswith("999")] == [config.CANARIES[0]]
    assert people.index.str.fullmatch(r"\d{7}").all()


@pytest.mark.parametrize("stamp", ["201805", "201910", "202207"])
def test_long_exports_add_up_to_the_fast_panel(city: Path, stamp: str) -> None:
    """The files and `summaries` are two roads to the same sums, office by office."""
    rows = long_export(city, stamp)
    rows = rows[(rows["管理職"] == "") & (rows["勤務区分"] != "休日出勤")]
    people = rows.groupby(["所属コード", "職員番号"])["ordered"].sum()
    made = people.groupby("所属コード").agg(n="size", s1="sum", s2=lambda m: int((m**2).sum()))
    day = dt.date(int(stamp[:4]), int(stamp[4:]), 1)
    held = sample.summaries(PEOPLE, SEED, day, day).cells.set_index("unit")
    assert made.to_numpy().tolist() == held[["n", "s1", "s2"]].to_numpy().tolist()
    assert made.index.tolist() == held.index.tolist()


def test_wide_exports_add_up_to_the_fast_panel(city: Path) -> None:
    rows = pd.read_csv(city / "raw/attendance/meirei_201510.csv", dtype=str, keep_default_na=False)
    rows = rows[rows["管理職"] == ""]
    cells = sample.summaries(PEOPLE, SEED, dt.date(2015, 10, 1), dt.date(2015, 10, 31)).cells
    minutes = rows[[f"{d}日" for d in range(1, 32)]].map(as_minutes).sum(axis=1)
    assert minutes.tolist() == rows["計"].map(as_minutes).tolist()
    assert minutes.groupby(rows["所属コード"]).sum().tolist() == cells["s1"].tolist()


def test_overtime_has_the_published_shape() -> None:
    """Designated cities, FY2015: 14.5 h a month, head offices 19.5, branches 12.0 (facts B02–B04)."""
    cells = sample.summaries(3000, 1, FIRST, LAST).cells
    hours = cells["s1"].sum() / cells["n"].sum() / 60
    assert 12 < hours < 16
    by = {k: g["s1"].sum() / g["n"].sum() / 60 for k, g in cells.groupby(cells["period"].str[5:])}
    assert sorted(by, key=by.__getitem__)[-2:] == ["04", "03"]
    first = cells[cells["period"] < "2016-04"]
    kind = {k: g["s1"].sum() / g["n"].sum() / 60 for k, g in first.groupby(first["unit"].str[0])}
    assert kind["A"] == pytest.approx(19.5, abs=2.5)
    assert kind["B"] == pytest.approx(12.0, abs=2.5)
    before, quake = (
        cells[cells["period"].between(a, b)] for a, b in (("2015-05", "2015-09"), ("2016-05", "2016-09"))
    )
    assert quake["s1"].sum() / quake["n"].sum() > 1.3 * before["s1"].sum() / before["n"].sum()


def test_truth_is_the_difference_from_the_twin(truth: dict) -> None:
    held = truth["questions"]["overtime-cloud-workplace"]
    fast = sample.summaries(PEOPLE, SEED, *WINDOW)
    assert truth["synthetic"] is True
    assert held["value"] == pytest.approx(fast.truth, abs=1e-6)


def test_the_twin_differs_only_where_and_when_the_workplace_is_live() -> None:
    """A null effect is exactly zero, not nearly zero."""
    city = build(PEOPLE, SEED)
    live = live_dates(city, overtime.busiest_offices(city))
    for year in (2017, 2018):
        made, twin = (overtime.simulate(city, year, which) for which in (live, None))
        office = city.office[: city.teachers_from, year - config.FIRST_YEAR]
        at = np.array(made.days, dtype="datetime64[D]")
        start = np.array([live[i][0] for i in range(len(city.offices))], dtype="datetime64[D]")
        after = at[None, :] >= start[office][:, None]
        assert (made.true[~after] == twin.true[~after]).all()
        assert (made.recorded[~after] == twin.recorded[~after]).all()
        assert (made.leave == twin.leave).all()
        assert (made.true[after] <= twin.true[after]).all()
        assert after.any() == (made.true < twin.true).any() == (year == 2018)


def test_without_treated_months_there_is_no_effect_to_state() -> None:
    assert np.isnan(sample.summaries(PEOPLE, SEED, *WINDOW, cohorts=(dt.date(2019, 4, 1),)).truth)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_effect_builds_up_over_three_months(seed: int) -> None:
    """About −6 % of 14.5 h, more at head offices, once phased in."""

    def until(month: int) -> float:
        end = dt.date(2018, month, 28)
        return sample.summaries(1250, seed, dt.date(2018, 10, 1), end, cohorts=(config.WAVES[0],)).truth

    october, december = until(10), until(12)
    settled = sample.summaries(
        1250, seed, dt.date(2019, 1, 1), dt.date(2019, 3, 31), cohorts=(config.WAVES[0],)
    )
    assert settled.truth < december < october < 0
    assert -1.8 < settled.truth < -0.6


def test_the_register_loads_and_reaches_each_office_once(city: Path) -> None:
    study = Study.load(city)
    assert study.synthetic
    assert len(study.items) == 6
    waves = study.initiatives["cloud_workplace"].waves
    offices = pd.read_csv(city / "raw/offices/offices.csv", encoding="utf-8-sig", dtype=str)
    reached = [u for w in waves for u in w.units]
    assert sorted(reached) == sorted(offices.loc[offices["区分"] != "学校", "所属コード"])
    assert [w.live_on for w in waves] == [config.PILOT_ON, *config.WAVES]
    question = study.questions["overtime-cloud-workplace"]
    assert question.measure in MEASURES
    assert question.negative_control in MEASURES
    assert (question.start, question.end, question.cohorts) == (*WINDOW, config.WAVES[:2])
    assert (question.smallest_effect, question.kind) == (0.5, "confirmatory")
    assert len(study.claims) == 7
    assert all(c.wording and c.source and c.settled_by for c in study.claims)


def test_working_days_agree_with_the_published_counts() -> None:
    """Working days of the city's own calendar, FY2014–FY2023 (facts B26)."""
    counted = [len(days.workdays(*days.fiscal_year(y))) for y in range(2014, 2024)]
    assert counted == [244, 243, 243, 244, 244, 240, 243, 242, 243, 243]


@pytest.mark.parametrize(("year", "least", "most"), [(2016, 3.5, 5.5), (2017, 0.2, 1.2), (2018, 0.2, 1.2)])
def test_peak_waits_fell_from_hours_to_less_than_one(
    city: Path, year: int, least: float, most: float
) -> None:
    """The ninetieth percentile around 1 April: four or five hours in 2016, about an hour at most from 2017 on."""
    paths = sorted((city / "raw/tickets").glob(f"*_FY{year}Q1.csv"))
    assert len(paths) == 5
    rows = pd.DataFrame([r for p in paths for r in records(p)])
    wait = rows["呼出時刻"].map(clock_seconds) - rows["発券時刻"].map(clock_seconds)
    day = pd.to_datetime(rows["発券日"])
    assert least * 3600 < wait[day < f"{year}-04-10"].quantile(0.9) < most * 3600
    assert wait[day >= f"{year}-05-16"].quantile(0.9) < 1800
    assert rows["呼出時刻"].map(clock_seconds).max() < 24 * 3600
    assert rows.groupby(["庁舎コード", "発券日"]).size().mean() > 40


def test_the_exact_office_never_passes_45_hours(city: Path, truth: dict) -> None:
    [defect] = [d for d in truth["defects"] if d["id"] == "exactly_44_59"]
    office, exact = defect["place"].removeprefix("office "), 0
    for path in months(city):
        if path.stem < f"kinmu_{config.CAPS_ON:%Y%m}":
            continue
        rows = long_export(city, path.stem.removeprefix("kinmu_"))
        mine = rows[rows["所属コード"] == office].drop_duplicates()
        total = mine.groupby("職員番号")["ordered"].sum()
        assert total.max() <= 45 * 60
        exact += int((total == 45 * 60 - 1).sum())
    assert exact == defect["count"] > 0


def test_corrections_are_told_as_the_files_hold_them(city: Path, truth: dict) -> None:
    def paid(path: Path) -> list[int]:
        lines = path.read_bytes().decode("cp932").splitlines()[1:]  # under the banner
        rows = [r for r in csv.DictReader(lines) if r["職員番号"] != "合計" and not r["管理職"]]
        clocks = [r["時間外命令"].split(":") for r in rows]
        return [int(c[0]) * 60 + int(c[1]) if len(c) == 2 else 0 for c in clocks]

    folder = city / "raw/attendance"
    assert [c["file"] for c in truth["corrections"]] == [f"kinmu_2018{m}.csv" for m in ("07", "08", "09")]
    for c in truth["corrections"]:
        before, after = paid(folder / c["file"]), paid(folder / "received_2023-05-10" / c["file"])
        assert (c["rows_before"], c["rows_after"]) == (len(before), len(after))
        assert (c["sum_before"], c["sum_after"]) == (sum(before), sum(after))
        assert c["changed"] == sum(a != b for a, b in zip(before, after, strict=True)) > 0
        assert (c["table"], c["column"], c["quarter"]) == ("person_day", "ordered_overtime_min", "FY2018Q2")


def test_it_makes_nothing_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    (tmp_path / "file").write_text("keep", encoding="utf-8")
    for name in ("mine", "file"):
        with pytest.raises(UsageError, match="not empty"):
            sample.write(tmp_path / name, people=100)
    with pytest.raises(UsageError, match="100"):
        sample.write(tmp_path / "new", people=99)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "mine", "notes.txt"]


def test_a_broken_run_leaves_nothing_and_spares_the_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "city.making").mkdir()
    (tmp_path / "city").mkdir()
    monkeypatch.chdir(tmp_path / "city")

    def stop(done: int, total: int, now: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample.write(".", people=100, progress=stop)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["city", "city.making"]
