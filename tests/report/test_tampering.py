"""A number changed in the words, in a record, on a page or in a released file is found and named by the command."""

import hashlib
import json
import re
import shutil

import pytest
import small
from road import kumastats

from kumastats.errors import ReleaseError
from kumastats.evidence import Register
from kumastats.report import assets, lint, verification
from kumastats.report.evidence_seal import seals
from kumastats.study import StudyFolder


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    folder = small.study(tmp_path_factory.mktemp("tamper") / "study")
    held = small.snapshot(folder)
    small.write(
        folder, small.record(snapshot=held), small.record("waits", 2.5, item="counters", snapshot=held)
    )
    return folder, small.publish(folder)


@pytest.fixture
def copy(untouched, tmp_path):
    folder, made = untouched
    shutil.copytree(folder.root, tmp_path / "study")
    return tmp_path / "study", tmp_path / "study" / "releases" / made.id


def checked(root, release) -> str:
    """What `publish --check` says of a release that is not intact."""
    found = verification.check(root / "releases", release.name)
    assert not found.intact
    return found.text.en


def test_an_untouched_release_passes(untouched):
    folder, made = untouched
    done = kumastats("publish", "--study", str(folder.root), "--check", made.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "register.csv" in made.files and "CITATION.cff" in made.files and "evidence_ja.html" in made.files


def test_a_figure_typed_into_the_words(copy, tmp_path, monkeypatch):
    root, _ = copy
    words = tmp_path / "reports"
    shutil.copytree(assets.reports(), words, ignore=shutil.ignore_patterns("published"))
    text = (words / "case_study.yml").read_text(encoding="utf-8")
    (words / "case_study.yml").write_text(
        text.replace("over five fiscal years", "over 5 fiscal years"), encoding="utf-8"
    )
    line = 1 + next(i for i, x in enumerate(text.splitlines()) if "over five fiscal years" in x)
    monkeypatch.setattr(assets, "reports", lambda: words)
    with pytest.raises(ReleaseError, match=f"case_study.yml, row {line}.*over 5 fis"):
        small.publish(StudyFolder(root))


def test_a_number_edited_in_a_record(copy):
    root, _ = copy
    path = root / "runs" / small.QUARTER / "evidence" / "waits.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    body["numbers"][0] |= {"value": 1.5, "low": 0.5}
    path.write_text(json.dumps(body), encoding="utf-8")
    before = sorted((root / "releases").rglob("*"))
    with pytest.raises(
        ReleaseError, match=r"evidence/waits.json: Numbers were edited after the run: waits.mean"
    ):
        small.publish(StudyFolder(root))
    assert sorted((root / "releases").rglob("*")) == before


def test_a_record_carried_to_a_newer_snapshot_is_not_an_edited_one(tmp_path):
    made = []
    for name in ("a", "b"):
        register = Register(tmp_path / name)
        register.write(small.record(snapshot=name))
        made.append(seals(register))
    assert made[0] == made[1]


def test_a_number_edited_on_the_page(copy):
    root, release = copy
    page = release / "case_study_en.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(">2.5 h</a>", ">1.5 h</a>", 1), encoding="utf-8")
    told = checked(root, release)
    assert "case_study_en.html: Changed" in told
    done = kumastats("publish", "--study", str(root), "--check", release.name)
    assert (
        done.returncode == 1
        and "“1.5 h”: the register gives “2.5 h” for waits.mean" in done.stdout.replace("\n", " ")
    )
    assert re.search(
        r"case_study_en.html: .*“1.5 h”: the register gives “2.5 h” for waits.mean", told.replace("\n", " ")
    )
    assert "case_study_ja.html" not in told


def test_a_number_edited_in_the_released_register(copy):
    root, release = copy
    path = release / "register.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"value": 2.5', '"value": 1.5'), encoding="utf-8")
    told = checked(root, release)
    assert "register.json: Changed" in told and "waits.mean" in told
    assert "case_study_en.html" not in told  # the copy in the PDF still bears the pages out


@pytest.mark.parametrize(
    "name", ["case_study_ja.pdf", "register.csv", "CITATION.cff", "evidence_en.html", "release.json"]
)
def test_any_released_file(copy, name):
    root, release = copy
    path = release / name
    path.write_bytes(path.read_bytes()[:-3] + b"\n%x")
    assert f"{name}: Changed" in checked(root, release)


def test_a_file_added_and_a_file_missing(copy):
    root, release = copy
    (release / "notes.txt").write_text("x", encoding="utf-8")
    (release / "register.csv").unlink()
    told = checked(root, release)
    assert "notes.txt: Not among the files released" in told and "register.csv: Changed" in told


def test_checksums_rewritten_to_fit_do_not_help(copy):
    """Who edits a page and its checksum still meets the approved hash, the ledger and the register."""
    root, release = copy
    page = release / "case_study_en.html"
    page.write_text(page.read_text(encoding="utf-8").replace(">2.5 h</a>", ">1.5 h</a>"), encoding="utf-8")
    sums = release / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines()
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    sums.write_text(
        "".join(f"{digest}  {page.name}\n" if x.endswith(page.name) else f"{x}\n" for x in lines),
        encoding="utf-8",
    )
    told = checked(root, release)
    assert "hash of the content that was approved" in told and "ledger recorded another content" in told
    assert "the register gives “2.5 h”" in told


def resummed(release) -> None:
    """Rewrite the checksums to fit."""
    held = sorted(p for p in release.iterdir() if p.name != "SHA256SUMS")
    lines = (f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in held)
    (release / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("register.csv", "2.5", "1.5", "register.csv: It is not the table of register.json"),
        ("case_study_ja.html", "</p>", "</p><svg><text>99</text></svg>", "ledger recorded another content"),
        ("release.json", "責任者", "部長", "release.json: Its approvals are not those recorded"),
        ("CITATION.cff", "2018", "2019", "ledger recorded another content"),
    ],
)
def test_an_edit_with_fitting_checksums_is_noticed(copy, file, old, new, named):
    root, release = copy
    path = release / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    resummed(release)
    assert named in checked(root, release)


