"""A study of a few records that can be published in seconds, by the road a user's study takes."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pyarrow as pa

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.evidence import EvidenceRecord, Register
from kumastats.evidence.certainty import rate
from kumastats.report import release
from kumastats.report.evidence_seal import seals
from kumastats.study import Study, StudyFolder
from kumastats.tables import table
from kumastats.text import Text
from kumastats.warehouse import Warehouse

QUARTER, RAW = "FY2018Q2", "what the file of a delivery held"
APPROVED = {"city": "総務局長", "partner": "責任者"}


def study(root: Path) -> StudyFolder:
    """A laid-out study with one delivery in its warehouse."""
    folder = StudyFolder.lay_out(root)
    deliver(folder, dt.date(2018, 10, 15))
    return folder


def deliver(folder: StudyFolder, on: dt.date) -> str:
    """Take in a delivery; return the snapshot then held."""
    schema = table("person_day").schema
    filled = {"person_id": "p", "post_id": "1", "office_id": "A", "role": "city", "date": dt.date(2018, 7, 2),
              "ordered_overtime_min": on.day, "overtime_eligible": True}  # fmt: skip
    data = pa.table(
        [
            pa.array([filled[f.name]], type=f.type) if f.name in filled else pa.nulls(1, f.type)
            for f in schema
        ],
        schema=schema,
    )
    warehouse = Warehouse.open(folder.warehouse)
    told = {"file": "a.csv", "sha256": hashlib.sha256(RAW.encode()).hexdigest(), "first_date": "2018-07-02", "last_date": "2018-07-02", "dropped": {},
            "quarantined": {}}  # fmt: skip
    with warehouse.writing() as transaction:
        transaction.add(
            data, source="attendance", table_name="person_day", period="FY2018", received_on=on, files=[told]
        )
    return warehouse.snapshot().id


def record(
    id_: str = "overtime",
    value: float = 14.5,
    *,
    quarter: str = QUARTER,
    snapshot: str = "",
    n: int = 300,
    **changes,
) -> EvidenceRecord:
    """A finding about a mean."""
    mean = PublishedNumber(
        "mean",
        value,
        "mean",
        n=n,
        contributors=n,
        decimals=1,
        unit=Text("時間", "h"),
        low=value - 1,
        high=value + 1,
    )
    base = {
        "id": id_, "quarter": quarter, "kind": "descriptive", "title": Text("時間外勤務", "Overtime"),
        "statement": Text("平均は{mean}（{mean.interval}）。", "The mean is {mean} ({mean.interval})."), "numbers": (mean,),
        "certainty": rate(design="measurement"), "item": "workplace", "snapshot": snapshot, "notebook": "02_working_time",
        "code_version": "0", "n": n,
    }  # fmt: skip
    return EvidenceRecord(**{**base, **changes})


def write(folder: StudyFolder, *records: EvidenceRecord, quarter: str = QUARTER) -> None:
    """Put records where a run puts them, with what it keeps of them."""
    register = Register(folder.evidence(quarter))
    for r in records:
        register.write(r)
    (folder.runs / quarter / "run.json").write_text(
        json.dumps({"evidence": seals(register)}), encoding="utf-8"
    )


def snapshot(folder: StudyFolder) -> str:
    return Warehouse.open(folder.warehouse).snapshot().id


def publish(folder: StudyFolder, quarter: str = QUARTER) -> release.Release:
    return release.publish(folder.root, quarter, profile="public", approvals=APPROVED)


def loaded(folder: StudyFolder) -> Study:
    return Study.load(folder.root)
