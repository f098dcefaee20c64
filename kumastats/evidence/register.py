"""The evidence register: one JSON file a finding, in one folder, the only place figures are taken from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.errors import EvidenceError, Place, names_known, names_near
from kumastats.evidence.record import EvidenceRecord
from kumastats.text import Text

LISTED, NEAR = 12, 5  # more names than that are not listed by an error; as many like the one asked for are


@dataclass(frozen=True)
class Register:
    """The findings kept in `folder`, one ``<id>.json`` each."""

    folder: Path

    def write(self, record: EvidenceRecord) -> Path:
        """Keep `record`, replacing an earlier one of its id; a reader never sees half a file."""
        text = record.to_json()
        folder = Path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{record.id}.json"
        staging = folder / f".{record.id}.{os.getpid()}.tmp"
        try:
            with staging.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(staging, path)  # noqa: PTH105 - the atomic step
        finally:
            staging.unlink(missing_ok=True)
        return path

    def ids(self) -> tuple[str, ...]:
        """Return the ids held, sorted."""
        return tuple(sorted(p.stem for p in Path(self.folder).glob("*.json")))

    def load_all(self) -> tuple[EvidenceRecord, ...]:
        """Return every record, sorted by id; an absent folder holds none."""
        return tuple(self._load(id_) for id_ in self.ids())

    def get(self, id_: str) -> EvidenceRecord:
        """Return the record `id_`.

        Raises
        ------
        EvidenceError
            If there is none, listing close matches.
        """
        if id_ not in self.ids():
            raise _unknown(id_, self.ids(), Text("証拠", "evidence"))
        return self._load(id_)

    def number(self, reference: str) -> PublishedNumber:
        """Return the number ``id.name``.

        Raises
        ------
        EvidenceError
            If the evidence or its number is unknown, listing close matches.
        """
        id_, _, name = reference.partition(".")
        record = self.get(id_)
        found = record.number(name)
        if found is None:
            known = [f"{id_}.{x.name}" for x in record.numbers]
            raise _unknown(reference, known, Text("数値", "number"))
        return found

    def _load(self, id_: str) -> EvidenceRecord:
        path = Path(self.folder) / f"{id_}.json"
        place = Place(file=path.name)
        record = _read(path.read_text(encoding="utf-8"), path.name)
        if record.id != id_:
            raise EvidenceError(
                Text(
                    f"ファイル名と中のid「{record.id}」が違います。",
                    f"The file holds another id, “{record.id}”.",
                ),
                place=place,
                remedy=Text("ノートブックを実行し直してください。", "Run the notebook again."),
            )
        return record


def _unknown(wanted: str, known: Iterable[str], what: Text) -> EvidenceError:
    names = sorted(known)
    if not names:
        remedy = Text("`kumastats run` で証拠を作ってください。", "Make the evidence with `kumastats run`.")
    elif len(names) <= LISTED:
        remedy = names_known(wanted, names)
    else:
        near = names_near(wanted, names) or _sharing_a_word(wanted, names) or Text("", "")
        remedy = Text(
            f"{near.ja}全部（{len(names)}件）の一覧は `kumastats explain --list` で。",
            f"{near.en} `kumastats explain --list` lists all {len(names)}.".strip(),
        )
    return EvidenceError(
        Text(f"{what.ja}「{wanted}」はありません。", f"There is no {what.en} “{wanted}”."), remedy=remedy
    )


def _sharing_a_word(wanted: str, names: list[str]) -> Text | None:
    """Return the remedy for a name of which no other is nearly written, but some share most words; None where none does."""
    words = {w for w in re.split(r"[^a-z0-9]+", wanted.lower()) if len(w) > 2}
    shared = {n: sum(any(v.startswith(w) for v in n.split("-")) for w in words) for n in names}
    best = sorted((n for n in names if shared[n]), key=lambda n: (-shared[n], n))[:NEAR]
    if not best:
        return None
    return Text(f"{'、'.join(best)} のことでしょうか。", f"Did you mean {' or '.join(best)}?")


@lru_cache(maxsize=4096)
def _read(text: str, file: str) -> EvidenceRecord:
    """Return the record of a text; a run asks for the same ones several times, and a record never changes."""
    return EvidenceRecord.from_json(text, place=Place(file=file))
