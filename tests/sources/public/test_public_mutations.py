"""Tables of public files gone wrong: each is refused, read the same, told in the report, or in format – never a crash."""

from __future__ import annotations

import collections
import random
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from mutate import TEXT

from kumastats.errors import KumastatsError, SourceError
from kumastats.sources.public import PublicFile, read_public

MUTATIONS = 2_000
GROUPS = 10
EVERY_DAY = 1
TABLES = (
    (
        "wards.csv", "cp932",
        "表１　区別人口,,,（単位：人）\n市区町村コード,市区町村名,平成29年度,平成30年度\n431001,熊本市,\"1,000\",\"1,110\"\n"
        "431010,中央区,400,500\n431028,東区,600,610\n（注）各年4月1日現在,,,\n",
    ),
    ("years.csv", "utf-8", "年次,件数,割合（％）\n平成30年,120,△1.5\n令和元年,130,…\n2,x,2.5\n3,－,0.5\n※速報値,,\n"),
    ("heads.csv", "utf-8", "区分,正規職員,,会計年度任用職員,\n,男,女,男,女\n本庁,10,9,8,7\n区役所,5,4,3,2\n計,15,13,11,9\n"),
)  # fmt: skip
KINDS = {"integer": "Int64", "number": "Float64", "year": "Int64", "fiscal_year": "Int64"}


def _cells(made: PublicFile) -> list[list[object]]:
    return [t.frame.astype(object).where(t.frame.notna(), None).to_numpy().tolist() for t in made.tables]


def _in_format(made: PublicFile) -> bool:
    """Tell whether every value is of its column's kind, and every gap of a number's column is empty or has a reason."""
    for table in made.tables:
        for column in table.columns:
            values = table.frame[column.name]
            if (
                column.kind in KINDS
                and pd.to_numeric(values, errors="coerce").isna().sum() != values.isna().sum()
            ):
                return False
        if len(table.lines) != len(table.frame) or len(set(table.lines)) != len(table.lines):
            return False
    return True


@pytest.mark.parametrize(
    "group", [pytest.param(g, marks=() if g < EVERY_DAY else pytest.mark.slow) for g in range(GROUPS)]
)
def test_a_mutation_of_a_public_table_is_refused_told_or_in_format(group: int, tmp_path: Path) -> None:
    truths = {}
    for name, encoding, text in TABLES:
        (tmp_path / name).write_bytes(text.encode(encoding))
        truths[name] = read_public(tmp_path / name)
    seen: collections.Counter[str] = collections.Counter()
    size = MUTATIONS // GROUPS
    for number in range(group * size, (group + 1) * size):
        name, encoding, text = TABLES[number % len(TABLES)]
        how = TEXT[(number // len(TABLES)) % len(TEXT)]
        path = tmp_path / name
        path.write_bytes(how(text.encode(encoding), encoding, random.Random(number)))
        where = f"mutation {number}: {how.__name__} of {name}"
        try:
            made = read_public(path)
        except KumastatsError as refused:
            assert refused.found.ja and refused.found.en, where
            seen["refused"] += 1
            continue
        assert _in_format(made), where
        truth = truths[name]
        if _cells(made) == _cells(truth):
            seen["same"] += 1
        elif [t.said for t in made.report.tables] != [t.said for t in truth.report.tables]:
            seen["told"] += 1
        else:
            seen["in format"] += 1
    print(f"group {group}: {dict(sorted(seen.items()))}")
    assert sum(seen.values()) == MUTATIONS // GROUPS and seen["refused"] + seen["told"] > seen["in format"]


def test_a_table_cut_off_above_its_first_row_is_refused_with_its_header_row(tmp_path: Path) -> None:
    path = tmp_path / "wards.csv"
    whole = TABLES[0][2]
    path.write_bytes(whole[: whole.index(",熊本市")].encode("cp932"))
    with pytest.raises(SourceError, match="no row of data below the header") as refused:
        read_public(path)
    assert refused.value.place is not None and refused.value.place.row == 2
    assert "header_rows" in refused.value.text("en")
