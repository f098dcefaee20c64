"""``kumastats publish --check``: whether a release is still what was released, and which file is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.disclosure.ledger import NAME, Ledger, contribution
from kumastats.errors import DisclosureError, Place, ReleaseError
from kumastats.report import lint
from kumastats.report.public_register import read
from kumastats.report.sheets import register_csv
from kumastats.text import Lang, Text

SUMS, APPROVALS = "SHA256SUMS", "approvals.json"
SHOWN = 5
NOT_CONTENT = ("release.json", SUMS)


@dataclass(frozen=True, order=True)
class Problem:
    """A file of a release that is not as released."""

    file: str
    found: Text


@dataclass(frozen=True)
class Verification:
    """What checking a release found."""

    release: str
    files: int
    problems: tuple[Problem, ...]

    @property
    def intact(self) -> bool:
        """Whether everything is as it was released."""
        return not self.problems

    @property
    def text(self) -> Text:
        """The result in words."""
        return Text(self._lines("ja"), self._lines("en"))

    def _lines(self, lang: Lang) -> str:
        if self.intact:
            return Text(
                f"{self.release}: {self.files}ファイルすべて公表時のままです。",
                f"{self.release}: all {self.files} files are as released.",
            )(lang)
        head = Text(
            f"{self.release}: 公表時と違うものが{len(self.problems)}件あります。",
            f"{self.release}: {len(self.problems)} things are not as released.",
        )
        return "\n".join([head(lang), *(f"・{p.file}: {p.found(lang)}" for p in self.problems)])

    def to_dict(self) -> dict[str, object]:
        """Return it for ``--json``."""
        problems = [{"file": p.file, "found": p.found.to_dict()} for p in self.problems]
        return {"release": self.release, "intact": self.intact, "files": self.files, "problems": problems}


def check(releases: Path, name: str) -> Verification:
    """Hold a release against its checksums, the hash its partners approved, its PDFs' attachments and the ledger.

    Parameters
    ----------
    releases
        The folder of releases.
    name
        Id of the release.

    Raises
    ------
    ReleaseError
        If there is no such release.
    """
    release = releases / name
    if not (release / SUMS).is_file():
        held = sorted(p.parent.name for p in releases.glob(f"*/{SUMS}"))
        raise ReleaseError(
            Text(f"公表資料「{name}」はありません。", f"There is no release “{name}”."),
            place=Place(file="releases"),
            remedy=Text(
                f"あるのは {', '.join(held) or '（なし）'}", f"There are {', '.join(held) or '(none)'}"
            ),
        )
    found = [
        Problem(f, Text("公表時と中身が違うか、ありません。", "Changed since the release, or missing."))
        for f in verify(release)
    ]
    listed = _listed(release)
    found += [
        Problem(p.name, Text("公表した一覧にないファイルです。", "Not among the files released."))
        for p in sorted(release.iterdir())
        if p.name not in listed and p.name != SUMS
    ]
    changed = {p.file for p in found}
    found += _hash(release, changed)
    found += _approved(releases, release, changed)
    found += _attached(release, changed)
    found += _numbers(release, changed)
    found += _in_ledger(releases, release, changed)
    return Verification(name, len(listed), tuple(sorted(set(found))))


def verify(release: Path) -> tuple[str, ...]:
    """Return the files of a release that are missing or differ from its checksums; none is the good case."""
    wrong = []
    for name, digest in _listed(release).items():
        path = release / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    return tuple(wrong)


def _listed(release: Path) -> dict[str, str]:
    lines = (release / SUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _content_hash(release: Path) -> str:
    digests = {f: d for f, d in _listed(release).items() if f not in NOT_CONTENT}
    return hashlib.sha256("".join(f"{digests[f]}  {f}\n" for f in sorted(digests)).encode()).hexdigest()


def _hash(release: Path, changed: set[str]) -> list[Problem]:
    if "release.json" in changed:
        return []
    told = json.loads((release / "release.json").read_text(encoding="utf-8"))
    if told["content_hash"] == _content_hash(release):
        return []
    return [
        Problem(
            SUMS,
            Text(
                "承認された内容のハッシュと一致しません。",
                "It does not give the hash of the content that was approved.",
            ),
        ),
        *_twin(release, changed),
    ]


def _twin(release: Path, changed: set[str]) -> list[Problem]:
    """Of a content that is not what was approved: whether the table of the register is one of them that were changed."""
    held = [release / name for name in ("register.json", "register.csv")]
    if any(not p.is_file() or p.name in changed for p in held):
        return []
    if held[1].read_bytes() == register_csv(held[0].read_bytes()):
        return []
    told = Text("register.json の表ではありません。", "It is not the table of register.json.")
    return [Problem("register.csv", told)]


def _approved(releases: Path, release: Path, changed: set[str]) -> list[Problem]:
    """The approvals a release names were recorded for its content, of every partner that gave one; a public one has some."""
    if "release.json" in changed:
        return []
    told = json.loads((release / "release.json").read_text(encoding="utf-8"))
    path = releases / APPROVALS
    recorded = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    mine = [a for a in recorded if a["content_hash"] == told["content_hash"]]
    named = told["approvals"]
    whole = {a["partner"] for a in named} == {a["partner"] for a in mine}
    if whole and all(a in mine for a in named) and (mine or told["profile"] != "public"):
        return []
    said = Text(
        f"承認の記録（{APPROVALS}）と違います。", f"Its approvals are not those recorded in {APPROVALS}."
    )
    return [Problem("release.json", said)]


def _attached(release: Path, changed: set[str]) -> list[Problem]:
    """The register inside each PDF is the register beside it."""
    register = release / "register.json"
    if not register.is_file():
        return []
    found = []
    for path in sorted(release.glob("*.pdf")):
        if path.name in changed:
            continue
        streams = _streams(path.read_bytes())
        if register.read_bytes() not in streams:
            odd = ", ".join(_differing(register.read_bytes(), streams)[:SHOWN])
            found.append(
                Problem(
                    path.name if "register.json" not in changed else "register.json",
                    Text(
                        f"PDFに添付した台帳と register.json が違います{f'（{odd}）' if odd else ''}。",
                        f"The register in the PDF and register.json differ{f' ({odd})' if odd else ''}.",
                    ),
                )
            )
    return found


def _differing(register: bytes, streams: set[bytes]) -> list[str]:
    """Return the numbers in which a register differs from the one a PDF carries."""
    for stream in streams:
        if stream.startswith(b"{") and b'"records"' in stream:
            try:
                a, b = (dict(_flat(json.loads(x))) for x in (register, stream))
            except (ValueError, KeyError, TypeError):
                return []
            return sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    return []


def _flat(body: Any) -> Iterator[tuple[str, Any]]:
    for r in body["records"]:
        yield r["id"], {k: v for k, v in r.items() if k not in ("numbers", "series")}
        yield from ((f"{r['id']}.{x['name']}", x) for k in ("numbers", "series") for x in r[k])
    yield from ((f"fact.{k}", v) for k, v in body.get("facts", {}).items())


def _numbers(release: Path, changed: set[str]) -> list[Problem]:
    """Every number on the pages and in the PDFs is the register's: of the copy in a PDF where the one beside was changed."""
    files = {p.name: p.read_bytes() for p in release.iterdir() if p.suffix in (".json", ".html", ".pdf")}
    whole = [f for f in sorted(files) if f.endswith(".pdf") and f not in changed]
    if "register.json" in changed and whole:
        carried = [s for s in _streams(files[whole[0]]) if s.startswith(b"{") and b'"records"' in s]
        files["register.json"] = carried[0] if carried else b"{}"
    try:
        wrong = lint.check(files)
    except (ValueError, KeyError, TypeError) as error:
        said = str(error)
        return [Problem("register.json", Text(f"読めません: {said}", f"It cannot be read: {said}"))]
    return [
        Problem(
            w.file, Text(f"{w.place}「{w.number}」: {w.found.ja}", f"{w.place}, “{w.number}”: {w.found.en}")
        )
        for w in wrong
    ]


def _streams(pdf: bytes) -> set[bytes]:
    """Return the streams of a PDF, unpacked."""
    found = set()
    for match in re.finditer(rb"stream\r?\n", pdf):
        with contextlib.suppress(zlib.error):
            found.add(zlib.decompressobj().decompress(pdf[match.end() :]))
    return found


def _in_ledger(releases: Path, release: Path, changed: set[str]) -> list[Problem]:
    """The ledger holds this content, and the rows that follow from its register."""
    try:
        entry = Ledger.open(releases).entry(release.name)
    except DisclosureError as error:
        return [Problem(NAME, error.found)]
    if entry is None:
        return [Problem(NAME, Text("この公表が元帳にありません。", "The ledger lacks this release."))]
    found = []
    if entry.content_hash != _content_hash(release):
        found.append(
            Problem(SUMS, Text("元帳に記録した内容と違います。", "The ledger recorded another content."))
        )
    if "register.json" not in changed:
        rows, left = contribution(read((release / "register.json").read_bytes()))
        if (rows, left) != (entry.rows, entry.not_attacked):
            found.append(
                Problem(
                    "register.json",
                    Text("元帳の数値と違います。", "Its numbers are not those of the ledger."),
                )
            )
    return found
