"""What changed against the release before: which number, from what to what, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.disclosure.ledger import Ledger
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.study.publication import Erratum
from kumastats.text import Text

# a question is answered again every quarter; a summary of another quarter is no revision of this one
ANSWERED_AGAIN = ("comparison", "claim")
DATA = Text("データが増えたか、訂正された", "data were added or corrected")
PROGRAM = Text("計算の方法かプログラムが変わった", "the method or the program changed")
UNKNOWN = Text("理由の記載なし", "no reason given")


@dataclass(frozen=True)
class Revision:
    """A number that is not what it was.

    Attributes
    ----------
    record, name
        The number.
    before, after
        As it was and as it is; None where it was not, or is no longer, published.
    """

    record: str
    name: str
    title: Text
    before: PublishedNumber | None
    after: PublishedNumber | None
    why: Text

    @property
    def id(self) -> str:
        """``record.name``."""
        return f"{self.record}.{self.name}"


def previous(releases: Path, ledger: Ledger, records: Any, profile: str) -> tuple[str, dict[str, Any] | None]:
    """Return the name and register of the latest release of a profile made before these records were first released.

    Parameters
    ----------
    records
        The records of the register about to be released, as `public_view` writes them. Where they are out already,
        only what came before counts, so that a rebuild compares with the same release again.
    """
    name, held = "", None
    for entry in ledger.published((profile,)):
        path = releases / entry.release / "register.json"
        if not path.is_file():
            continue
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["records"] == records:
            break
        name, held = entry.release, body
    return name, held


def compare(
    before: dict[str, Any] | None, records: Sequence[dict[str, Any]], errata: Sequence[Erratum]
) -> tuple[Revision, ...]:
    """Return what changed between two registers, by id.

    A reason given in the study register stands first; else it is told whether data or program changed.
    """
    if before is None:
        return ()
    old = {r["id"]: r for r in before["records"]}
    new = {r["id"]: r for r in records}
    out = []
    for id_ in sorted(old.keys() & new.keys()):
        a, b = old[id_], new[id_]
        if a["quarter"] != b["quarter"] and b["kind"] not in ANSWERED_AGAIN:
            continue
        then, now = ({x["name"]: x for x in r["numbers"]} for r in (a, b))
        for name in sorted(then.keys() | now.keys()):
            x, y = (PublishedNumber.from_dict(s[name]) if name in s else None for s in (then, now))
            if _said(x) != _said(y):
                out.append(
                    Revision(id_, name, Text.of(b["title"]), x, y, _why(f"{id_}.{name}", a, b, errata))
                )
    for id_ in sorted(old.keys() - new.keys()):
        if old[id_]["kind"] in ANSWERED_AGAIN:
            for x in old[id_]["numbers"]:
                made = PublishedNumber.from_dict(x)
                why = _given(f"{id_}.{made.name}", errata) or UNKNOWN
                out.append(Revision(id_, made.name, Text.of(old[id_]["title"]), made, None, why))
    return tuple(out)


def _said(x: PublishedNumber | None) -> tuple[Any, ...] | None:
    return None if x is None else (x.value, x.low, x.high, x.n)


def _given(reference: str, errata: Sequence[Erratum]) -> Text | None:
    mine = [e.reason for e in errata if reference == e.id or reference.startswith(f"{e.id}.")]
    return mine[-1] if mine else None


def _why(reference: str, a: dict[str, Any], b: dict[str, Any], errata: Sequence[Erratum]) -> Text:
    given = _given(reference, errata)
    if given is not None:
        return given
    told = [t for t, key in ((DATA, "snapshot"), (PROGRAM, "code_version")) if a.get(key) != b.get(key)]
    if not told:
        return UNKNOWN
    return Text("。".join(t.ja for t in told), "; ".join(t.en for t in told))
