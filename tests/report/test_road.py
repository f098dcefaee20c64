"""The whole road on the small city: run, publish, twice in two processes, nobody in any output, every number traceable."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
from road import QUARTER, copy_of, kumastats

from kumastats.disclosure.canary import scan
from kumastats.evidence import Register, sentence
from kumastats.report.release import verify
from kumastats.report.runner import available
from kumastats.sample.config import CANARIES
from kumastats.warehouse.reading import EVERYTHING

LANGS = ("ja", "en")


def test_every_notebook_ran_whole_and_in_its_language(published: Path):
    for lang in LANGS:
        notebooks = sorted((published / "runs" / QUARTER / lang).glob("*.ipynb"))
        assert tuple(p.stem for p in notebooks) == available()
        for path in notebooks:
            cells = nbformat.read(path, as_version=4).cells
            assert all(c.execution_count for c in cells if c.cell_type == "code")
            other = {"lang-ja", "lang-en"} - {f"lang-{lang}"}
            assert not [c for c in cells if other & set(c.metadata.get("tags", ()))]
            assert str(published) not in path.read_text(encoding="utf-8")


def test_what_a_notebook_counts_as_read_stays_what_it_is_about(published: Path):
    """A correction runs again whatever read its table; one careless look at everything held would be every correction."""
    told = json.loads((published / "runs" / QUARTER / "run.json").read_text(encoding="utf-8"))["notebooks"]
    read = {n["notebook"]: set(n["reads"]) for n in told}
    assert set(read) == set(available())
    assert {name for name, tables in read.items() if EVERYTHING in tables} == {"01_data_quality"}
    tickets = "".join(sorted(name[:2] for name, tables in read.items() if "ticket" in tables))
    assert tickets == "000105060911"
    assert read["02_working_time"] == {"office", "person", "person_day"}


def test_no_person_is_in_any_output(published: Path, small_study: Path):
    canaries = json.loads((small_study / "truth.json").read_text(encoding="utf-8"))["canaries"]
    assert set(canaries) == set(CANARIES)
    found = scan([published / "runs", published / "releases", published / "warehouse"], canaries)
    assert found.clean, found.text("en")
    assert found.scanned > 60
    # the scan is able to find them: the raw exports hold them all
    raw = small_study / "raw"
    if raw.is_dir():
        some = [
            raw / "attendance/kinmu_201804.csv",
            sorted((raw / "school_hours").glob("zaiko_2018_*"))[0],
            raw / "viva_person/person_query_FY2019Q1.csv",
        ]
        assert scan([p for p in some if p.exists()], canaries).hits


def test_two_runs_in_two_processes_give_the_same_bytes(
    published: Path, release: Path, small_study: Path, tmp_path: Path
):
    """The second in English only: a run refuses findings that differ by language, so its evidence is that of both."""
    again = copy_of(small_study, tmp_path / "study")
    code = f"from pathlib import Path; from kumastats.report import runner; runner.run(Path({str(again)!r}), {QUARTER!r}, langs=('en',))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = (Path(r) / "runs" / QUARTER / "evidence" for r in (published, again))
    assert {p.name: p.read_bytes() for p in sorted(first.glob("*"))} == {
        p.name: p.read_bytes() for p in sorted(second.glob("*"))
    }
    shutil.copy(published / "releases/approvals.json", again / "releases/approvals.json")
    done = kumastats("publish", "--study", str(again), "--quarter", QUARTER, "--profile", "public")
    assert done.returncode == 0, done.stderr
    (other,) = (p.parent for p in again.glob("releases/*/SHA256SUMS"))
    assert other.name == release.name
    for path in sorted(release.iterdir()):
        assert (other / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_second_run_does_nothing_again(published: Path):
    home = published / "runs" / QUARTER
    # the release made since then is told in the report
    assert kumastats("run", "--study", str(published), "--quarter", QUARTER).returncode == 0
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*") if p.suffix in (".ipynb", ".html", ".pdf")}
    font = home / "ja" / "page.woff"  # as if killed between the pages and their font
    held = font.read_bytes()
    font.unlink()
    done = kumastats("run", "--study", str(published), "--quarter", QUARTER)
    assert font.read_bytes() == held
    assert done.returncode == 0 and f"0 notebooks run ({2 * len(available())} unchanged)" in done.stdout
    assert before == {p: p.stat().st_mtime_ns for p in before} and len(before) > 4 * len(available())


def test_the_quarterly_report_is_there_whole_and_asks_for_nothing(published: Path):
    home = published / "runs" / QUARTER
    records = Register(home / "evidence").load_all()
    for lang in LANGS:
        page = (home / f"report_{lang}.html").read_text(encoding="utf-8")
        assert {"ja": "庁内限り", "en": "Internal use only"}[lang] in page
        assert (home / f"report_{lang}.pdf").read_bytes().startswith(b"%PDF")
        links = re.findall(r'href="([^"#]+)(?:#[^"]*)?"', page)
        assert all((home / link).is_file() for link in links), links
        assert {f"{lang}/{name}.html" for name in available()} <= set(links)
        assert {f"evidence_{lang}.html#{r.id}" for r in records} <= set(re.findall(r'href="([^"]+)"', page))
        for path in (home / f"report_{lang}.html", *sorted((home / lang).glob("*.html"))):
            text = path.read_text(encoding="utf-8")
            assert not re.search(
                r"<script|@import|(?:src|href)=.(?:https?:)?//|url\(.?(?:https?:)?//", text
            ), path
            assert str(published) not in text
        plain = unescape(re.sub(r"<[^>]+>", "", page))
        assert all(sentence(r, lang) in plain for r in records if r.kind == "comparison")


def test_the_release_is_whole_and_a_change_is_noticed(release: Path, tmp_path: Path):
    assert verify(release) == ()
    copy = tmp_path / "release"
    shutil.copytree(release, copy)
    (copy / "register.json").write_text("{}", encoding="utf-8")
    (copy / "case_study_ja.pdf").unlink()
    assert verify(copy) == ("case_study_ja.pdf", "register.json")


def test_every_finding_is_on_the_page_and_every_number_explained(published: Path, release: Path):
    import html
    import re

    page = {x: (release / f"case_study_{x}.html").read_text(encoding="utf-8") for x in LANGS}
    text = {x: html.unescape(re.sub(r"<[^>]+>", "", page[x])) for x in LANGS}
    evidence = {x: (release / f"evidence_{x}.html").read_text(encoding="utf-8") for x in LANGS}
    for record in Register(published / "runs" / QUARTER / "evidence").load_all():
        for lang in LANGS:
            assert f'id="{record.id}"' in evidence[lang]
            if record.id.startswith("naive-"):  # beside its comparison, as a number
                assert f'data-n="{record.id}.change' in page[lang], record.id
            elif not record.id.startswith("level-"):
                assert sentence(record, lang) in text[lang], record.id
    linked = set(re.findall(r'href="evidence_ja.html#([^"]+)"', page["ja"]))
    assert linked and all(f'id="{id_}"' in evidence["ja"] for id_ in linked)


def test_the_public_register_is_rounded_and_allow_listed(release: Path):
    body = json.loads((release / "register.json").read_text(encoding="utf-8"))
    assert len(body["records"]) > 15
    for record in body["records"]:
        assert not {"deliveries", "parameters", "dropped"} & set(record)
        for x in record["numbers"]:
            decimals = x["decimals"] + (2 if x["form"] == "share" else 0)
            assert round(x["value"], decimals) == x["value"]
            assert not {"contributors", "numerator", "below"} & set(x)


def test_the_notebook_shows_truth_estimate_and_naive_beside_each_other(published: Path):
    record = Register(published / "runs" / QUARTER / "evidence").get("overtime-cloud-workplace")
    truth = json.loads((published / "truth.json").read_text(encoding="utf-8"))["questions"][record.id][
        "value"
    ]
    assert record.number("truth").value == pytest.approx(truth)
    shown = (published / "runs" / QUARTER / "en" / "02_working_time.ipynb").read_text(encoding="utf-8")
    assert (
        "truth (synthetic city)" in shown
        and "difference-in-differences" in shown
        and "naive before/after" in shown
    )


def test_explain_and_status_tell_the_road(published: Path):
    done = kumastats("explain", "overtime-cloud-workplace.effect", "--study", str(published))
    assert done.returncode == 0
    for part in ("02_working_time", "snapshot", "kinmu_2", "sha256"):
        assert part in done.stdout
    unknown = kumastats("explain", "overtime-cloud-workplac", "--study", str(published))
    assert unknown.returncode == 1 and "overtime-cloud-workplace" in unknown.stderr
    done = kumastats("status", "--study", str(published), "--on", "2023-05-01", "--json")
    state = json.loads(done.stdout)
    assert state["days_left"] == 152 and state["records"] > 15 and state["quarter"] == QUARTER
    records = Register(published / "runs" / QUARTER / "evidence").load_all()
    assert all(i["records"] == sum(r.item == i["id"] for r in records) for i in state["items"])


@pytest.mark.slow
def test_a_run_as_of_an_earlier_day_is_published_with_its_data(small_study: Path, tmp_path: Path):
    again = copy_of(small_study, tmp_path / "study")
    asked = ("--study", str(again), "--quarter", QUARTER)
    assert kumastats("run", *asked, "--only", "11", "--as-of", "2023-04-30").returncode == 0
    done = kumastats("publish", *asked)
    assert done.returncode == 0, done.stderr
    (made,) = (p.parent for p in again.glob("releases/*/SHA256SUMS"))
    page = (made / "case_study_en.html").read_text(encoding="utf-8")
    assert "2023-04-14" in page and "2023-05-10" not in page  # the correction of May had not come yet
