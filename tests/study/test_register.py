"""The study register: what is read, what is refused, what the lock sees."""

import datetime as dt
from pathlib import Path

import pytest

from kumastats import measures
from kumastats.errors import KumastatsError, StudyError, UsageError
from kumastats.study import Study, StudyFolder, deviations, is_retrospective, lock, read_lock
from kumastats.study.engine_choice import without_engine
from kumastats.warehouse import EngineSettings, Warehouse

QUESTION = """
initiatives:
  - id: cloud
    label: { ja: 導入, en: Roll-out }
    item: workplace
    announced_on: 2018-04-03
    waves:
      - { live_on: 2018-12-01, units: [A02, A01] }
      - { live_on: 2018-10-01, piloted_on: 2018-06-01, units: [A01] }
questions:
  - id: overtime
    item: workplace
    text: { ja: 減ったか, en: "Did it fall?" }
    initiative: cloud
    measure: ordered_overtime
    design: did
    start: 2017-07-01
    end: 2019-03-31
    kind: confirmatory
"""


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    folder = StudyFolder.lay_out(tmp_path / "study")
    lines = folder.register.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#"))
    text = text.replace("initiatives: []\n", "").replace("questions: []\n", QUESTION)
    folder.register.write_text(text, encoding="utf-8")
    return folder


def test_the_template_is_a_valid_register(tmp_path: Path):
    study = Study.load(StudyFolder.lay_out(tmp_path / "new").root)
    assert len(study.items) == 6
    assert study.thresholds["min_n"] == 10
    assert study.days_left(dt.date(2023, 9, 29)) == 1


def test_a_study_is_found_from_below(folder: StudyFolder):
    assert Study.load(folder.raw / "tickets").folder.root == folder.root.resolve()


def test_laying_out_never_overwrites(folder: StudyFolder):
    before = folder.register.read_bytes()
    with pytest.raises(UsageError):
        StudyFolder.lay_out(folder.root)
    assert folder.register.read_bytes() == before


def test_live_dates_take_the_first_wave_of_a_unit(folder: StudyFolder):
    initiative = Study.load(folder.root).initiatives["cloud"]
    assert initiative.live_dates() == {"A01": dt.date(2018, 10, 1), "A02": dt.date(2018, 12, 1)}
    assert initiative.selected() == ("A01",)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("item: workplace\n    text", "item: nowhere\n    text", "questions[0].item"),
        ("initiative: cloud", "initiative: fog", "questions[0].initiative"),
        ("end: 2019-03-31", "end: 2016-03-31", "questions[0].end"),
        ("end: 2019-03-31", "end: soon", "questions[0].end"),
        ("kind: confirmatory", "kind: certain", "questions[0].kind"),
        ("measure: ordered_overtime", "mesure: ordered_overtime", "questions[0]"),
        ("due: 2023-09-30", "due: 2020-09-30", "term"),
        ('{ ja: 減ったか, en: "Did it fall?" }', "Did it fall", "questions[0].text"),
    ],
)
def test_a_wrong_register_names_line_and_key(folder: StudyFolder, old: str, new: str, column: str):
    text = folder.register.read_text(encoding="utf-8")
    assert text.count(old) == 1
    folder.register.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        Study.load(folder.root)
    assert caught.value.place.column == column
    line = folder.register.read_text(encoding="utf-8").splitlines()[caught.value.place.row - 1]
    assert line.strip()


