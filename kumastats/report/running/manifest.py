"""What ran, on what, and with which result: kept as ``run.json`` after every notebook, so that a kill loses only what was running."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kumastats.evidence import Register
from kumastats.report import assets
from kumastats.report.evidence_seal import sealed
from kumastats.text import Lang, Text

FILE = "run.json"


@dataclass(frozen=True)
class Ran:
    """One notebook in one language.

    Attributes
    ----------
    key
        Hash of everything it depends on; the same key is not run again.
    reads
        Tables it read or looked for; see `kumastats.warehouse.reading`.
    snapshot
        The data it holds on.
    reused
        Whether it was left as it was in this run.
    parameters
        What it was run with; of the study the folder's name, not where it lies.
    seconds
        How long it took when it last ran; None where that is not known. Nothing is hashed from it.
    """

    notebook: str
    lang: Lang
    key: str
    reused: bool
    error: str | None = None
    reads: tuple[str, ...] = ()
    snapshot: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what two runs on the same must share, for JSON and for the hash of a report."""
        return {
            "notebook": self.notebook, "lang": self.lang, "key": self.key, "error": self.error, "reads": list(self.reads),
            "snapshot": self.snapshot, "parameters": dict(self.parameters),
        }  # fmt: skip


@dataclass(frozen=True)
class RunManifest:
    """A run of a quarter."""

    folder: Path
    quarter: str
    snapshot: str
    ran: tuple[Ran, ...]
    records: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether every notebook ran to its end."""
        return not any(r.error for r in self.ran)

    @property
    def text(self) -> Text:
        """What ran, in words."""
        again = sum(r.reused for r in self.ran)
        ja = [
            f"{self.quarter}: ノートブック{len(self.ran) - again}件を実行（変更なし {again}件）、証拠 {len(self.records)}件 → {self.folder}"
        ]
        en = [
            f"{self.quarter}: {len(self.ran) - again} notebooks run ({again} unchanged), {len(self.records)} records → {self.folder}"
        ]
        for r in self.ran:
            if r.error:
                kept = f"{r.lang}/{r.notebook}.failed.ipynb"
                ja.append(f"× {r.notebook}（{r.lang}）\n{r.error}\n止まったところまでは {kept} に。")
                en.append(f"x {r.notebook} ({r.lang})\n{r.error}\nAs far as it came: {kept}")
        return Text("\n".join(ja), "\n".join(en))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``run.json`` and ``--json``."""
        return {
            "quarter": self.quarter,
            "snapshot": self.snapshot,
            "code_version": assets.code_version(),
            "notebooks": [
                r.to_dict() | {"seconds": r.seconds}
                for r in sorted(self.ran, key=lambda r: (r.notebook, r.lang))
            ],
            "records": list(self.records),
        }


def load(home: Path) -> dict[tuple[str, Lang], Ran]:
    """Return what is known of earlier runs of a quarter; nothing when there is no manifest or it cannot be read."""
    try:
        body = json.loads((home / FILE).read_text(encoding="utf-8"))
        found = [
            Ran(
                n["notebook"],
                n["lang"],
                n["key"],
                True,
                n["error"],
                tuple(n["reads"]),
                n["snapshot"],
                n["parameters"],
                n["seconds"],
            )
            for n in body["notebooks"]
        ]
    except (OSError, ValueError, KeyError):
        return {}
    return {(r.notebook, r.lang): r for r in found}


def save(home: Path, quarter: str, snapshot: str, ran: Iterable[Ran]) -> None:
    """Write ``run.json`` in one step."""
    register, ran = Register(home / "evidence"), tuple(ran)
    body = RunManifest(home, quarter, snapshot, ran, register.ids()).to_dict()
    body["evidence"] = sealed(home, register, fresh={r.notebook for r in ran if not r.reused})
    staging = home / f".{FILE}.tmp"
    staging.write_text(
        json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    os.replace(staging, home / FILE)  # noqa: PTH105 - the atomic step
