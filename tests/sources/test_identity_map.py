"""The identity map: normal forms, conflicts by place and form, people who left, one hash in every source."""

import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.errors import KumastatsError, MappingError, SourceError
from kumastats.sources import IdentityKey, Mapping
from kumastats.sources.identities import read_identities
from kumastats.sources.identity import DestroyedKey, fingerprint, is_concealed, is_hash, rehash
from kumastats.sources.identity_map import KINDS, IdentityMap, normal

GUID = "bf361ad4-fc29-432f-95f3-837e689f4ac4"
HEAD = "職員番号,UPN,印刷利用者,PersonId"
ROW = f"0001234,u1234@city.example.jp,u1234,{GUID}"


def listed(
    folder: Path, *rows: str, head: str = HEAD, encoding: str = "cp932", name: str = "ids.csv"
) -> Path:
    path = folder / name
    path.write_bytes(("\n".join([head, *rows]) + "\n").encode(encoding))
    return path


def people(*persons: tuple[str, dict[str, tuple[str, ...]]]) -> IdentityMap:
    return IdentityMap.of(dict(persons))


ONE = people(
    ("1234", {"staff": ("0001234",), "upn": ("u1234@city.example.jp",), "print": ("u1234",), "viva": (GUID,)})
)


def widened(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_a_normal_form_is_its_own_normal_form(kind, value):
    once = normal(kind, value)
    assert normal(kind, once) == once
    assert once == once.strip() == unicodedata.normalize("NFKC", once)


@given(st.integers(1, 10**8), st.integers(0, 6), st.booleans(), st.sampled_from(["", " ", "　"]))
def test_a_staff_number_is_one_person_however_it_is_written(number, zeros, wide, space):
    written = "0" * zeros + str(number)
    written = space + (widened(written) if wide else written) + space
    assert normal("staff", written) == str(number)


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_two_numbers_stay_two(one, other):
    assert (normal("staff", f"{one:07d}") == normal("staff", str(other))) == (one == other)


@given(
    st.from_regex(r"[a-z][a-z0-9.]{0,12}", fullmatch=True),
    st.sampled_from(["", "CITY\\", "city¥", "Ｃｉｔｙ＼"]),
    st.sampled_from(["", "@city.example.jp"]),
    st.booleans(),
)
def test_a_print_user_loses_domain_and_case(user, domain, at, upper):
    assert normal("print", domain + (user.upper() if upper else user) + at) == user


@pytest.mark.parametrize(
    "kind, written, plain",
    [
        ("staff", "A00123", "A00123"),
        ("staff", "0000", "0"),
        ("staff", "１２３４", "1234"),
        ("staff", "00-12", "00-12"),
        ("upn", "Ｕ1234@CITY.example.JP ", "u1234@city.example.jp"),
        ("viva", GUID.upper(), GUID),
        ("viva", GUID.replace("-", ""), GUID),
        ("viva", "{" + GUID + "}", GUID),
        ("viva", "A-1", "a-1"),
        ("desk", " Ａ0１ ", "A01"),
    ],
)
def test_normal_forms(kind, written, plain):
    assert normal(kind, written) == plain


def test_a_list_is_read_into_the_map_and_back(tmp_path):
    made = read_identities(listed(tmp_path, ROW, "００５,,, ", "7,U7@city.example.jp,-,－"))
    assert made.rows == made.people == 3 and made.added == 3 and made.kept == 0 and made.learned == 4
    assert dict(made.lacking) == {"upn": 1, "print": 2, "viva": 2}
    held = made.identities
    assert held.person_of("upn", "U1234@CITY.EXAMPLE.JP") == "1234"
    assert held.person_of("print", "CITY\\u1234") == held.person_of("viva", GUID.upper()) == "1234"
    assert held.person_of("staff", "5") == "5" and held.person_of("staff", "6") is None
    assert held.resolve("upn", ["u7@city.example.jp", None, "nobody", "u7@city.example.jp"]) == [
        "7",
        None,
        None,
        "7",
    ]
    path = tmp_path / "keys/identity_map.csv"
    held.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = IdentityMap.load(path)
    assert again.persons == held.persons and again.lists == held.lists and len(again.lists) == 1
    before = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == ["identity_map.csv"]


def test_a_workbook_and_other_headers_read_alike(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["社員No", "アカウント", "プリント", "Viva"])
    book.active.append(["0001234", "u1234@city.example.jp", "u1234", GUID])
    book.save(tmp_path / "ids.xlsx")
    (tmp_path / "m.yml").write_text(
        "source: identities\ncolumns: {staff: 社員No, upn: アカウント, print: プリント, viva: Viva}\n",
        encoding="utf-8",
    )
    made = read_identities(tmp_path / "ids.xlsx", Mapping.load(tmp_path / "m.yml"))
    assert made.identities.persons == ONE.persons
    with pytest.raises(MappingError):
        read_identities(tmp_path / "ids.xlsx", Mapping.default("roster"))


SECRET = ("1234", "1235", "u1234", "u1235", GUID[:8])


def refused(path: Path, held: IdentityMap | None = None) -> KumastatsError:
    with pytest.raises(KumastatsError) as caught:
        read_identities(path, held=held)
    for lang in ("ja", "en"):
        told = caught.value.text(lang)
        assert "ids.csv" in told and not any(s in told for s in SECRET), told
    return caught.value


def test_one_upn_for_two_people_is_refused_by_rows_and_forms(tmp_path):
    error = refused(listed(tmp_path, ROW, "0001235,U1234@city.example.jp,u1235,"))
    assert (error.place.row, error.place.column) == (3, "UPN")
    assert (
        "2行目" in error.text("ja")
        and r"\d{7}、\d{7}" in error.text("ja")
        and r"[a-z]\d{4}記号" in error.text("ja")
    )


@pytest.mark.parametrize("other", ["0001235,,CITY\\U1234,", f"0001235,,,{GUID.upper()}"])
def test_other_identities_of_two_people_are_refused(tmp_path, other):
    assert refused(listed(tmp_path, ROW, other)).place.row == 3


def test_numbers_that_differ_in_zeros_only_are_one_person_unless_the_list_says_otherwise(tmp_path):
    one = read_identities(listed(tmp_path, ROW, "1234,u1234@city.example.jp,,", "１２３４,,u1234b,"))
    assert one.people == 1 and one.identities.persons["1234"]["print"] == {"u1234", "u1234b"}
    error = refused(listed(tmp_path, ROW, "1234,u1235@city.example.jp,u1235,"))
    assert error.place.row == 3 and r"\d{7}、\d{4}" in error.text("en")
    again = refused(listed(tmp_path, "1234,u1235@city.example.jp,u1235,"), ONE)
    assert again.place.row == 2 and "earlier list" in again.text("en")


def test_a_new_upn_of_the_same_number_is_a_renaming(tmp_path):
    made = read_identities(listed(tmp_path, "0001234,new@city.example.jp,,"), held=ONE).identities
    assert made.resolve("upn", ["new@city.example.jp", "u1234@city.example.jp"]) == ["1234", "1234"]


def test_people_who_left_stay_and_corrections_replace(tmp_path):
    first = read_identities(listed(tmp_path, ROW, "9,u9@x.jp,,", "8,u8@x.jp,,")).identities
    second = read_identities(listed(tmp_path, "9,u8@x.jp,,", "8,u80@x.jp,,"), held=first)
    assert second.kept == 1 and second.added == 0 and second.learned == 2
    held = second.identities
    assert held.person_of("upn", "u1234@city.example.jp") == "1234"
    assert held.resolve("upn", ["u8@x.jp", "u80@x.jp", "u9@x.jp"]) == ["9", "8", "9"]
    assert len(held.lists) == 2


def test_an_identity_of_somebody_who_left_is_not_given_on(tmp_path):
    error = refused(listed(tmp_path, "0001235,u1234@city.example.jp,,"), ONE)
    assert error.place.row == 2 and "another person's in an earlier list" in error.text("en")


@pytest.mark.parametrize(
    "row, column",
    [
        ("u1234@city.example.jp,0001234,,", "職員番号"),
        (f"0001234,u1234@city.example.jp,,{GUID} 1", "PersonId"),
        (f"0001234,{'0123456789abcdef' * 2},,", "UPN"),
        (",u1234@city.example.jp,,", "職員番号"),
        ("0001234,u1234 x,,", "UPN"),
        ("0001234,,CITY\\,", "印刷利用者"),
    ],
)
def test_what_is_no_identity_is_refused_with_its_place(tmp_path, row, column):
    assert refused(listed(tmp_path, row)).place.column == column


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from(["{:d}", "{:03d}", "{:05d}"])),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_a_list_says_no_identity_has_two_owners(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("ids")
    path = listed(folder, *(f"{form.format(n)},u{u}@x.jp,," for n, u, form in rows))
    owners: dict[int, set[int]] = {}
    for n, u, _ in rows:
        owners.setdefault(u, set()).add(n)
    try:
        held = read_identities(path).identities
    except KumastatsError:
        # two owners, or one number in two spellings with different users
        spellings = {(n, form.format(n)) for n, _, form in rows}
        assert any(len(v) > 1 for v in owners.values()) or len(spellings) > len({n for n, _ in spellings})
    else:
        assert {u: {int(held.person_of("upn", f"u{u}@x.jp") or 0)} for u in owners} == owners


def test_a_damaged_map_is_refused_by_row(tmp_path):
    path = tmp_path / "identity_map.csv"
    ONE.save(path)
    good = path.read_text(encoding="utf-8")
    for bad in (
        good.replace("person,", "who,"),
        good + "1234,upn\n",
        good + "77,upn,u1234@city.example.jp\n",
        good + "0077,upn,u77@x.jp\n",
        good + "77,phone,096\n",
        good + '77,upn,"u77',
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(SourceError, match="damaged") as caught:
            IdentityMap.load(path)
        assert "u1234" not in caught.value.text() and "0077" not in caught.value.text()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="damaged"):
        IdentityMap.load(path)
    assert len(IdentityMap.load(tmp_path / "absent.csv")) == 0


def test_the_same_person_has_one_hash_whatever_the_source_knows():
    key = IdentityKey(b"k" * 32, identities=ONE)
    made = {
        key.hash_one("staff", "1234"),
        key.hash_one("staff", "００１２３４"),
        key.hash_one("upn", "U1234@city.example.jp"),
        key.hash_one("print", "CITY\\u1234"),
        key.hash_one("viva", GUID.upper()),
    }
    assert len(made) == 1 and is_hash(made.pop())
    assert key.hash_one("desk", "1234") != key.hash_one("staff", "1234")


def test_users_not_in_the_map_are_counted_once_each():
    key = IdentityKey(b"k" * 32, identities=ONE)
    key.hash_all("upn", ["u1234@city.example.jp", "x@y.jp", "X@y.jp", None, "z@y.jp"])
    key.hash_all("print", ["u1234"])
    key.hash_all("staff", ["5", "6"])
    assert key.met == {"print": 1, "upn": 3} and key.unmatched == {"print": 0, "upn": 2}
    assert [t.en for t in key.matching] == [
        "0 of 1 users not in the identity map (print user)",
        "2 of 3 users not in the identity map (UPN)",
    ]
    fresh = key.afresh()
    assert fresh == key and fresh.met == {} and fresh.hash_one("viva", GUID) == key.hash_one("staff", "1234")
    assert key.met == {"print": 1, "upn": 3}


def test_concealed_names_are_neither_joined_nor_counted():
    concealed = "0123456789ABCDEF" * 2
    assert is_concealed(concealed) and not is_concealed(concealed[:-1]) and not is_concealed(GUID)
    key = IdentityKey(b"k" * 32, identities=ONE)
    assert key.hash_one("upn", concealed) == key.hash_one("concealed", concealed.lower())
    assert key.unmatched == {}


def test_a_rotated_key_hashes_what_the_old_one_made():
    old = IdentityKey(b"k" * 32, identities=ONE)
    new = old.rotated(b"n" * 32)
    for kind, value in (("staff", "7"), ("upn", "u1234@city.example.jp"), ("viva", "x"), ("case", "第5号")):
        assert new.hash_one(kind, value) == rehash(b"n" * 32, old.hash_one(kind, value))
    assert new.key_id != old.key_id and len(new.key_id) == 12 and new.rotated(b"o" * 32).key_id != new.key_id
    assert fingerprint(new.chain) == new.key_id
    assert "6b6b" not in repr(new) and "kkk" not in repr(new) and "u1234" not in repr(new)


def test_a_key_file_is_read_up_to_the_key_in_force(tmp_path):
    path = tmp_path / "identity.key"
    first = IdentityKey.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = first.rotated(b"n" * 32)
    path.write_text("".join(s.hex() + "\n" for s in second.chain), encoding="ascii")
    assert IdentityKey.load(path) == IdentityKey.of(path) == second
    assert IdentityKey.load(path, first.key_id) == first and IdentityKey.load(path, second.key_id) == second
    with pytest.raises(SourceError, match="not the key of the data"):
        IdentityKey.load(path, "0" * 12)
    with pytest.raises(FileExistsError):
        IdentityKey.create(path)
    path.write_text("xyz\n", encoding="ascii")
    with pytest.raises(SourceError, match="damaged"):
        IdentityKey.load(path)
    path.write_text("", encoding="ascii")
    with pytest.raises(SourceError, match="damaged"):
        IdentityKey.load(path)


def test_after_a_destruction_no_key_is_made(tmp_path):
    (tmp_path / "destroyed.json").write_text('{"destroyed_on": "2023-10-01"}', encoding="utf-8")
    key = IdentityKey.of(tmp_path / "identity.key")
    assert isinstance(key, DestroyedKey) and not (tmp_path / "identity.key").exists()
    for call in (lambda: key.hash_one("staff", "1"), lambda: key.afresh().hash_all("case", ["2"])):
        with pytest.raises(SourceError, match="destroyed on 2023-10-01"):
            call()
    (tmp_path / "destroyed.json").write_text("{", encoding="utf-8")
    assert isinstance(IdentityKey.of(tmp_path / "identity.key"), DestroyedKey)
