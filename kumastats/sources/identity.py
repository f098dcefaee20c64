"""Keyed hashes in place of staff numbers: the key, its rotations, and what is left after its destruction."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.sources.identity_map import FILE as MAP_FILE
from kumastats.sources.identity_map import LABELS, IdentityMap, normal
from kumastats.sources.identity_pattern import is_concealed, pattern
from kumastats.text import Text

__all__ = [
    "DESTROYED", "KEY_FILE", "MAPPED", "DestroyedKey", "IdentityKey", "fingerprint", "is_concealed", "is_hash", "pattern",
    "rehash",
]  # fmt: skip

KEY_FILE = "identity.key"
DESTROYED = "destroyed.json"
# kinds that the identity map turns into a staff number
MAPPED = ("upn", "print", "viva")
_HASH = re.compile(r"p[0-9a-f]{31}")


@dataclass(frozen=True)
class IdentityKey:
    """The key of HMAC-SHA-256 by which identities are replaced on read.

    Whoever holds it can link the hashed rows to staff numbers: it stays in ``keys/``, outside the warehouse, and
    destroying it makes the link impossible. A key that was rotated is a chain: what the first secret makes, each later
    one hashes again.

    Attributes
    ----------
    secret, later
        The first secret, and those that rotations added.
    identities
        The identity map: one person has one hash, whichever identity a source knows.
    """

    secret: bytes = field(repr=False)
    later: tuple[bytes, ...] = field(default=(), repr=False)
    identities: IdentityMap = field(default_factory=IdentityMap.empty, repr=False, compare=False)
    # by kind, the hashes made and whether the map knew the person
    _met: dict[str, dict[str, bool]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def create(cls, path: Path) -> IdentityKey:
        """Make a new key of 32 random bytes, readable by its owner only.

        Raises
        ------
        FileExistsError
            If there is one: replacing a key would split every person in two.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_bytes(32)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
        return cls(secret, identities=IdentityMap.load(path.with_name(MAP_FILE)))

    @classmethod
    def load(cls, path: Path, key_id: str | None = None) -> IdentityKey:
        """Read a key, and the identity map that lies beside it.

        Parameters
        ----------
        key_id
            Fingerprint of the key in force: later secrets, which an interrupted rotation left, do not count. By
            default all of the file is in force.

        Raises
        ------
        SourceError
            If the file is not a key, or is not the key of this fingerprint.
        """
        text = path.read_text(encoding="ascii", errors="replace")
        lines = text.split()
        if not lines or not all(re.fullmatch(r"[0-9a-f]{64}", line) for line in lines):
            raise SourceError(
                Text("個人識別の鍵が壊れています。", "The identity key is damaged."),
                place=Place(file=path.name),
                remedy=Text(
                    "控えから戻してください。作り直すと過去のデータと結び付かなくなります。",
                    "Restore it from its backup; a new one would not match the data held.",
                ),
            )
        chain = [bytes.fromhex(line) for line in lines]
        if key_id is not None:
            fits = [n for n in range(len(chain), 0, -1) if fingerprint(chain[:n]) == key_id]
            if not fits:
                raise SourceError(
                    Text(
                        "個人識別の鍵が、取り込み済みのデータの鍵と違います。",
                        "The identity key is not the key of the data held.",
                    ),
                    place=Place(file=path.name),
                    remedy=Text(
                        f"データの鍵（指紋 {key_id}）を控えから戻してください。別の研究の鍵か、交換前の古い控えです。",
                        f"Restore the key of the data (fingerprint {key_id}); this one is of another study, or a backup"
                        " from before a rotation.",
                    ),
                )
            chain = chain[: fits[0]]
        return cls(chain[0], tuple(chain[1:]), IdentityMap.load(path.with_name(MAP_FILE)))

    @classmethod
    def of(cls, path: Path) -> IdentityKey:
        """Read the key at `path`, or make it. After its destruction no key is made: what it returns refuses to hash."""
        destroyed = path.with_name(DESTROYED)
        if destroyed.exists():
            return DestroyedKey.read(destroyed)
        return cls.load(path) if path.exists() else cls.create(path)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Every secret, the first one first."""
        return (self.secret, *self.later)

    @property
    def key_id(self) -> str:
        """The fingerprint of the chain; it tells nothing about the secrets."""
        return fingerprint(self.chain)

    def rotated(self, secret: bytes) -> IdentityKey:
        """Return the key with one more secret."""
        return IdentityKey(self.secret, (*self.later, secret), self.identities)

    def afresh(self) -> IdentityKey:
        """Return the same key with nothing counted yet, to count what one file holds."""
        return replace(self)

    def hash_one(self, kind: str, value: str) -> str:
        """Return the hash of one identity of this kind (``staff``, ``upn``, ``print``, ``viva``, ``desk`` …).

        An identity the map knows is hashed as its person's staff number; another one under its own kind, and counted.
        """
        plain = normal(kind, value)
        if kind not in MAPPED:
            return self._hash(kind, plain)
        if kind != "viva" and is_concealed(plain):
            return self._hash("concealed", plain)
        person = self.identities.person_of(kind, plain)
        made = self._hash(kind, plain) if person is None else self._hash("staff", person)
        self._met.setdefault(kind, {})[made] = person is not None
        return made

    def _hash(self, kind: str, plain: str) -> str:
        made = _digest(self.secret, f"{kind}\x1f{plain}")
        for secret in self.later:
            made = rehash(secret, made)
        return made

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

    @property
    def met(self) -> dict[str, int]:
        """How many distinct users were hashed, by kind of identity."""
        return {kind: len(known) for kind, known in sorted(self._met.items())}

    @property
    def unmatched(self) -> dict[str, int]:
        """How many of `met` are not in the identity map."""
        return {kind: sum(not k for k in known.values()) for kind, known in sorted(self._met.items())}

    @property
    def matching(self) -> tuple[Text, ...]:
        """What a reading report says about users and the identity map, a sentence a kind of identity."""
        told = []
        for kind, n in self.met.items():
            missing = self.unmatched[kind]
            told.append(
                Text(
                    f"利用者{n:,}人のうち{missing:,}人が識別子の対応表にない（{LABELS[kind].ja}）",
                    f"{missing:,} of {n:,} users not in the identity map ({LABELS[kind].en})",
                )
            )
        return tuple(told)


@dataclass(frozen=True)
class DestroyedKey(IdentityKey):
    """What is left of a key that was destroyed: it refuses to hash anything."""

    on: str = ""

    @classmethod
    def read(cls, path: Path) -> DestroyedKey:
        """Read when the key was destroyed. A note that cannot be read is as final."""
        try:
            on = str(json.loads(path.read_text(encoding="utf-8"))["destroyed_on"])
        except (ValueError, KeyError, TypeError):
            on = "?"
        return cls(b"", on=on)

    @property
    def key_id(self) -> str:
        """There is none."""
        return ""

    def afresh(self) -> IdentityKey:
        """Return itself."""
        return self

    def refusal(self) -> SourceError:
        """Return the error that says why nothing can be hashed."""
        return SourceError(
            Text(
                f"個人識別の鍵は {self.on} に廃棄されています。職員や受付番号をハッシュにする種類は取り込めません。",
                f"The identity key was destroyed on {self.on}: sources whose people or numbers are hashed cannot be"
                " taken in.",
            ),
            place=Place(file=DESTROYED),
            remedy=Text(
                "識別子を持たない種類は取り込めます。続けて集めるなら、新しい研究フォルダーを作ってください。",
                "Sources without identities can still be taken in; to go on collecting, make a new study folder.",
            ),
        )

    def hash_one(self, kind: str, value: str) -> str:
        """Refuse.

        Raises
        ------
        SourceError
            Always.
        """
        raise self.refusal()


def fingerprint(chain: Sequence[bytes]) -> str:
    """Return the fingerprint of a chain of secrets, 12 hexadecimal digits."""
    return hashlib.sha256("\n".join(s.hex() for s in chain).encode("ascii")).hexdigest()[:12]


def rehash(secret: bytes, made: str) -> str:
    """Return what a further secret makes of a hash."""
    return _digest(secret, made)


def is_hash(value: str) -> bool:
    """Tell whether a value has the form of a keyed hash."""
    return bool(_HASH.fullmatch(value))


def _digest(secret: bytes, told: str) -> str:
    return "p" + hmac.digest(secret, told.encode(), "sha256").hex()[:31]
