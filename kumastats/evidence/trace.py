"""A number's road back: record, notebook and parameters, snapshot, deliveries, source files and their hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.evidence.record import EvidenceRecord
from kumastats.evidence.register import Register
from kumastats.evidence.sentence import point, sentence, show
from kumastats.text import Lang, Text

MOST_FILES = 12


@dataclass(frozen=True)
class Road:
    """The road of one record.

    Attributes
    ----------
    numbers
        The numbers asked for: all, or the one named.
    deliveries
        What the warehouse says of each delivery it rests on.
    """

    record: EvidenceRecord
    numbers: tuple[str, ...]
    deliveries: tuple[Mapping[str, Any], ...]

    def text(self, lang: Lang = "ja") -> str:
        """Return the road in words, from the number to the files."""
        r = self.record
        lines = [f"{r.id}（{r.quarter}）" if lang == "ja" else f"{r.id} ({r.quarter})", sentence(r, lang), ""]
        for name in self.numbers:
            x = held(r, name)
            if x is not None:
                ends = f" ({show(x, lang, 'interval')})" if x.low is not None and x.high is not None else ""
                n = f"  n={x.n:,}" if x.n is not None else ""
                lines.append(f"  {name} = {show(x, lang)}{ends}{n}  [{x.form}]")
        parameters = ", ".join(f"{k}={v}" for k, v in sorted(r.parameters.items()) if v != "")
        lines += [
            "",
            _say(
                lang,
                f"記録　　　　　 {r.hash[:16]}（{r.design}、確かさ {r.certainty.level}）",
                f"record      {r.hash[:16]} ({r.design}, certainty {r.certainty.level})",
            ),
            _say(
                lang,
                f"ノートブック　 notebooks/{r.notebook}.ipynb　{parameters}",
                f"notebook    notebooks/{r.notebook}.ipynb  {parameters}",
            ),
            _say(
                lang, f"プログラム　　 kumastats {r.code_version}", f"program     kumastats {r.code_version}"
            ),
            _say(lang, f"スナップショット {r.snapshot}", f"snapshot    {r.snapshot}"),
        ]
        for delivery in self.deliveries:
            files = delivery["files"]
            lines.append(
                _say(
                    lang,
                    f"受領 {delivery['id']}　{delivery['table']} {delivery['period']}　{delivery['received_on']}　{delivery['rows']:,}行",
                    f"delivery {delivery['id']}  {delivery['table']} {delivery['period']}  {delivery['received_on']}  {delivery['rows']:,} rows",
                )
            )
            lines += [f"    {f['file']}  sha256 {f['sha256'][:16]}…" for f in files[:MOST_FILES]]
            if len(files) > MOST_FILES:
                more = len(files) - MOST_FILES
                lines.append(
                    _say(
                        lang,
                        f"    ほか{more}ファイル（--json で全部）",
                        f"    and {more} more files (all with --json)",
                    )
                )
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "record": self.record.to_dict(),
            "sha256": self.record.hash,
            "numbers": list(self.numbers),
            "deliveries": [{k: v for k, v in d.items() if k != "coverage"} for d in self.deliveries],
        }


def _say(lang: Lang, ja: str, en: str) -> str:
    return Text(ja, en)(lang)


def held(record: EvidenceRecord, name: str) -> PublishedNumber | None:
    """Return a number of a record, or the point ``series[x]`` of one of its series; None where it has none."""
    stem, _, at = name.rstrip("]").partition("[")
    if not at:
        return record.number(name)
    for series in record.series:
        if series.name == stem:
            for i, x in enumerate(series.x):
                if str(x) == at and series.y[i] is not None:
                    return point(series, i)
    return None


def trace(register: Register, reference: str, deliveries: Mapping[str, Mapping[str, Any]]) -> Road:
    """Return the road of ``id``, ``id.number`` or ``id.series[x]``.

    Raises
    ------
    EvidenceError
        If there is no such record or number.
    """
    id_, dot, name = reference.partition(".")
    record = register.get(id_)
    if dot and held(record, name) is None:
        register.number(reference)
    names = (name,) if dot else tuple(x.name for x in record.numbers)
    return Road(record, names, tuple(deliveries[d] for d in record.deliveries if d in deliveries))
