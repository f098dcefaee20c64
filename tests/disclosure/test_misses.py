"""What a checker of single tables lets through (research page A1, T2–T14), each refused by `kumastats publish`.

Every test lays out a study of its own, puts a few records in it and runs the command. A refusal ends with 1 and leaves
no release, no line in the ledger and no approval behind.
"""

import contextlib
import io
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kumastats import cli
from kumastats.disclosure.cells import Cells
from kumastats.disclosure.concentration import concentration
from kumastats.disclosure.ledger import Ledger
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.disclosure.regression import coefficients, identified_by
from kumastats.disclosure.suppression import protect
from kumastats.evidence import EvidenceRecord, Register
from kumastats.evidence.certainty import rate
from kumastats.report.contributions import entry_of
from kumastats.report.public_register import public_view
from kumastats.study import StudyFolder
from kumastats.text import Text

QUARTER = "FY2018Q2"
PAST = (
    "No data have been ingested yet."  # what stops a study without data once every disclosure rule is passed
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    monkeypatch.setattr(cli.NOW, "lang", "en")  # put back afterwards
    return StudyFolder.lay_out(tmp_path / "study")


def record(*numbers: PublishedNumber | PublishedSeries, quarter: str = QUARTER) -> EvidenceRecord:
    words = Text("小さな研究", "a small study")
    return EvidenceRecord(
        id="small", quarter=quarter, kind="descriptive", title=words, statement=words,
        numbers=tuple(x for x in numbers if isinstance(x, PublishedNumber)),
        series=tuple(x for x in numbers if isinstance(x, PublishedSeries)), certainty=rate(design="measurement"),
    )  # fmt: skip


def refused(folder: StudyFolder, *numbers, profile: str = "public") -> str:
    """What `kumastats publish` says when it refuses `numbers`; empty where no disclosure rule stops it."""
    Register(folder.evidence(QUARTER)).write(record(*numbers))
    before = {p: p.read_bytes() for p in folder.releases.rglob("*") if p.is_file()}
    command = [
        "--lang",
        "en",
        "publish",
        "--study",
        str(folder.root),
        "--quarter",
        QUARTER,
        "--profile",
        profile,
    ]
    approved = ["--approve", "city=総務局長", "--approve", "partner=責任者"]
    with contextlib.redirect_stderr(io.StringIO()) as said, pytest.raises(SystemExit) as ended:
        cli.main([*command, *approved])
    assert ended.value.code == 1
    assert before == {p: p.read_bytes() for p in folder.releases.rglob("*") if p.is_file()}
    return "" if PAST in said.getvalue() else said.getvalue()


def released(folder: StudyFolder, *numbers, quarter: str = "FY2018Q1") -> None:
    """Put `numbers` in the ledger as an earlier public release."""
    view = public_view((record(*numbers, quarter=quarter),))
    ledger = Ledger.open(folder.releases)
    ledger.add(entry_of(f"{quarter}-public", "public", quarter, "0" * 64, view, ledger.last))


def count(name: str, value: int, **where: str) -> PublishedNumber:
    cells = Cells("staff", where={k: tuple(v.split("+")) for k, v in where.items()}, closed=("grade",))
    return PublishedNumber(name, value, "count", contributors=value, cells=cells)


def test_t2_totals_that_leave_out_suppressed_people(folder):
    """Office F: 30 and 40, the three heads blank; the total is printed as 70."""
    shown = [count("a", 30, office="F", grade="staff"), count("b", 40, office="F", grade="senior")]
    everyone = count("heads", 60, grade="head")
    assert "grade=head, office=F" in refused(folder, *shown, everyone, count("f", 70, office="F"))


def test_t2_a_false_total_contradicts_the_true_one_published_before(folder):
    released(folder, count("f", 93, office="F"), count("others", 300, office="A"))
    assert "differs from what was published" in refused(folder, count("f", 90, office="F"))
    both = count("both", 500, office="A+F")
    assert "contradict" in refused(folder, both)


def test_t4_two_separate_one_way_tables_give_a_cell_of_three(folder):
    """F is 73 in the table by office; staff and seniors of F are shown: the heads are three."""
    shown = [count("a", 30, office="F", grade="staff"), count("b", 40, office="F", grade="senior")]
    assert refused(folder, *shown, count("heads", 60, grade="head")) == ""
    assert "grade=head, office=F" in refused(
        folder, *shown, count("heads", 60, grade="head"), count("f", 73, office="F")
    )


def test_t4_across_releases(folder):
    released(folder, count("a", 30, office="F", grade="staff"), count("b", 40, office="F", grade="senior"))
    assert "grade=head, office=F" in refused(
        folder, count("heads", 60, grade="head"), count("f", 73, office="F")
    )


def mean(n: int, value: float, quarter: str, decimals: int) -> PublishedNumber:
    cells = Cells("clerks", "hours", {"office": ("F",), "period": (quarter,)})
    return PublishedNumber("hours", value, "mean", n=n, contributors=n, decimals=decimals, cells=cells)


def test_t5_one_leaver_between_two_quarters(folder):
    """60 × the first mean − 59 × the second is the leaver's hours (9.2); two decimals know them to ±0.6."""
    released(folder, mean(60, 40.12, "FY2018Q1", 2))
    assert "who came or left" in refused(folder, mean(59, 40.64, QUARTER, 2))


def test_t5_passes_where_the_leaver_stays_hidden(folder):
    released(folder, mean(600, 40.1, "FY2018Q1", 1))
    assert refused(folder, mean(599, 40.6, QUARTER, 1)) == ""
    assert refused(folder, mean(580, 40.6, QUARTER, 1)) == ""


def test_t5_a_leaver_counted_by_flows(folder):
    """Two safe quarters and one leaver of the whole city (research page A2, T7)."""

    def flow(name: str, value: int, *kinds: str, **where: str) -> PublishedNumber:
        cells = Cells(
            "staff", where={"flow": kinds, **{k: (v,) for k, v in where.items()}}, closed=("flow", "office")
        )
        return PublishedNumber(name, value, "count", contributors=max(value, 10), cells=cells)

    offices = {"A": (80, 80), "B": (60, 59), "C": (70, 70)}
    first = [flow(f"first_{o.lower()}", a, "stayed", "left", office=o) for o, (a, _) in offices.items()]
    second = [flow(f"second_{o.lower()}", b, "stayed", "joined", office=o) for o, (_, b) in offices.items()]
    assert refused(folder, *first, *second) == ""
    told = refused(folder, *first, *second, flow("leavers", 1, "left"))
    assert "flow=left, office=B" in told


def test_t7_a_group_of_whom_all_agree(folder):
    share = PublishedNumber("d_heads", 1.0, "share", n=25, numerator=25, contributors=25)
    for profile in ("internal", "public"):
        assert "about everyone" in refused(folder, share, profile=profile)


def test_t7_all_of_a_group_as_a_count(folder):
    """25 of 25 heads over the cap; a table that counts 25 heads says nothing of them but that they are there."""
    heads = PublishedNumber("heads", 25, "count", n=25, contributors=25)
    assert "None or all of them" in refused(folder, replace(heads, numerator=25), profile="internal")
    assert refused(folder, heads, profile="internal") == ""


def test_t8_minimum_and_maximum(folder):
    assert "one person's value" in refused(
        folder, PublishedNumber("top", 77, "extreme", n=35, contributors=35), profile="internal"
    )
    disguised = PublishedNumber("p99", 77, "quantile", n=35, contributors=35, below=34, above=0)
    assert "one person's value" in refused(folder, disguised, profile="internal")


def total(values: list[float]) -> PublishedNumber:
    found = concentration(values)
    return PublishedNumber(
        "hours", round(sum(values)), "total", n=len(values), contributors=found.contributors,
        top_share=found.top_share, remainder=found.remainder,
    )  # fmt: skip


def test_t9_t10_one_person_dominates_with_or_without_negative_values(folder):
    """900 of 943 hours; with a negative value elsewhere the peer switches dominance off for the whole table."""
    rest = [3.0] * 11 + [5.0, 5.0]
    for values in ([900.0, *rest], [900.0, *rest[:-1], -5.0]):
        assert "nearly all" in refused(folder, total(values), profile="internal")
    assert refused(folder, total([30.0, -28.0] * 15 + [20.0]), profile="internal") == ""


def test_a_total_must_say_how_concentrated_it_is(folder):
    bare = replace(total([30.0] * 20), top_share=None, remainder=None)
    assert "how concentrated" in refused(folder, bare, profile="internal")


def test_t11_saturated_cell_dummies_are_means_of_cells(folder):
    """Cells of 120, 80, 50 and 3 people; the coefficient of the last is the mean of three."""
    sizes = (120, 80, 50, 3)
    cell = np.repeat(np.arange(4), sizes)
    design = np.column_stack([np.ones(len(cell)), *(cell == k for k in (1, 2, 3))]).astype(float)
    assert identified_by(design, range(len(cell))) == (120, 80, 50, 3)
    numbers = coefficients(
        ("constant", "b", "c", "f_head"), (1.0, 2.0, 3.0, 4.0), design, range(len(cell)), units=6
    )
    told = refused(folder, *numbers, profile="internal")
    assert "f_head" in told
    assert "- constant" not in told
    assert refused(folder, *numbers[:3], profile="internal") == ""


def test_t12_a_dummy_of_one_person(folder):
    """However many rows the person has: twelve person-months are one person."""
    people = np.repeat(np.arange(60), 12)
    design = np.column_stack([np.ones(720), people == 7, np.tile(np.arange(12), 60)]).astype(float)
    assert identified_by(design, people)[1] == 1
    numbers = coefficients(("constant", "boss", "trend"), (20.0, 22.0, 0.0), design, people, units=6)
    assert "boss" in refused(folder, *numbers, profile="internal")


def test_t13_a_histogram_with_thin_bins(folder):
    bins = PublishedSeries(
        "histogram",
        ("0-10", "10-20", "20-30"),
        (40, 30, 2),
        n=(40, 30, 2),
        contributors=(40, 30, 2),
        form="count",
    )
    assert "histogram[20-30]" in refused(folder, bins, profile="internal")


def test_t14_residuals_and_points_of_people(folder):
    residuals = PublishedSeries(
        "residuals", (1, 2), (0.4, -0.4), n=(500, 500), contributors=(500, 500), form="individual"
    )
    assert "residuals of single people" in refused(folder, residuals, profile="internal")
    points = PublishedSeries("points", (1, 2), (0.4, -0.4), n=(1, 1), contributors=(1, 1))
    assert "points[1]" in refused(folder, points, profile="internal")


def test_counts_rounded_to_five_beside_exact_totals(folder):
    """T16: rounding inner cells only; totals rounded too leave them wide enough."""

    def rounded(name: str, value: int, **where: str) -> PublishedNumber:
        return replace(count(name, value, **where), rounded_to=5)

    inner = [rounded("a", 30, office="F", grade="staff"), rounded("b", 40, office="F", grade="senior")]
    heads = count("heads", 60, grade="head")
    assert "grade=head, office=F" in refused(folder, *inner, heads, count("f", 73, office="F"))
    assert refused(folder, *inner, heads, rounded("f", 80, office="F")) == ""


LABELS = [[f"{axis}{i}" for i in range(size)] for axis, size in zip("oga", (5, 4, 3), strict=True)]


def published_table(counts: np.ndarray, hidden: np.ndarray) -> list[PublishedNumber]:
    """A table of people with its blanks, and every margin."""
    axes = ("office", "grade", "age")[: counts.ndim]

    def told(kept: tuple[int, ...]) -> list[PublishedNumber]:
        out = []
        for at in itertools.product(*(range(counts.shape[k]) for k in kept)):
            where = tuple(at[kept.index(k)] if k in kept else slice(None) for k in range(counts.ndim))
            if len(kept) < counts.ndim or not hidden[at]:
                cells = Cells(
                    "staff",
                    where={axes[k]: (LABELS[k][i],) for k, i in zip(kept, at, strict=True)},
                    closed=axes,
                )
                n = int(counts[where].sum())
                name = "_".join(("n", *(LABELS[k][i] for k, i in zip(kept, at, strict=True))))
                out.append(PublishedNumber(name, n, "count", contributors=n, cells=cells))
        return out

    every = range(counts.ndim)
    return [
        x
        for size in (counts.ndim, counts.ndim - 1)
        for kept in itertools.combinations(every, size)
        for x in told(kept)
    ]


@pytest.mark.parametrize("shape", [(5, 4), (4, 3, 3)])
def test_a_needed_complement_shown_again_is_refused(folder, shape):
    """The gate passes the protected table, and refuses it with any complement shown that its blanks cannot spare."""
    rng = np.random.default_rng(2)
    counts = rng.integers(15, 40, shape)
    primary = np.zeros(shape, bool)
    primary[(1,) * len(shape)] = primary[(2,) * len(shape)] = True
    counts[primary] = (3, 7)
    made = protect(counts, primary, 10)
    hidden = made.table.suppressed
    assert refused(folder, *published_table(counts, hidden)) == ""
    needed = 0
    for at in map(tuple, np.argwhere(hidden & ~primary)):
        fewer = hidden.copy()
        fewer[at] = False
        left = replace(made.table, suppressed=fewer).intervals(integer=True)
        known = any(i.width < 10 and i.low < 10 for i in left.values())
        assert bool(refused(folder, *published_table(counts, fewer))) == known, at
        needed += known
    assert needed >= 2
    assert refused(folder, *published_table(counts, primary))
