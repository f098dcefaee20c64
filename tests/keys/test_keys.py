"""The key of a study: opened, rotated at any moment of a power cut, destroyed; a wrong one is refused."""

import datetime as dt
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kumastats import keys
from kumastats.errors import Problems, SourceError, UsageError, WarehouseError
from kumastats.keys.opening import in_force
from kumastats.sources import IdentityKey, read
from kumastats.sources.identity import DestroyedKey, is_hash, rehash
from kumastats.sources.identity_map import IdentityMap
from kumastats.study import StudyFolder
from kumastats.tables import table
from kumastats.warehouse import Warehouse, rewriting
from kumastats.warehouse.store import period_of

GUID = "bf361ad4-fc29-432f-95f3-837e689f4ac4"
IDS = f"職員番号,UPN,印刷利用者,PersonId\n0012345,u12345@city.example.jp,u12345,{GUID}\n0012346,u12346@city.example.jp,u12346,\n"
EXPORTS = {
    "roster": "職員番号,ポスト,所属コード,職種,発令日,終了日\n0012345,1,A001,市職員,2018/4/1,2222/12/31\n12346,1,A001,市職員,2018/4/1,\n",
    "document_diary": "職員番号,所属コード,日付,探した時間,回数,媒体\n１２３４５,A001,2018/6/4,0:30,2,紙\n0012346,A001,2018/6/4,0:10,1,紙\n",
    "m365": "Report Refresh Date,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Has Other Action,Report Period\n"
    "2019-04-30,U12345@city.example.jp,,False,,X,3,4,5,6,No,30\n2019-04-30,visitor@x.jp,,False,,X,1,1,1,1,No,30\n",
    "viva_person": f"PersonId,MetricDate,Organization,Meeting_hours\n{GUID.upper()},2019-04-07,A001,3.5\n",
    "devices": "管理番号,種類,所属コード,配備日,返却日\n1,タブレット,A001,2018/6/1,\n2,PC,A002,2018/6/1,\n",
    "cases": "受付番号,所属コード,手続,経路,受付日時\n77,A001,転入届,窓口,2019/4/2 9:00\n",
    "rollout": "取組,所属コード,発表日,本稼働日\ncloud,A001,2018/4/3,2018/10/1\n",
}
PEOPLE = ("roster", "document_diary", "m365", "viva_person")
NEW = b"n" * 32


def take(root: Path, *sources: str, received_on: dt.date = dt.date(2020, 4, 1)) -> None:
    """Read and publish, as ingest does."""
    folder = StudyFolder(root)
    key = keys.opened(root)
    with Warehouse.open(folder.warehouse).writing(key.key_id) as transaction:
        for source in sources:
            path = folder.raw / source / f"{source}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(EXPORTS[source], encoding="utf-8")
            made = read(source, path, identity=key)
            canonical = table(made.table)
            order = dict.fromkeys(
                [*canonical.key, *([canonical.date_column] if canonical.date_column else [])]
            )
            transaction.add(
                made.data.sort_by([(k, "ascending") for k in order]),
                source=source,
                table_name=made.table,
                period=period_of(made.report.first_date),
                received_on=received_on,
                files=[made.report.to_dict()],
            )


@pytest.fixture
def study(tmp_path) -> Path:
    root = StudyFolder.lay_out(tmp_path / "study").root
    ids = root / "raw/identities/identities.csv"
    ids.parent.mkdir()
    ids.write_bytes(IDS.encode("cp932"))
    keys.take_map(root)
    take(root, *EXPORTS)
    return root


def held(root: Path) -> dict[str, pa.Table]:
    warehouse = Warehouse.open(root / "warehouse")
    return {
        d.source: pq.read_table(warehouse.path(d)).cast(table(d.table).schema) for d in warehouse.deliveries()
    }


