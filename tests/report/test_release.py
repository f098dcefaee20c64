"""What a release holds, what changes against the one before, and that it outlives the raw files it was made from."""

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil

import pytest
import small
import yaml
from road import kumastats

from kumastats.cli import main
from kumastats.disclosure.ledger import Ledger
from kumastats.disclosure.numbers import PublishedSeries
from kumastats.errors import DisclosureError, EvidenceError
from kumastats.report import explain, purging, release, revisions, verification
from kumastats.report.public_register import public_view
from kumastats.report.trace import listed
from kumastats.study.publication import Erratum
from kumastats.text import Text
from kumastats.warehouse import Warehouse

SERIES = PublishedSeries(
    "by_year", ("FY2016", "FY2017", "FY2018"), (15.0, None, 14.5), n=(300, 0, 300), contributors=(300, 0, 300), decimals=1,
    unit=Text("時間", "h"), label=Text("時間外勤務", "overtime"),
)  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = small.study(tmp_path_factory.mktemp("release") / "study")
    held = small.snapshot(folder)
    rests_on = tuple(d.id for d in Warehouse.open(folder.warehouse).deliveries())
    small.write(
        folder,
        small.record(snapshot=held, series=(SERIES,), deliveries=rests_on),
        small.record("waits", 2.5, item="counters", snapshot=held),
    )
    shutil.copytree(folder.root, folder.root.parent / "again")
    return folder


@pytest.fixture(scope="module")
def first(study):
    return small.publish(study)


def page(release, name: str) -> str:
    text = (release.folder / name).read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") :]))


def test_the_same_study_elsewhere_gives_the_same_bytes(study, first):
    again = small.publish(small.StudyFolder(study.root.parent / "again"))
    assert again.id == first.id
    for name in first.files:
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes(), name


def test_publishing_again_gives_the_same_release(study, first):
    assert small.publish(study).id == first.id
    assert len(Ledger.open(study.releases).entries) == 1


def of_the_command(folder, *words):
    return kumastats("publish", "--study", str(folder.root), "--quarter", small.QUARTER, *words)


def test_a_public_release_needs_both_approvals_and_an_internal_one_none(study, tmp_path):
    copy = small.StudyFolder(tmp_path / "study")
    shutil.copytree(study.root.parent / "again", copy.root, ignore=shutil.ignore_patterns("releases"))
    copy.releases.mkdir()
    with pytest.raises(DisclosureError, match="no approval yet") as refused:
        release.publish(copy.root, small.QUARTER, profile="public", approvals={"city": "局長"})
    assert "partner" in refused.value.text("en")
    assert not list(copy.releases.glob("*/SHA256SUMS"))
    done = of_the_command(copy, "--profile", "public", "--approve", "mayor=市長")
    assert done.returncode == 2
    assert not list(copy.releases.glob("*/SHA256SUMS"))
    internal = release.publish(copy.root, small.QUARTER)
    assert "庁内限り" in (internal.folder / "case_study_ja.html").read_text(encoding="utf-8")


def test_evidence_of_other_data_is_not_published(study, tmp_path):
    copy = small.StudyFolder(tmp_path / "study")
    shutil.copytree(study.root.parent / "again", copy.root, ignore=shutil.ignore_patterns("releases"))
    copy.releases.mkdir()
    (path,) = copy.evidence(small.QUARTER).glob("waits.json")
    body = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**body, "snapshot": "0" * 12}), encoding="utf-8")
    done = of_the_command(copy)
    assert done.returncode == 1 and "The data have changed" in done.stderr
    assert not list(copy.releases.glob("*/SHA256SUMS"))


