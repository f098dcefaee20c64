"""A table released in one quarter, and a number of the next that would complete it: the command refuses it."""

from pathlib import Path

import small
from road import APPROVE, kumastats

from kumastats.disclosure.cells import Cells
from kumastats.disclosure.ledger import Ledger
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.text import Text

GRADES = {"staff": 30, "senior": 40, "head": 3}  # of office F
NEXT = "FY2018Q3"


def people(office: str = "", grade: str = "", n: int = 0) -> PublishedNumber:
    where = {k: (v,) for k, v in (("office", office), ("grade", grade)) if v}
    cells = Cells("staff", where=where, closed=("grade",))
    return PublishedNumber(
        "_".join(("n", *(v[0].lower() for v in where.values()))), n, "count", contributors=n, cells=cells,
        unit=Text("人", "people"),
    )  # fmt: skip


def publish(root: Path, quarter: str, *numbers: PublishedNumber):
    """Run the command on a record of these counts of staff."""
    folder = small.StudyFolder(root)
    named = ", ".join(f"{{{x.name}}}" for x in numbers)
    made = small.record(
        "staff", quarter=quarter, numbers=numbers, statement=Text(f"職員は{named}", f"Staff: {named}"),
        snapshot=small.snapshot(folder), n=None,
    )  # fmt: skip
    small.write(folder, made, quarter=quarter)
    return kumastats("publish", "--study", str(root), "--quarter", quarter, "--profile", "public", *APPROVE)


def test_a_total_that_completes_a_released_table_is_refused(tmp_path):
    root = small.study(tmp_path / "study").root
    shown = [people("F", grade, n) for grade, n in GRADES.items() if n >= 10]
    first = publish(root, small.QUARTER, *shown, people(grade="head", n=60))
    assert first.returncode == 0, first.stderr
    assert kumastats("attack", "--study", str(root)).returncode == 0
    before = {p: p.read_bytes() for p in (root / "releases").rglob("*") if p.is_file()}

    refused = publish(root, NEXT, people("F", n=sum(GRADES.values())))

    assert refused.returncode == 1
    assert "grade=head, office=F" in refused.stderr and "Publish coarser classes" in refused.stderr
    assert before == {p: p.read_bytes() for p in (root / "releases").rglob("*") if p.is_file()}
    assert len(Ledger.open(root / "releases").entries) == 1
    told = kumastats("attack", "--study", str(root), "--quarter", NEXT)
    assert told.returncode == 1 and "grade=head, office=F [3 to 3]" in told.stdout