def hashes(root: Path) -> set[str]:
    found = set()
    for data in held(root).values():
        for name in data.column_names:
            found |= {v for v in data[name].to_pylist() if isinstance(v, str) and is_hash(v)}
    return found


def every_byte(root: Path) -> bytes:
    return b"\n".join(p.read_bytes() for p in sorted((root / "warehouse").rglob("*")) if p.is_file())


def ids(root: Path) -> tuple[str, list[tuple[str, int]]]:
    warehouse = Warehouse.open(root / "warehouse")
    return warehouse.snapshot().id, [(d.id, d.rows) for d in warehouse.deliveries()]


def test_one_person_has_one_hash_in_four_sources(study):
    key = keys.opened(study)
    one, other = key.hash_one("staff", "12345"), key.hash_one("staff", "12346")
    data = held(study)
    assert set(data["roster"]["person_id"].to_pylist()) == {one, other}
    assert set(data["document_diary"]["person_id"].to_pylist()) == {one, other}
    assert set(data["viva_person"]["person_id"].to_pylist()) == {one}
    users = set(data["m365"]["unit_id"].to_pylist())
    assert one in users and other not in users and len(users) == 2
    assert set(data["devices"]["unit_id"].to_pylist()) == {"A001", "A002"}


def test_no_identity_lies_in_the_warehouse(study):
    text = every_byte(study)
    for data in held(study).values():
        text += str(data.to_pydict()).encode()
    for secret in ("12345", "visitor", GUID[:8], "0012346"):
        assert secret.encode() not in text


def test_rotation_renews_every_hash_and_keeps_joins_and_ids(study):
    before, data, was, old = ids(study), held(study), keys.opened(study), hashes(study)
    parquet = {d.source: d.parquet_sha256 for d in Warehouse.open(study / "warehouse").deliveries()}
    report = keys.rotate(study, secret=NEW)
    now = keys.opened(study)
    assert (
        now.later == (NEW,)
        and now.key_id == Warehouse.open(study / "warehouse").key_id == report.values["key_id"]
    )
    assert report.values["was"] == was.key_id and report.values["deliveries"] == 5
    assert ids(study) == before
    assert hashes(study) == {rehash(NEW, h) for h in old} and not hashes(study) & old
    assert not any(h.encode() in every_byte(study) for h in old)
    for name, renewed in held(study).items():
        for column in renewed.column_names:
            wanted = [
                rehash(NEW, v) if isinstance(v, str) and is_hash(v) else v
                for v in data[name][column].to_pylist()
            ]
            assert sorted(wanted, key=str) == sorted(renewed[column].to_pylist(), key=str)
    changed = {
        d.source
        for d in Warehouse.open(study / "warehouse").deliveries()
        if parquet[d.source] != d.parquet_sha256
    }
    assert changed == set(EXPORTS) - {"devices", "rollout"}
    names = sorted(p.name for p in (study / "warehouse/deliveries").iterdir())
    assert len(names) == len(EXPORTS) and not (study / "warehouse/staging").exists()
    assert stat.S_IMODE((study / "keys/identity.key").stat().st_mode) == 0o600


def test_rotated_data_are_what_an_ingest_under_the_new_key_writes(study, tmp_path):
    keys.rotate(study, secret=NEW)
    keys.rotate(study, secret=b"o" * 32)
    fresh = StudyFolder.lay_out(tmp_path / "fresh").root
    for name in ("identity.key", "identity_map.csv"):
        (fresh / "keys" / name).write_bytes((study / "keys" / name).read_bytes())
    take(fresh, *EXPORTS)
    assert ids(fresh) == ids(study) and keys.opened(fresh) == keys.opened(study)
    for name, data in held(study).items():
        assert data.equals(held(fresh)[name]), name


