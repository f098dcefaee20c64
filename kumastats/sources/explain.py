"""How a file reads, told before anything is taken in: as one of the sources, or as a table of public statistics."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kumastats.errors import KumastatsError, UsageError
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.raw import plain
from kumastats.sources.recognise import Peek, looks_like_header, recognise
from kumastats.sources.registry import SOURCES, read
from kumastats.text import Text


@dataclass(frozen=True)
class Explanation:
    """How a file reads.

    Attributes
    ----------
    source
        The source it was recognised as; None for a public table.
    problem
        Why it cannot be read, if it cannot.
    mapping
        What was understood, as a mapping a person can confirm, change and save; of a source's file that cannot be read, a
        draft with the usual headers where the file has others.
    """

    file: str
    source: str | None
    report: Text
    problem: KumastatsError | None
    mapping: Map[str, Any] | None

    @property
    def text(self) -> Text:
        """The explanation in words."""
        if self.source is not None:
            label = SOURCES[self.source].label
            first = Text(
                f"{self.file}: {label.ja}（{self.source}）", f"{self.file}: {label.en} ({self.source})"
            )
        else:
            first = Text(f"{self.file}: 公表された統計表", f"{self.file}: a table of public statistics")
        parts = [first, self.report]
        if self.problem is not None:
            parts.append(Text(self.problem.text("ja"), self.problem.text("en")))
        return Text("\n".join(p.ja for p in parts if p.ja), "\n".join(p.en for p in parts if p.en))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "file": self.file,
            "source": self.source,
            "report": self.report.to_dict(),
            "problem": self.problem.to_dict() if self.problem else None,
            "mapping": self.mapping,
        }

    def yaml(self) -> str:
        """Return the mapping as a file to be kept in ``mappings/``.

        Raises
        ------
        UsageError
            If the file could not be read, so that there is nothing to keep.
        """
        if self.mapping is None:
            raise UsageError(
                Text(
                    "読めなかったので、対応表は作れません。",
                    "It could not be read, so there is no mapping to save.",
                )
            )
        return yaml.safe_dump(dict(self.mapping), allow_unicode=True, sort_keys=False, width=120)


def explain(
    path: Path,
    mappings: Map[str, Sequence[Mapping]],
    *,
    source: str | None = None,
    mapping: Path | None = None,
) -> Explanation:
    """Return how a file reads. Identities are hashed with a key of no use, and nothing is kept.

    Parameters
    ----------
    mapping
        A mapping of a source, or of a table of public statistics (one without ``source``).
    """
    key = IdentityKey(b"explained, not kept")
    if mapping is not None and not _of_a_source(mapping):
        return _public(path, None, mapping)
    chosen = Mapping.load(mapping) if mapping is not None else None
    known = source or (chosen.source if chosen is not None else None)
    if known is None:
        try:
            known, chosen = recognise(path, mappings)
        except UsageError as unknown:
            return _public(path, unknown)
    chosen = chosen or Mapping.default(known)
    try:
        result = read(known, path, mapping=chosen, identity=key)
    except KumastatsError as problem:
        return Explanation(path.name, known, Text("", ""), problem, _mapping(known, path, chosen, draft=True))
    report = Text(result.report.text("ja"), result.report.text("en"))
    return Explanation(path.name, known, report, None, _mapping(known, path, chosen))


def _of_a_source(mapping: Path) -> bool:
    try:
        body = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return True  # told as the mapping's own error when it is loaded
    return not isinstance(body, dict) or "source" in body


def _public(path: Path, unknown: KumastatsError | None, mapping: Path | None = None) -> Explanation:
    from kumastats.sources.public import read_public

    try:
        made = read_public(path, mapping=mapping)
    except KumastatsError as problem:
        return Explanation(path.name, None, unknown.found if unknown else Text("", ""), problem, None)
    return Explanation(
        path.name, None, Text(made.report.text("ja"), made.report.text("en")), None, made.report.mapping()
    )


def _mapping(source: str, path: Path, mapping: Mapping, *, draft: bool = False) -> dict[str, Any]:
    """Return the mapping in force, every canonical column with the header it was filled from; in a draft also the others."""
    header: Sequence[str] = next(
        (row for row in Peek.at(path).rows if looks_like_header(source, mapping, row)), ()
    )
    columns: dict[str, Any] = {}
    for name, heads in SOURCES[source].usual.items():
        found = next((h for h in heads if plain(h) in header), heads[0] if draft and heads else None)
        if found is not None:
            columns[name] = found
    given = mapping.body
    return {**given, "source": source, "columns": {**columns, **(given.get("columns") or {})}}