def test_an_approval_taken_out_or_never_recorded_is_noticed(copy):
    root, release = copy
    (root / "releases" / "approvals.json").unlink()
    assert "approvals are not those recorded" in checked(root, release)


def test_the_ledger_cannot_be_edited(copy):
    root, release = copy
    path = root / "releases" / "ledger.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"value":750.0', '"value":450.0'), encoding="utf-8"
    )
    assert "ledger has been altered" in checked(root, release)


# the number check itself, on the files of a release ---------------------------------------------------------------


@pytest.fixture
def files(untouched):
    _, made = untouched
    return {p.name: p.read_bytes() for p in made.folder.iterdir()}


def told(files) -> str:
    return "\n".join(w.text.en for w in lint.check(files))


def test_the_number_check_passes_what_was_released(files):
    assert lint.check(files) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("case_study_ja.html", ">2.5時間</a>", ">2.6時間</a>", "the register gives “2.5時間” for waits.mean"),
        ("case_study_en.html", "co-author", "co-author of 77", "“77”: this digit is not the register's"),
        ("case_study_en.html", 'data-n="waits.mean"', 'data-n="waits.median"', "has no waits.median"),
        ("evidence_en.html", ">2.5 h</span>", ">25 h</span>", "gives “2.5 h”"),
        ("case_study_en.html", "30 September 2023", "1 May 2023", "gives “30 September 2023” for fact.due"),
    ],
)
def test_the_number_check_names_file_place_and_number(files, file, old, new, expected):
    text = files[file].decode("utf-8")
    assert old in text
    assert expected in told({**files, file: text.replace(old, new, 1).encode("utf-8")})


def test_the_pdf_must_show_the_numbers_of_the_page(files):
    """The PDF of another study, in place of this one's."""
    page = files["case_study_en.html"].decode("utf-8").replace("rests on at least", "rests on 12 at least", 1)
    assert "case_study_en.pdf, “p. " in told({**files, "case_study_en.html": page.encode("utf-8")})


def test_the_languages_must_show_the_same_numbers(files):
    page = files["case_study_en.html"].decode("utf-8")
    page = re.sub(r'<a class="n" data-n="waits.mean" [^>]*>2.5 h</a>', "some", page)
    assert "waits.mean”: the languages do not show the same numbers" in told(
        {**files, "case_study_en.html": page.encode("utf-8")}
    )