def test_what_comes_after_a_rotation_joins_what_came_before(study):
    keys.rotate(study, secret=NEW)
    later = EXPORTS["viva_person"].replace("2019-04-07", "2019-04-14")
    folder = StudyFolder(study)
    path = folder.raw / "viva_person/later.csv"
    path.write_text(later, encoding="utf-8")
    made = read("viva_person", path, identity=keys.opened(study))
    assert made.data["person_id"].to_pylist() == held(study)["viva_person"]["person_id"].to_pylist()


def test_a_large_delivery_is_rewritten_in_pieces_to_the_same_rows(study, monkeypatch, tmp_path):
    keys.rotate(study, secret=NEW)
    small = held(study)
    again = StudyFolder.lay_out(tmp_path / "again").root
    (again / "keys/identity_map.csv").write_bytes((study / "keys/identity_map.csv").read_bytes())
    secret = (study / "keys/identity.key").read_text(encoding="ascii").split()[0]
    (again / "keys/identity.key").write_text(secret + "\n", encoding="ascii")
    take(again, *EXPORTS)
    monkeypatch.setattr(rewriting, "IN_MEMORY", 0)
    keys.rotate(again, secret=NEW)
    for name, data in held(again).items():
        assert data.equals(small[name]), name
    assert sorted(p.suffix for p in (again / "warehouse/deliveries").iterdir()) == [".parquet"] * len(EXPORTS)


class PowerCut(BaseException):
    pass


def cut_at(monkeypatch: pytest.MonkeyPatch, n: int, *, after: bool) -> Callable[[], int]:
    """Cut the power before or after the n-th step that is seen from outside: a rename or a removal."""
    steps = [0]

    def cut(real):
        def step(*args, **kwargs):
            steps[0] += 1
            if steps[0] == n and not after:
                raise PowerCut
            made = real(*args, **kwargs)
            if steps[0] == n:
                raise PowerCut
            return made

        return step

    monkeypatch.setattr(os, "replace", cut(os.replace))
    monkeypatch.setattr(Path, "unlink", cut(Path.unlink))
    return lambda: steps[0]


@pytest.mark.parametrize("after", [False, True])
def test_a_power_cut_at_any_step_of_a_rotation_leaves_the_old_state_or_the_new(study, monkeypatch, after):
    was, old, before = keys.opened(study), hashes(study), ids(study)
    new = {rehash(NEW, h) for h in old}
    backup = {p: p.read_bytes() for p in study.rglob("*") if p.is_file()}
    states = []
    for n in range(1, 60):
        with monkeypatch.context() as patch:
            done = cut_at(patch, n, after=after)
            try:
                keys.rotate(study, secret=NEW)
            except PowerCut:
                pass
            else:
                break
        assert done() >= n
        key = keys.opened(study)
        state = "old" if hashes(study) == old else "new"
        states.append(state)
        assert hashes(study) == (old if state == "old" else new)
        assert key == (was if state == "old" else was.rotated(NEW))
        assert ids(study) == before and set(held(study)) == set(EXPORTS)
        assert key.hash_one("staff", "12345") in held(study)["roster"]["person_id"].to_pylist()
        # the next rotation mends whatever was left, and nothing of the old keys stays
        other = b"o" * 32
        keys.rotate(study, secret=other)
        assert keys.opened(study) == key.rotated(other)
        assert keys.status(study).values["unused"] == 0
        assert not any(h.encode() in every_byte(study) for h in old | (new if state == "new" else set()))
        assert len(list((study / "warehouse/deliveries").iterdir())) == len(EXPORTS)
        assert sorted(p.name for p in (study / "keys").iterdir()) == ["identity.key", "identity_map.csv"]
        for path in [p for p in study.rglob("*") if p.is_file()]:
            path.unlink()
        for path, content in backup.items():
            path.write_bytes(content)
    # one rename of the key, one a delivery, one of the manifest; then old files go one by one
    assert {"old", "new"} == set(states) and states == sorted(states, reverse=True)
    assert len(states) >= 1 + 5 + 1 + 5


