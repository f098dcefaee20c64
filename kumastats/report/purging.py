"""``kumastats purge``: raw files and the identity key go when they are no longer needed; releases stay as they are."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kumastats.errors import ReleaseError
from kumastats.report.verification import SUMS, check
from kumastats.study import StudyFolder
from kumastats.text import Lang, Text
from kumastats.warehouse import Warehouse


@dataclass(frozen=True)
class Purge:
    """What is (or was) removed.

    Attributes
    ----------
    before
        Deliveries received before this day.
    raw, keys
        Files removed, relative to the study.
    kept
        Raw files that stay: received later, or never taken in.
    done
        False for a rehearsal.
    releases
        Releases checked after the removal.
    """

    before: dt.date
    raw: tuple[str, ...]
    keys: tuple[str, ...]
    kept: tuple[str, ...]
    done: bool = False
    releases: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The result in words."""
        return Text(self._lines("ja"), self._lines("en"))

    def _lines(self, lang: Lang) -> str:
        verb = (
            Text("消しました", "Removed")(lang)
            if self.done
            else Text("消します（まだ消していません）", "Would remove")(lang)
        )
        lines = [
            Text(
                f"{self.before} より前に受領した元ファイル{len(self.raw)}件と鍵{len(self.keys)}件を{verb}。",
                f"{verb} {len(self.raw)} raw files received before {self.before} and {len(self.keys)} key files.",
            )(lang),
            *(f"  {name}" for name in (*self.raw, *self.keys)),
            Text(
                f"残る元ファイル {len(self.kept)}件（受領がそれ以後か、未取込み）。",
                f"{len(self.kept)} raw files stay (received later, or never taken in).",
            )(lang),
        ]
        if self.done and self.releases:
            lines.append(
                Text(
                    f"公表資料{len(self.releases)}件は公表時のままです。",
                    f"{len(self.releases)} releases are as released.",
                )(lang)
            )
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return it for ``--json``."""
        return {**vars(self), "before": self.before.isoformat()}


def plan(study: Path, before: dt.date, *, keep_key: bool = False) -> Purge:
    """Return what a purge would remove: raw files of deliveries received before a day, and the keys.

    A file is matched by its content, not its name: a corrected file under the same name is another file.
    """
    folder = StudyFolder(study)
    warehouse = Warehouse.open(folder.warehouse)
    held = warehouse.deliveries()
    old = {f["sha256"] for d in held if d.received_on < before for f in d.files}
    old -= {f["sha256"] for d in held if d.received_on >= before for f in d.files}
    raw: list[str] = []
    kept: list[str] = []
    for path in sorted(p for p in folder.raw.rglob("*") if p.is_file()):
        with path.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        (raw if digest in old else kept).append(path.relative_to(study).as_posix())
    keys = (
        [] if keep_key else sorted(p for p in folder.keys.rglob("*") if p.is_file() and p.suffix != ".json")
    )
    return Purge(before, tuple(raw), tuple(p.relative_to(study).as_posix() for p in keys), tuple(kept))


def purge(study: Path, planned: Purge, destroy_keys: Callable[[], object]) -> Purge:
    """Remove what was planned and check every release.

    Parameters
    ----------
    destroy_keys
        Destroys the identity key and map; called where keys are part of the plan.

    Raises
    ------
    ReleaseError
        If a release is not as released afterwards.
    """
    folder = StudyFolder(study)
    for name in planned.raw:
        (study / name).unlink(missing_ok=True)
    for empty in sorted((p for p in folder.raw.rglob("*") if p.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            empty.rmdir()
    if planned.keys:
        destroy_keys()
    names = tuple(sorted(p.parent.name for p in folder.releases.glob(f"*/{SUMS}")))
    for name in names:
        found = check(folder.releases, name)
        if not found.intact:
            raise ReleaseError(found.text)
    return Purge(planned.before, planned.raw, planned.keys, planned.kept, True, names)
