"""Freezing the register: a hash, a date, the data then held, and what changed since.

A question is *prospective* when it was locked before any of its post-period had been ingested. Otherwise it is
*retrospective*: its answer may still be right, but it is never called confirmatory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.errors import Place, StudyError, UsageError
from kumastats.study import yaml_reader
from kumastats.study.model import Deviation, Question
from kumastats.study.register import Study
from kumastats.text import Text

# what may change without being a deviation from the plan
_FREE = ("deviations", "title", "thresholds", "partners", "publication", "engine")
# a diary of what happened is kept on after the lock and is no change of plan
_DIARY = re.compile(r"workshops\b|pilots\[[^\]]*\]\.(activities|members|outcome)\b")


@dataclass(frozen=True)
class Lock:
    """A frozen register.

    Attributes
    ----------
    sha256
        Hash of the canonical register.
    locked_on
        The day it was frozen.
    snapshot
        Id of the warehouse snapshot then held; None when it was empty.
    data_until
        Last day of data then held, by table.
    register
        The register as it was.
    """

    sha256: str
    locked_on: dt.date
    snapshot: str | None
    data_until: Mapping[str, dt.date]
    register: Mapping[str, Any]


def lock(
    study: Study, *, on: dt.date, snapshot: str | None, data_until: Mapping[str, dt.date], force: bool = False
) -> Lock:
    """Freeze the register of `study` and write ``study.lock.json``.

    Parameters
    ----------
    on
        The day of freezing.
    snapshot, data_until
        What the warehouse holds at that moment.
    force
        Replace an earlier lock. The reports then show the later date.

    Raises
    ------
    UsageError
        If the study is locked already and `force` is not given.
    """
    path = study.folder.lock
    if path.exists() and not force:
        raise UsageError(
            Text("この研究はすでに固定されています。", "This study is locked already."),
            place=Place(file=path.name),
            remedy=Text(
                "変更は study.yml の deviations に理由を書いてください。固定し直すなら --force。",
                "Write the reason for a change under deviations in study.yml. To lock anew: --force.",
            ),
        )
    register = _register(study)
    made = Lock(_sha256(register), on, snapshot, dict(sorted(data_until.items())), register)
    body = {
        "sha256": made.sha256,
        "locked_on": on.isoformat(),
        "snapshot": snapshot,
        "data_until": {k: v.isoformat() for k, v in made.data_until.items()},
        "register": register,
    }
    staging = path.with_suffix(".tmp")
    staging.write_text(
        json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    staging.replace(path)
    return made


def read_lock(study: Study) -> Lock | None:
    """Return the lock of `study`, or None when it was never locked.

    Raises
    ------
    StudyError
        If the lock file was edited: its hash no longer fits.
    """
    path: Path = study.folder.lock
    if not path.exists():
        return None
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        intact = _sha256(body["register"]) == body["sha256"]
    except (ValueError, KeyError, TypeError):
        intact = False
    if not intact:
        raise StudyError(
            Text("固定された台帳が書き換えられています。", "The locked register has been altered."),
            place=Place(file=path.name),
            remedy=Text(
                "控えから戻すか、`kumastats lock --force` で固定し直してください（その日付で公表されます）。",
                "Restore it from a backup, or lock anew with `kumastats lock --force` (which shows its date).",
            ),
        )
    return Lock(
        sha256=body["sha256"],
        locked_on=dt.date.fromisoformat(body["locked_on"]),
        snapshot=body["snapshot"],
        data_until={k: dt.date.fromisoformat(v) for k, v in body["data_until"].items()},
        register=body["register"],
    )


def deviations(study: Study, locked: Lock) -> tuple[Deviation, ...]:
    """Return every difference between the register now and as locked, with the reason given for it."""
    then, now = dict(_leaves(locked.register)), dict(_leaves(_register(study)))
    found = []
    for path in sorted(then.keys() | now.keys()):
        if then.get(path) != now.get(path) and not _DIARY.match(path):
            reason = next((r for p, r in study.reasons.items() if path == p or path.startswith(p)), None)
            found.append(Deviation(path, str(then.get(path, "—")), str(now.get(path, "—")), reason))
    return tuple(found)


def is_retrospective(question: Question, locked: Lock | None, live_on: dt.date, table: str) -> bool:
    """Tell whether data of the question's post-period were already held when the register was frozen.

    Parameters
    ----------
    live_on
        The first day of the post-period.
    table
        The canonical table the outcome is measured in.
    """
    if locked is None or question.id not in {q.get("id") for q in locked.register.get("questions") or ()}:
        return True
    held = locked.data_until.get(table)
    return held is not None and held >= live_on


def _register(study: Study) -> dict[str, Any]:
    value = yaml_reader.read(study.folder.register).value
    kept = {k: v for k, v in value.items() if k not in _FREE}
    return json.loads(json.dumps(kept, default=str, sort_keys=True))  # type: ignore[no-any-return]


def _sha256(register: Mapping[str, Any]) -> str:
    canonical = json.dumps(register, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(c, dict) for c in value):
        for i, child in enumerate(value):
            name = child.get("id", i) if isinstance(child, dict) else i
            yield from _leaves(child, f"{path}[{name}]")
    else:
        yield path, value