def test_a_secret_that_never_came_into_force_is_told_and_not_used(study, monkeypatch):
    def manifest_fails(a, b, real=os.replace):
        if str(b).endswith("manifest.json"):
            raise PowerCut
        real(a, b)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", manifest_fails)
        with pytest.raises(PowerCut):
            keys.rotate(study, secret=NEW)
    assert len(IdentityKey.load(study / "keys/identity.key").chain) == 2
    assert keys.opened(study).later == ()
    assert keys.status(study).values["unused"] == 1 and "interrupted rotation" in keys.status(study).text.en
    # a writer removes the renewed files that no manifest names
    assert len(list((study / "warehouse/deliveries").iterdir())) == len(EXPORTS) + 5
    take(study, "rollout")
    assert len(list((study / "warehouse/deliveries").iterdir())) == len(EXPORTS)


def test_an_interrupted_first_rotation_of_a_warehouse_that_never_recorded_its_key(study, monkeypatch):
    manifest = study / "warehouse/manifest.json"
    body = json.loads(manifest.read_text(encoding="utf-8"))
    del body["key_id"]
    manifest.write_text(json.dumps(body), encoding="utf-8")
    first = keys.opened(study)
    (study / "keys/identity.key").write_text(f"{first.secret.hex()}\n{NEW.hex()}\n", encoding="ascii")
    assert keys.opened(study) == first
    keys.rotate(study, secret=b"o" * 32)
    assert keys.opened(study).later == (b"o" * 32,)


def test_a_wrong_or_older_key_is_refused(study):
    path = study / "keys/identity.key"
    first = path.read_bytes()
    keys.rotate(study, secret=NEW)
    path.write_bytes(first)
    for call in (keys.opened, keys.rotate, keys.status):
        with pytest.raises(SourceError, match="not the key of the data"):
            call(study)
    path.unlink()
    for call in (keys.opened, keys.rotate, keys.status):
        with pytest.raises(SourceError, match="missing"):
            call(study)
    assert not path.exists()
    IdentityKey.create(path)
    with pytest.raises(SourceError, match="not the key of the data"):
        keys.opened(study)


def test_data_hashed_while_the_key_was_rotated_are_not_taken_in(study):
    key = keys.opened(study)
    keys.rotate(study, secret=NEW)
    warehouse = Warehouse.open(study / "warehouse")
    before = every_byte(study)
    with pytest.raises(WarehouseError, match="another identity key"), warehouse.writing(key.key_id):
        pass
    with pytest.raises(WarehouseError, match="Another process"), warehouse.writing(), warehouse.staging():
        pass
    assert every_byte(study) == before


def test_a_changed_parquet_file_stops_the_rotation(study):
    warehouse = Warehouse.open(study / "warehouse")
    key = keys.opened(study)
    path = warehouse.path(warehouse.deliveries()[0])
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(WarehouseError, match="not what the manifest says"):
        keys.rotate(study, secret=NEW)
    assert keys.opened(study) == key


def test_rotating_before_there_are_data_replaces_the_key(tmp_path):
    root = StudyFolder.lay_out(tmp_path / "study").root
    assert keys.status(root).values == {"state": "none"} and not list((root / "keys").iterdir())
    keys.opened(root)
    keys.rotate(root, secret=NEW)
    assert (root / "keys/identity.key").read_text(encoding="ascii") == NEW.hex() + "\n"
    assert keys.opened(root) == IdentityKey(NEW)


