"""What a notebook depends on, as one hash: the register, the parameters, the library, its source and the data it read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kumastats.report import assets
from kumastats.study import StudyFolder
from kumastats.study.engine_choice import without_engine
from kumastats.text import Lang
from kumastats.warehouse import Snapshot
from kumastats.warehouse.reading import EVERYTHING, EVIDENCE


@dataclass(frozen=True)
class Inputs:
    """What the notebooks of a quarter are run on."""

    folder: StudyFolder
    snapshot: Snapshot
    quarter: str
    as_of: str

    @cached_property
    def base(self) -> str:
        """Hash of what every notebook depends on: plan, parameters, library."""
        folder = self.folder
        files = [p.read_bytes() for p in (folder.lock, folder.truth) if p.is_file()]
        if folder.register.is_file():
            files.insert(0, without_engine(folder.register.read_bytes()))
        words = (self.quarter, self.as_of, assets.code_version())
        return digest([*files, *(w.encode() for w in words)])

    @cached_property
    def _of_tables(self) -> dict[str, str]:
        held: dict[str, list[str]] = {}
        for delivery in self.snapshot.deliveries:
            held.setdefault(delivery.table, []).append(f"{delivery.batch} {delivery.id}")
        return {name: digest(i.encode() for i in ids) for name, ids in held.items()}

    def key(self, source: str, lang: Lang, reads: Iterable[str], *, evidence: str) -> str:
        """Return the key of a notebook.

        Parameters
        ----------
        reads
            Tables it read or looked for, `EVERYTHING`, or `EVIDENCE`.
        evidence
            Hash of the register as the notebook finds it.
        """
        told = []
        for name in sorted(reads):
            now = {EVERYTHING: self.snapshot.sha256, EVIDENCE: evidence}.get(name) or self._of_tables.get(
                name
            )
            told.append(f"{name} {now or 'none'}")
        return digest(x.encode() for x in (self.base, lang, source, *told))

    def evidence(self, *, without: Iterable[str] = ()) -> str:
        """Hash the register of the quarter, leaving out what the notebooks named have found."""
        left = frozenset(without)
        files = sorted(self.folder.evidence(self.quarter).glob("*.json"))
        held = [p.read_bytes() for p in files]
        return digest(data for data in held if not left or json.loads(data)["notebook"] not in left)


def digest(parts: Iterable[bytes]) -> str:
    """Return one hash of several byte strings."""
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part).digest())
    return made.hexdigest()
