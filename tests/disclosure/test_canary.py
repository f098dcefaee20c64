"""The canary scan finds a planted identifier wherever it hides; a scan that could not fail is refused."""

import base64
import gzip
import json
import zipfile

import pytest

from kumastats.disclosure.canary import scan
from kumastats.errors import DisclosureError

CANARIES = ["9990001", "架空 太郎カナリア"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le"])
def test_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes("職員 架空 太郎カナリア です".encode(encoding))
    assert [h.canary for h in scan([path], CANARIES).hits] == [1]


def test_in_archives_notebooks_and_escapes(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
        z.writestr("b.csv", "9990001,x")
    (tmp_path / "c.gz").write_bytes(gzip.compress(b"9990001"))
    (tmp_path / "d.json").write_text(json.dumps({"x": "架空太郎カナリア"}), encoding="utf-8")
    (tmp_path / "e.html").write_text("<p>" + base64.b64encode(b"x" * 40 + b" 9990001 ").decode() + "</p>")
    found = scan([tmp_path], CANARIES)
    assert {h.place.split("!")[0].rsplit("/", 1)[-1] for h in found.hits} == {
        "a.zip",
        "c.gz",
        "d.json",
        "e.html",
    }


def test_a_clean_folder_is_clean(tmp_path):
    (tmp_path / "a.txt").write_text("nothing here 999000", encoding="utf-8")
    assert scan([tmp_path], CANARIES).clean


def test_a_scan_without_canaries_is_refused(tmp_path):
    for canaries in ([], ["ab"]):
        with pytest.raises(DisclosureError):
            scan([tmp_path], canaries)
