"""The synthetic city: same seed, same bytes; its files, its fast panel and its truth tell one story."""

import csv
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from kumastats import sample
from kumastats.errors import UsageError
from kumastats.measures import MEASURES
from kumastats.sample import config, days, overtime
from kumastats.sample.city import build, live_dates
from kumastats.sources import IdentityKey, Mapping, read
from kumastats.study import Study

PEOPLE, SEED = 200, 3
FIRST, LAST = dt.date(2015, 4, 1), dt.date(2023, 3, 31)
WINDOW = dt.date(2017, 7, 1), dt.date(2019, 3, 31)


def fingerprint(root: Path) -> dict[str, str]:
    files = sorted(p for p in root.rglob("*") if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same city made twice: here, and in a process with another hash seed and time zone."""
    base = tmp_path_factory.mktemp("cities")
    code = f"from kumastats import sample; sample.write({str(base / 'b')!r}, people={PEOPLE}, seed={SEED})"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as other:
        steps: list[tuple[int, int, str]] = []
        report = sample.write(base / "a", people=PEOPLE, seed=SEED, progress=lambda *step: steps.append(step))
    assert other.returncode == 0
    assert [s[0] for s in steps] == sorted(s[0] for s in steps)
    assert steps[-1][0] == steps[-1][1]
    assert report.to_dict()["synthetic"] is True
    assert "合成" in report.text("ja")
    assert "invented" in report.text("en")
    return base / "a", base / "b"


@pytest.fixture(scope="module")
def city(cities: tuple[Path, Path]) -> Path:
    return cities[0]


@pytest.fixture(scope="module")
def truth(city: Path) -> dict:
    return json.loads((city / "truth.json").read_text(encoding="utf-8"))


def long_export(city: Path, stamp: str) -> pd.DataFrame:
    text = (city / "raw" / "attendance" / f"kinmu_{stamp}.csv").read_bytes().decode("cp932")
    rows = list(csv.reader(text.splitlines()))
    return pd.DataFrame(rows[2:-1], columns=rows[1])


def as_minutes(text: str) -> int:
    return int(text.split(":")[0]) * 60 + int(text.split(":")[1]) if text else 0


def test_same_seed_gives_the_same_bytes(cities: tuple[Path, Path]) -> None:
    one, two = map(fingerprint, cities)
    assert len(one) > 200
    assert one == two


def test_another_seed_gives_another_city() -> None:
    one, two = (sample.summaries(PEOPLE, s, *WINDOW).cells for s in (SEED, SEED + 1))
    assert not one["s1"].equals(two["s1"])


def test_canaries_stand_in_every_kind_of_personal_file(city: Path) -> None:
    raw = city / "raw"
    number, name, teacher, teacher_name, m365 = config.CANARIES
    long, wide = sorted(raw.glob("attendance/kinmu_*.csv")), sorted(raw.glob("attendance/meirei_*.csv"))
    assert (len(long), len(wide)) == (84, 12)
    for files, encoding in ((long, "cp932"), (wide, "utf-8")):
        assert all(f"{number},{name}," in p.read_bytes().decode(encoding) for p in files)
    viva = sorted(raw.glob("viva_person/*.csv"))
    assert viva[0].name == "person_query_FY2018Q4.csv"
    assert all(m365 in p.read_text(encoding="utf-8") for p in viva)
    found = []
    for path in sorted(raw.glob("school_hours/zaiko_2018_*.xlsx")):
        cells = [c for row in openpyxl.load_workbook(path, read_only=True).worksheets[0].values for c in row]
        found.append(teacher in cells and teacher_name in cells)
    assert found.count(True) == 1


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
    people = rows.assign(m=rows["時間外命令"].map(as_minutes)).groupby(["所属コード", "職員番号"])["m"].sum()
    made = people.groupby("所属コード").agg(n="size", s1="sum", s2=lambda m: int((m**2).sum()))
    day = dt.date(int(stamp[:4]), int(stamp[4:]), 1)
    cells = sample.summaries(PEOPLE, SEED, day, day).cells.set_index("unit")
    assert made.to_numpy().tolist() == cells[["n", "s1", "s2"]].to_numpy().tolist()
    assert made.index.tolist() == cells.index.tolist()


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
    assert len(study.claims) == 5


def test_working_days_agree_with_the_published_counts() -> None:
    """Working days of the city's own calendar, FY2014–FY2023 (facts B26)."""
    counted = [len(days.workdays(*days.fiscal_year(y))) for y in range(2014, 2024)]
    assert counted == [244, 243, 243, 244, 244, 240, 243, 242, 243, 243]


def test_april_overloads_the_counters(city: Path) -> None:
    text = [p.read_text(encoding="utf-8-sig") for p in sorted((city / "raw/tickets").glob("*_FY2016Q1.csv"))]
    assert len(text) == 5
    rows = pd.DataFrame([r for t in text for r in csv.DictReader(t.splitlines())])
    wait = rows["呼出時刻"].map(seconds) - rows["発券時刻"].map(seconds)
    day = pd.to_datetime(rows["発券日"])
    assert wait[day < "2016-04-10"].quantile(0.9) > 2 * 3600
    assert wait[day >= "2016-05-16"].quantile(0.9) < 1800
    assert rows.groupby(["庁舎コード", "発券日"]).size().mean() > 40


def seconds(clock: str) -> int:
    h, m, s = map(int, clock.split(":"))
    return h * 3600 + m * 60 + s


def test_planted_defects_are_found_as_often_as_the_truth_says(
    city: Path, truth: dict, tmp_path: Path
) -> None:
    key = IdentityKey.create(tmp_path / "identity.key")
    mapping = Mapping.load(city / "mappings/attendance.yml")
    planted = {d["id"]: d for d in truth["defects"]}
    for id_ in ("exact_duplicate", "negative_duration", "conflicting_person_day", "impossible_time"):
        file, count = planted[id_]["place"], planted[id_]["count"]
        assert count > 0
        report = read("attendance", city / "raw/attendance" / file, mapping=mapping, identity=key).report
        set_aside = {**report.dropped, **report.quarantined}
        assert {k: v for k, v in set_aside.items() if k != "totals_row"} == {id_: count}
    book = planted["shifted_sheet"]["place"].split()[0]
    hours = read("school_hours", city / "raw/school_hours" / book, mapping=None, identity=key).data
    months = pd.to_datetime(hours.to_pandas()["date"]).dt.month
    assert sorted(months.unique()) == list(range(1, 13))
    log = city / "raw/tickets" / planted["restart_at_noon"]["place"]
    tickets = read("tickets", log, mapping=Mapping.load(city / "mappings/tickets.yml"), identity=key)
    ids = tickets.data.column("ticket_id").to_pylist()
    assert len(set(ids)) == len(ids) == len(log.read_text(encoding="utf-8-sig").splitlines()) - 1


def test_the_exact_office_never_passes_45_hours(city: Path, truth: dict) -> None:
    [defect] = [d for d in truth["defects"] if d["id"] == "exactly_44_59"]
    office, exact = defect["place"].removeprefix("office "), 0
    for year in range(2015, 2023):
        for first, _ in days.months(year):
            if first < config.CAPS_ON:
                continue
            rows = long_export(city, f"{first:%Y%m}")
            mine = rows[rows["所属コード"] == office].drop_duplicates()
            total = mine["時間外命令"].map(as_minutes).groupby(mine["職員番号"]).sum()
            assert total.max() <= 45 * 60
            exact += int((total == 45 * 60 - 1).sum())
    assert exact == defect["count"] > 0


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
