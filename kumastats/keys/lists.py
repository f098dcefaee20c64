"""Lists of identities read into the identity map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kumastats.errors import KumastatsError, Place, Problems, UsageError
from kumastats.keys.report import KeyReport
from kumastats.sources.identities import SOURCE as IDENTITIES
from kumastats.sources.identities import MapReading, file_hash, read_identities
from kumastats.sources.identity import DESTROYED, DestroyedKey
from kumastats.sources.identity_map import FILE as MAP_FILE
from kumastats.sources.identity_map import IdentityMap
from kumastats.sources.mapping import Mapping
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".zip")


def take_map(
    root: Path | str, files: Sequence[Path] | None = None, *, mapping: Path | None = None
) -> KeyReport:
    """Read lists of identities into the identity map in ``keys/``, all of them or none.

    Parameters
    ----------
    files
        Those of ``raw/identities/`` that were not read yet by default, in the order of their names.
    mapping
        Names the columns; ``mappings/identities.yml`` by default, where it is there.

    Raises
    ------
    SourceError, Problems, UsageError
        If a list contradicts itself or the map, or there is none to read.
    """
    folder = StudyFolder(Path(root))
    warehouse = Warehouse.open(folder.warehouse)
    lists = list(files) if files is not None else identity_lists(root)
    if not lists or not all(p.is_file() for p in lists):
        raise UsageError(
            Text("識別子の一覧がありません。", "There is no list of identities."),
            place=Place(file=next((p.name for p in lists if not p.is_file()), f"raw/{IDENTITIES}")),
            remedy=Text(
                "raw/identities/ に置くか、ファイルを指定してください。",
                "Put it into raw/identities/, or name the file.",
            ),
        )
    usual = folder.mappings / f"{IDENTITIES}.yml"
    names = Mapping.load(mapping or usual) if mapping or usual.is_file() else None
    with warehouse.staging():
        if (folder.keys / DESTROYED).exists():
            raise DestroyedKey.read(folder.keys / DESTROYED).refusal()
        held = IdentityMap.load(folder.keys / MAP_FILE)
        if files is None:
            lists = [p for p in lists if file_hash(p) not in held.lists]
        readings, held = _read_all(lists, names, held)
        if readings:
            held.save(folder.keys / MAP_FILE)
    learned = sum(r.learned for r in readings)
    ja, en = [r.text.ja for r in readings], [r.text.en for r in readings]
    if not readings:
        ja.append("新しい一覧はありません。")
        en.append("There is no new list.")
    if learned and warehouse.deliveries():
        ja.append(
            "取り込み済みのデータには及びません。前に取り込んだ利用者を結び付けるには、warehouse/ を消して取り込み直してください。"
        )
        en.append(
            "Data already taken in are not changed: to join users ingested before, remove warehouse/ and ingest again."
        )
    return KeyReport(
        Text("\n".join(ja), "\n".join(en)),
        {"files": [r.file for r in readings], "people": len(held), "learned": learned},
    )


def identity_lists(root: Path | str) -> list[Path]:
    """Return the files in ``raw/identities/``, sorted."""
    where = StudyFolder(Path(root)).raw / IDENTITIES
    if not where.is_dir():
        return []
    return sorted(
        p for p in where.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~"))
    )


def _read_all(
    lists: Sequence[Path], names: Mapping | None, held: IdentityMap
) -> tuple[list[MapReading], IdentityMap]:
    readings: list[MapReading] = []
    problems: list[KumastatsError] = []
    for path in lists:
        try:
            readings.append(read_identities(path, names, held))
            held = readings[-1].identities
        except Problems as many:
            problems += many.problems
        except KumastatsError as one:
            problems.append(one)
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return readings, held