def test_what_stands_beside_the_documents(first):
    told = yaml.safe_load((first.folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert told["cff-version"] == "1.2.0" and told["date-released"] == "2018-10-15"
    assert [a["name"] for a in told["authors"]] == ["The city", "The technology partner"]
    sums = dict(line.split("  ")[::-1] for line in (first.folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {p.name for p in first.folder.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((first.folder / f).read_bytes()).hexdigest() == d for f, d in sums.items())


def test_the_register_as_a_table_holds_the_numbers_of_the_register(first):
    body = json.loads((first.folder / "register.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader(io.StringIO((first.folder / "register.csv").read_text(encoding="utf-8-sig"))))
    held = {(r["id"], r["number"]): r for r in rows}
    for record in body["records"]:
        for x in record["numbers"]:
            row = held.pop((record["id"], x["name"]))
            assert (float(row["value"]), float(row["low"]), int(row["n"])) == (x["value"], x["low"], x["n"])
            assert row["certainty"] == record["certainty"]["level"]
    assert set(held) == {
        ("overtime", "by_year[FY2016]"),
        ("overtime", "by_year[FY2018]"),
    }  # the blank one is not there


def test_the_register_tells_its_data_without_file_names(first):
    text = (first.folder / "register.json").read_text(encoding="utf-8")
    assert "a.csv" not in text
    (told,) = [d for r in json.loads(text)["records"] for d in r["data"]]
    assert set(told) == {"table", "deliveries", "received_on", "digest"}


def test_every_number_of_every_page_is_explained(study, first):
    """Each reference a reader can follow answers, and an unknown one suggests what is near."""
    linked: set[str] = set()
    for name in ("case_study_ja.html", "evidence_en.html"):
        linked |= set(re.findall(r'data-n="([^"]+)"', (first.folder / name).read_text(encoding="utf-8")))
    assert len(linked) > 20
    for reference in linked:
        stem = re.sub(r"\.(bare|abs|signed|plain|interval|range|low|high|n)$", "", reference)
        stem = re.sub(r"\.(n|n_units|n_clusters)$|\.\w+\[\*\]$", "", stem)
        told = explain(study.root, stem).text("en")
        id_, _, number = stem.partition(".")
        assert told.startswith(f"{id_}.{number} = " if id_ == "fact" else f"{id_} (FY2018Q2)"), reference
        assert f"  {number} = " in told or id_ == "fact" or not number, reference
    with pytest.raises(EvidenceError, match=r"waits\.mean"):
        explain(study.root, "waits.men")
    with pytest.raises(EvidenceError, match="due"):
        explain(study.root, "fact.deu")
    with pytest.raises(EvidenceError, match=r"register\.json"):
        explain(study.root, "fact.zzz")


def test_the_ids_are_listed_and_each_is_explained(study, first, capsys):
    names = [h["id"] for h in listed(study.root)]
    assert names == sorted(names) and "waits" in names
    for held in listed(study.root):
        explain(study.root, held["id"])
        for number in held["numbers"]:
            assert f"  {number} = " in explain(study.root, f"{held['id']}.{number}").text("en")
    with pytest.raises(SystemExit, match="0"):
        main(["--lang", "ja", "explain", "--list", "--study", str(study.root)])
    shown = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in shown] == names
    with pytest.raises(SystemExit, match="2"):
        main(["explain", "--study", str(study.root)])


def test_a_revision_is_told_with_its_reason(study, first, tmp_path):
    copy = small.StudyFolder(tmp_path / "study")
    shutil.copytree(study.root, copy.root)
    held = small.deliver(copy, dt.date(2018, 11, 20))
    small.write(
        copy,
        small.record(value=13.5, snapshot=held, series=(SERIES,)),
        small.record("waits", 2.5, item="counters", snapshot=held),
    )
    text = copy.register.read_text(encoding="utf-8")
    errata = "  errata:\n    - { id: overtime.mean, date: 2018-11-21, reason: { ja: 集計の誤り, en: a wrong sum } }\n"
    copy.register.write_text(text.replace("  errata: []\n", errata), encoding="utf-8")
    second = small.publish(copy)
    assert second.id != first.id
    said = page(second, "case_study_en.html")
    assert f"Numbers that changed since the release before ({first.id})" in said
    assert re.search(
        r"overtime\.mean Overtime 14\.5 h \(13\.5 to 15\.5 h\) 13\.5 h \( 12\.5 to 14\.5 h \) a wrong sum",
        said,
    )
    assert "Erratum ( 21 November 2018 ) overtime.mean: a wrong sum" in said
    assert "waits.mean" not in said[said.index("Numbers that changed") :].split("Where it comes from")[0]
    assert "14.5時間（13.5～15.5時間）" in page(second, "case_study_ja.html")
    for made in (first, second):
        assert verification.check(copy.releases, made.id).intact
    again = small.publish(copy)  # compared with the first release again, not with itself
    assert again.id == second.id


def test_reasons_are_told_from_what_changed():
    def body(**changes):
        return json.loads(public_view((small.record(**changes),)))

    old, same = body(snapshot="a"), body(snapshot="a")
    assert revisions.compare(None, same["records"], ()) == ()
    assert revisions.compare(old, same["records"], ()) == ()
    (found,) = revisions.compare(old, body(value=13.5, snapshot="b")["records"], ())
    assert (found.id, found.before.value, found.after.value, found.why) == (
        "overtime.mean",
        14.5,
        13.5,
        revisions.DATA,
    )
    (found,) = revisions.compare(old, body(value=13.5, snapshot="a", code_version="1")["records"], ())
    assert found.why == revisions.PROGRAM
    (found,) = revisions.compare(old, body(value=13.5, snapshot="a")["records"], ())
    assert found.why == revisions.UNKNOWN
    erratum = Erratum("overtime", dt.date(2019, 1, 1), Text("誤り", "a fault"))
    (found,) = revisions.compare(old, body(value=13.5, snapshot="b")["records"], (erratum,))
    assert found.why.en == "a fault"
    # another quarter's summary is no revision, another quarter's answer to the same question is
    later = {"quarter": "FY2018Q3", "value": 13.5}
    assert revisions.compare(old, body(**later)["records"], ()) == ()
    asked = {"kind": "claim", "verdict": "supported", "reasons": (Text("理由", "why"),)}
    assert len(revisions.compare(body(**asked), body(**asked, **later)["records"], ())) == 1


def test_releases_outlive_raw_files_and_keys(study, first, tmp_path):
    root = tmp_path / "study"
    shutil.copytree(study.root, root)
    (root / "raw" / "attendance" / "taken.csv").write_text(small.RAW, encoding="utf-8")
    (root / "raw" / "attendance" / "new.csv").write_text("not taken in", encoding="utf-8")
    (root / "keys" / "identity.key").write_bytes(b"secret")
    planned = purging.plan(root, dt.date(2018, 12, 1))
    assert planned.raw == ("raw/attendance/taken.csv",)
    assert planned.kept == ("raw/attendance/new.csv",)  # never taken in
    assert purging.plan(root, dt.date(2018, 10, 15)).raw == ()  # received that day, not before
    assert planned.keys == ("keys/identity.key",)
    destroyed = []
    done = purging.purge(root, planned, lambda: destroyed.append((root / "keys/identity.key").unlink()))
    assert not (root / "raw/attendance/taken.csv").exists() and (root / "raw/attendance/new.csv").exists()
    assert destroyed and done.releases == (first.id,) and "1 releases are as released" in done.text.en
    told = kumastats("publish", "--study", str(root), "--check", first.id)
    assert told.returncode == 0, told.stdout
