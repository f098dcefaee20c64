"""Keyed hashes in place of staff numbers, and words about a number that do not tell it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.text import Text


@dataclass(frozen=True)
class IdentityKey:
    """The key of HMAC-SHA-256 by which identities are replaced on read.

    Whoever holds it can link the hashed rows to staff numbers: it stays in ``keys/``, outside the warehouse, and
    destroying it makes the link impossible.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def create(cls, path: Path) -> IdentityKey:
        """Make a new key of 32 random bytes, readable by its owner only.

        Raises
        ------
        FileExistsError
            If there is one: replacing a key would split every person in two.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        text = secrets.token_hex(32)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
        return cls(bytes.fromhex(text))

    @classmethod
    def load(cls, path: Path) -> IdentityKey:
        """Read a key.

        Raises
        ------
        SourceError
            If the file is not a key.
        """
        text = path.read_text(encoding="ascii", errors="replace").strip()
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            raise SourceError(
                Text("個人識別の鍵が壊れています。", "The identity key is damaged."),
                place=Place(file=path.name),
                remedy=Text(
                    "控えから戻してください。作り直すと過去のデータと結び付かなくなります。",
                    "Restore it from its backup; a new one would not match the data held.",
                ),
            )
        return cls(bytes.fromhex(text))

    @classmethod
    def of(cls, path: Path) -> IdentityKey:
        """Read the key at `path`, or make it."""
        return cls.load(path) if path.exists() else cls.create(path)

    def hash_one(self, kind: str, value: str) -> str:
        """Return the hash of one identity of this kind (``staff``, ``viva``, ``desk``)."""
        plain = unicodedata.normalize("NFKC", value).strip()
        digest = hmac.new(self.secret, f"{kind}\x1f{plain}".encode(), hashlib.sha256).hexdigest()
        return "p" + digest[:31]

    def hash_all(self, kind: str, values: Iterable[str | None]) -> list[str | None]:
        """Hash a column; each distinct value once, missing values stay missing."""
        known: dict[str, str] = {}
        out: list[str | None] = []
        for value in values:
            if value is None:
                out.append(None)
                continue
            if value not in known:
                known[value] = self.hash_one(kind, value)
            out.append(known[value])
        return out


def pattern(value: str) -> str:
    r"""Describe an identity by its kinds of characters, never by the characters.

    >>> pattern("A012345"), pattern("架空 太郎")
    ('[A-Z]\\d{6}', '漢字{2}空白漢字{2}')
    """
    parts: list[tuple[str, int]] = []
    for character in value:
        kind = _kind(character)
        if parts and parts[-1][0] == kind:
            parts[-1] = (kind, parts[-1][1] + 1)
        else:
            parts.append((kind, 1))
    return "".join(kind + (f"{{{n}}}" if n > 1 else "") for kind, n in parts)


def _kind(character: str) -> str:
    if character.isdigit():
        return r"\d"
    if character.isascii():
        return (
            "[A-Z]"
            if character.isupper()
            else "[a-z]"
            if character.islower()
            else "空白"
            if character.isspace()
            else "記号"
        )
    if character.isspace():
        return "空白"
    name = unicodedata.name(character, "")
    return "漢字" if name.startswith("CJK") else "かな" if "GANA" in name or "KANA" in name else "文字"


_CONCEALED = re.compile(r"[0-9A-Fa-f]{32}")


def is_concealed(value: str) -> bool:
    """Tell whether Microsoft 365 has concealed a name: 32 hexadecimal digits in its place."""
    return bool(_CONCEALED.fullmatch(value.strip()))