def test_after_the_destruction_data_stay_and_people_are_refused(study):
    before, data = ids(study), held(study)
    report = keys.destroy(study, dt.date(2023, 10, 1))
    assert sorted(p.name for p in (study / "keys").iterdir()) == ["destroyed.json"]
    note = json.loads((study / "keys/destroyed.json").read_text(encoding="utf-8"))
    assert (
        note["destroyed_on"] == "2023-10-01"
        and "raw/" in note["means"]["ja"]
        and "2023-10-01" in report.text.ja
    )
    assert note["key_id"] == Warehouse.open(study / "warehouse").key_id
    assert ids(study) == before and held(study) == data
    for source in PEOPLE:
        with pytest.raises((SourceError, Problems)) as caught:
            take(study, source)
        assert "destroyed on 2023-10-01" in caught.value.text("en")
    take(study, "rollout", "devices")
    key = keys.opened(study)
    assert isinstance(key, DestroyedKey)
    keys.refuse_destroyed(key, ())
    for call in (
        lambda: keys.refuse_destroyed(key, ("roster",)),
        lambda: keys.rotate(study),
        lambda: keys.take_map(study),
    ):
        with pytest.raises(SourceError, match="destroyed on 2023-10-01"):
            call()
    assert keys.status(study).values == {"state": "destroyed", "destroyed_on": "2023-10-01", "left": []}
    assert sorted(p.name for p in (study / "keys").iterdir()) == ["destroyed.json"]
    keys.destroy(study, dt.date(2024, 1, 1))
    assert keys.status(study).values["destroyed_on"] == "2023-10-01"


@pytest.mark.parametrize("n", [1, 2, 3])
def test_an_interrupted_destruction_is_final_and_can_be_finished(study, monkeypatch, n):
    with monkeypatch.context() as patch:
        cut_at(patch, n, after=True)
        with pytest.raises(PowerCut):
            keys.destroy(study, dt.date(2023, 10, 1))
    assert isinstance(keys.opened(study), DestroyedKey)
    told = keys.status(study)
    assert bool(told.values["left"]) == ("run `kumastats key destroy` again" in told.text.en) == (n < 3)
    keys.destroy(study, dt.date(2023, 10, 2))
    assert keys.status(study).values == {"state": "destroyed", "destroyed_on": "2023-10-01", "left": []}


def test_lists_are_read_once_in_the_order_of_their_names(study):
    assert "no new list" in keys.take_map(study).text.en
    second = study / "raw/identities/identities_2019.csv"
    # the user of a person who is still there was corrected
    second.write_bytes(IDS.replace("u12346@", "u12346b@").replace("u12345@", "u12346@").encode("cp932"))
    report = keys.take_map(study)
    assert report.values == {"files": ["identities_2019.csv"], "people": 2, "learned": 2}
    assert "remove warehouse/ and ingest again" in report.text.en
    held_map = IdentityMap.load(study / "keys/identity_map.csv")
    assert held_map.resolve("upn", ["u12345@city.example.jp", "u12346@city.example.jp", "u12346b@city.example.jp"]) == [
        "12345", "12345", "12346",
    ]  # fmt: skip
    assert "no new list" in keys.take_map(study).text.en
    assert keys.take_map(study, [second]).values["learned"] == 0


def test_a_wrong_list_changes_nothing(study):
    path = study / "keys/identity_map.csv"
    before = path.read_bytes()
    good, bad = study / "good.csv", study / "bad.csv"
    good.write_bytes("職員番号,UPN\n5,u5@x.jp\n".encode("cp932"))
    bad.write_bytes("職員番号,UPN\n6,u5@x.jp\n7,u5@x.jp\n".encode("cp932"))
    with pytest.raises(Problems) as caught:
        keys.take_map(study, [good, bad])
    assert "u5" not in caught.value.text() and path.read_bytes() == before
    with pytest.raises(UsageError):
        keys.take_map(study, [study / "absent.csv"])
    (study / "raw/identities/identities.csv").unlink()
    with pytest.raises(UsageError, match="no list"):
        keys.take_map(study)


def test_the_key_of_an_open_warehouse_is_the_key_of_the_study(study):
    folder = StudyFolder(study)
    assert in_force(folder, Warehouse.open(folder.warehouse)) == keys.opened(study)
    assert keys.status(study).values["people"] == 2 and keys.status(study).to_dict()["text"]["ja"]
