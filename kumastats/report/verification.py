"""``kumastats publish --check``: whether a release is still what was released, and which file is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from kumastats.disclosure.ledger import NAME, Ledger, contribution
from kumastats.errors import DisclosureError, Place, ReleaseError
from kumastats.report.public_register import read
from kumastats.text import Lang, Text

SUMS = "SHA256SUMS"
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
    found += _attached(release, changed)
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
        )
    ]


def _attached(release: Path, changed: set[str]) -> list[Problem]:
    """The register inside each PDF is the register beside it."""
    register = release / "register.json"
    if not register.is_file():
        return []
    found = []
    for path in sorted(release.glob("*.pdf")):
        if path.name in changed:
            continue
        if register.read_bytes() not in _streams(path.read_bytes()):
            found.append(
                Problem(
                    path.name if "register.json" not in changed else "register.json",
                    Text(
                        "PDFに添付した台帳と register.json が違います。",
                        "The register in the PDF and register.json differ.",
                    ),
                )
            )
    return found


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