def test_broken_yaml_names_the_line(folder: StudyFolder):
    folder.register.write_text("title: {ja: x\nitems: [", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        Study.load(folder.root)
    assert caught.value.place.row is not None


def test_lock_sees_every_later_change_and_its_reason(folder: StudyFolder):
    study = Study.load(folder.root)
    lock(study, on=dt.date(2018, 6, 1), snapshot=None, data_until={})
    assert deviations(study, read_lock(study)) == ()
    text = folder.register.read_text(encoding="utf-8").replace("end: 2019-03-31", "end: 2019-02-28")
    text = text.replace(
        "deviations: [] # 固定後に変えたときの理由 / reasons for changes made after the lock",
        'deviations:\n  - { path: "questions[overtime].end", reason: { ja: 遅れ, en: late } }',
    )
    folder.register.write_text(text, encoding="utf-8")
    study = Study.load(folder.root)
    (found,) = deviations(study, read_lock(study))
    assert (found.path, found.locked, found.now) == ("questions[overtime].end", "2019-03-31", "2019-02-28")
    assert found.reason.en == "late"
    with pytest.raises(UsageError):
        lock(study, on=dt.date(2018, 7, 1), snapshot=None, data_until={})


def test_an_edited_lock_is_refused(folder: StudyFolder):
    study = Study.load(folder.root)
    lock(study, on=dt.date(2018, 6, 1), snapshot=None, data_until={})
    folder.lock.write_text(
        folder.lock.read_text(encoding="utf-8").replace("2017-07-01", "2016-07-01"), encoding="utf-8"
    )
    with pytest.raises(StudyError):
        read_lock(study)


def test_a_question_is_retrospective_once_its_post_period_was_held(folder: StudyFolder):
    study = Study.load(folder.root)
    question, live = study.questions["overtime"], dt.date(2018, 10, 1)
    assert is_retrospective(question, None, live, "person_day")
    early = lock(study, on=dt.date(2018, 6, 1), snapshot="s", data_until={"person_day": dt.date(2018, 5, 31)})
    assert not is_retrospective(question, early, live, "person_day")
    late = lock(study, on=dt.date(2019, 6, 1), snapshot="s", data_until={"person_day": live}, force=True)
    assert is_retrospective(question, late, live, "person_day")


OWN = """
measures:
  - id: late_night
    theme: working_time
    item: workplace
    label: { ja: 深夜の勤務, en: late-night work }
    unit: { ja: 時間／人・月, en: h per person-month }
    better: lower
    table: person_day
    value: late_night_min
    entity: person_month
    scale: 60
    where: { role: city }
    numerator: { ja: 深夜の分の和, en: late-night minutes }
    denominator: { ja: 人・月, en: person-months }
    population: city
    caveat: { ja: 記録された時間, en: As recorded. }
"""


def with_own(folder: StudyFolder, text: str = OWN) -> Study:
    before = folder.register.read_text(encoding="utf-8").replace("measures: []", "")
    folder.register.write_text(before.split("measures:")[0] + text, encoding="utf-8")
    return Study.load(folder.root)


def test_a_study_defines_a_measure_of_its_own(tmp_path: Path, small_study: Path):
    with_own(StudyFolder.lay_out(tmp_path / "new"))
    made = measures.measure("late_night")
    assert (made.grain, made.scale, made.unit_column, made.unit.en) == (
        "person_month",
        60.0,
        "office_id",
        "h per person-month",
    )
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    sums = measures.cells(snapshot, "late_night", by=(), period="all").frame
    days = snapshot.frame("person_day", ("role", "late_night_min"), where={"role": "city"})
    assert int(sums["s1"].iloc[0]) == int(days["late_night_min"].sum())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("value: late_night_min", "value: midnight_min"), "no column “midnight_min”"),
        (("table: person_day", "table: person_dy"), "“person_dy” is not allowed"),
        (("id: late_night", "id: ordered_overtime"), "name of a measure that exists"),
        (("theme: working_time", "topic: working_time"), "Unknown key “topic”"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(tmp_path: Path, wrong: tuple[str, str], said: str):
    with pytest.raises(KumastatsError, match=said):
        with_own(StudyFolder.lay_out(tmp_path / "new"), OWN.replace(*wrong))


def test_a_question_on_an_unknown_measure_is_refused_where_it_stands(folder: StudyFolder):
    text = folder.register.read_text(encoding="utf-8")
    folder.register.write_text(
        text.replace("measure: ordered_overtime", "measure: happiness"), encoding="utf-8"
    )
    with pytest.raises(StudyError, match="“happiness” is not allowed"):
        Study.load(folder.root)


def test_a_new_study_has_a_folder_for_every_source():
    from kumastats.sources import SOURCES
    from kumastats.study.folder import RAW_SOURCES

    assert set(RAW_SOURCES) == set(SOURCES)


def test_a_recorded_draw_is_checked_against_its_hash_and_the_dates(folder: StudyFolder):
    import yaml

    from kumastats.study import Draw

    text = folder.register.read_text(encoding="utf-8")
    waves = {"A01": 0, "A02": 1, "A03": -1}
    lots = Draw(7, waves, dict.fromkeys(waves, "all"))

    def study(draw: dict) -> Study:
        register = yaml.safe_load(text)
        register["initiatives"][0]["draw"] = draw
        folder.register.write_text(yaml.safe_dump(register, allow_unicode=True), encoding="utf-8")
        return Study.load(folder.root)

    assert study(lots.to_dict()).initiatives["cloud"].draw == lots
    with pytest.raises(StudyError, match="hash"):
        study(lots.to_dict() | {"seed": 8})
    other = Draw(7, {"A01": 0, "A02": 0, "A03": -1}, lots.stratum)
    with pytest.raises(StudyError, match="live dates do not follow"):
        study(other.to_dict())


ENGINE_LINES = "engine:\n  threads: 3\n  memory: 700MB\n  spill: scratch\n"


def test_a_study_sets_its_engine_and_no_result_depends_on_it(folder: StudyFolder, monkeypatch):
    for name in ("KUMASTATS_ENGINE", "KUMASTATS_THREADS", "KUMASTATS_MEMORY", "KUMASTATS_SPILL"):
        monkeypatch.delenv(name, raising=False)
    lock(Study.load(folder.root), on=dt.date(2018, 3, 1), snapshot=None, data_until={})
    before = folder.register.read_bytes()
    assert Study.load(folder.root).engine_settings == EngineSettings()
    folder.register.write_bytes(before + ENGINE_LINES.encode())
    study = Study.load(folder.root)
    assert study.engine_settings == EngineSettings("duckdb", 3, "700MB", folder.root / "scratch")
    monkeypatch.setenv("KUMASTATS_THREADS", "1")  # where an option of a command goes
    assert study.engine_settings == EngineSettings("duckdb", 1, "700MB", folder.root / "scratch")
    assert deviations(study, read_lock(study)) == ()
    assert without_engine(folder.register.read_bytes()) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("threads: 0", "0 threads"),
        ("memory: lots", "lots"),
        ("name: oracle", "oracle"),
        ("cores: 4", "cores"),
    ],
)
def test_an_engine_that_cannot_be_is_refused_where_it_stands(folder: StudyFolder, line: str, said: str):
    text = folder.register.read_text(encoding="utf-8")
    folder.register.write_text(f"{text}engine:\n  {line}\n", encoding="utf-8")
    with pytest.raises(StudyError, match=said) as caught:
        Study.load(folder.root)
    assert caught.value.place is not None and caught.value.place.row == len(text.splitlines()) + 2
