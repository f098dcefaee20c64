"""The slice in data_sample: small, synthetic, and taken in by the commands its README names."""

import shutil
from pathlib import Path

import pytest

from kumastats import cli
from kumastats.sample.extract import extract
from kumastats.tables import CATALOGUE
from kumastats.warehouse import Warehouse

SLICE = Path(__file__).resolve().parents[2] / "data_sample"


def test_the_slice_is_small_and_goes_in(tmp_path):
    assert sum(p.stat().st_size for p in SLICE.rglob("*") if p.is_file()) <= 3 * 2**20
    root = tmp_path / "study"
    for command in (["init", str(root)], ["ingest", "--study", str(root)], ["check", "--study", str(root)]):
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        assert ended.value.code == 0, command
        if command[0] == "init":
            for name in ("raw", "mappings"):
                shutil.copytree(SLICE / name, root / name, dirs_exist_ok=True)
    snapshot = Warehouse.open(root / "warehouse").snapshot()
    assert set(snapshot.tables) == set(CATALOGUE)
    assert snapshot.months("ticket") == ("2018-04", "2018-05", "2018-06")


def test_extract_leaves_other_wards_out(small_study, tmp_path):
    if not (small_study / "raw").is_dir():
        pytest.skip("the small study has no raw exports")
    files = extract(small_study, tmp_path)
    again = {p.relative_to(tmp_path): p.read_bytes() for p in files}
    extract(small_study, tmp_path)
    assert {p.relative_to(tmp_path): p.read_bytes() for p in files} == again
    listed = (tmp_path / "raw/offices/offices.csv").read_text(encoding="utf-8-sig")
    assert "中央区" in listed and "東区" not in listed
