"""Whether evidence is as the run left it: a record edited by hand is named, and the number in it.

``kumastats run`` keeps a hash of every record, and of every number in it, in the quarter's ``run.json``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from kumastats.errors import Place, ReleaseError
from kumastats.evidence import EvidenceRecord, Register
from kumastats.text import Text

WHOLE, NOTEBOOK = "", "@notebook"
MANIFEST = "run.json"


def seals(register: Register) -> dict[str, dict[str, str]]:
    """Return, by record, a hash of the whole and of each of its numbers and series."""
    return {r.id: _seal(r) for r in register.load_all()}


def _seal(record: EvidenceRecord) -> dict[str, str]:
    # a record that did not have to run again is carried to a newer snapshot; `publish` checks the snapshot by itself
    whole = {k: v for k, v in record.to_dict().items() if k != "snapshot"}
    parts: dict[str, Any] = {WHOLE: whole}
    parts |= {x["name"]: x for name in ("numbers", "series") for x in parts[WHOLE][name]}
    return {NOTEBOOK: record.notebook, **{k: _hash(v) for k, v in parts.items()}}


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def _held(home: Path) -> dict[str, dict[str, str]] | None:
    try:
        held = json.loads((home / MANIFEST).read_text(encoding="utf-8")).get("evidence")
    except (OSError, ValueError):
        return None
    return held  # type: ignore[no-any-return]


def touched(home: Path, register: Register) -> set[str]:
    """Return the notebooks whose records are not as their run left them: these must run again."""
    held = _held(home)
    if held is None:
        return set()
    now = seals(register)
    odd = [i for i in {*held, *now} if held.get(i) != now.get(i)]
    return {x[i][NOTEBOOK] for i in odd for x in (held, now) if i in x}


def sealed(home: Path, register: Register, *, fresh: set[str]) -> dict[str, dict[str, str]]:
    """Return the hashes to keep: new ones of what notebooks just made, the earlier ones of everything else.

    Parameters
    ----------
    fresh
        Notebooks that ran now.
    """
    held, now = _held(home), seals(register)
    if held is None:
        return now
    kept = {i: s for i, s in held.items() if s[NOTEBOOK] not in fresh}
    return {**kept, **{i: s for i, s in now.items() if s[NOTEBOOK] in fresh}}


def unedited(home: Path, register: Register, *, required: bool) -> None:
    """Hold the evidence of a quarter against the hashes its run kept.

    Parameters
    ----------
    home
        The quarter's folder under ``runs/``.
    required
        Whether evidence without a run is refused.

    Raises
    ------
    ReleaseError
        Naming the record and the number that differ.
    """
    held = _held(home)
    remedy = Text(
        f"`kumastats run --quarter {home.name} --force` で作り直してください。",
        f"Make it again with `kumastats run --quarter {home.name} --force`.",
    )
    if held is None:
        if required:
            raise ReleaseError(
                Text("証拠を作った実行の記録がありません。", "There is no record of the run that made the evidence."),
                place=Place(file=f"runs/{home.name}/{MANIFEST}"), remedy=remedy,
            )  # fmt: skip
        return
    now = seals(register)
    for id_ in sorted({*held, *now}):
        then, mine = held.get(id_), now.get(id_)
        if then == mine:
            continue
        if then is None or mine is None:
            found = Text("実行の後で増えたか、消えました。", "It was added or removed after the run.")
        else:
            odd = sorted(
                k for k in {*then, *mine} if k not in (WHOLE, NOTEBOOK) and then.get(k) != mine.get(k)
            )
            listed = ", ".join(f"{id_}.{k}" for k in odd)
            found = (
                Text(
                    f"実行の後で書き換えられた数値があります: {listed}",
                    f"Numbers were edited after the run: {listed}",
                )
                if odd
                else Text("実行の後で書き換えられています。", "It was edited after the run.")
            )
        raise ReleaseError(found, place=Place(file=f"runs/{home.name}/evidence/{id_}.json"), remedy=remedy)
