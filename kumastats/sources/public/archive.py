"""Zip files, opened only after their sizes were judged: bombs, locked members and nested archives are refused."""

from __future__ import annotations

import io
import zipfile
import zlib

from kumastats.errors import Place, SourceError
from kumastats.text import Text

MAX_MEMBERS = 2_000
MAX_TOTAL = 600_000_000
MAX_RATIO = 250
SMALL = 5_000_000
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class Archive:
    """A zip file held in memory, its members' sizes within limits."""

    def __init__(self, data: bytes, file: str):
        self.file = file
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise _damaged(Place(file=file)) from error
        self.members = {_name(i): i for i in self._zip.infolist() if not i.is_dir()}
        self._check(len(data))

    def _check(self, packed: int) -> None:
        infos = self._zip.infolist()
        total = sum(i.file_size for i in infos)
        # a member may be packed far better than its archive is: judge each, and all
        ratio = max((i.file_size / max(i.compress_size, 1) for i in infos if i.file_size > SMALL), default=0)
        if (
            len(infos) > MAX_MEMBERS
            or total > MAX_TOTAL
            or (total > SMALL and max(ratio, total / max(packed, 1)) > MAX_RATIO)
        ):
            raise SourceError(
                Text(
                    f"展開すると大きくなりすぎます（{len(infos):,}件、{total:,}バイト）。",
                    f"It would unpack to too much ({len(infos):,} members, {total:,} bytes).",
                ),
                place=Place(file=self.file),
                remedy=Text(
                    f"{MAX_MEMBERS:,}件、{MAX_TOTAL:,}バイト、{MAX_RATIO}倍までのものを読みます。展開せずに送り主に確かめてください。",
                    f"Up to {MAX_MEMBERS:,} members, {MAX_TOTAL:,} bytes and {MAX_RATIO} times are read. Ask the sender; "
                    "do not unpack it.",
                ),
            )

    def names(self) -> tuple[str, ...]:
        """Return the members in name order, without what file managers leave behind."""
        return tuple(
            sorted(
                n
                for n in self.members
                if not any(j in n if j.endswith("/") else n.endswith(j) for j in _JUNK)
            )
        )

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Raises
        ------
        SourceError
            If it is locked or damaged.
        """
        info = self.members[name]
        place = Place(file=f"{self.file}/{base_name(name)}")
        if info.flag_bits & 0x1:
            raise SourceError(
                Text("パスワードで保護されています。", "It is protected by a password."),
                place=place,
                remedy=Text(
                    "パスワードを外したものを取り込んでください。", "Ingest it without its password."
                ),
            )
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise _damaged(place) from error


def base_name(name: str) -> str:
    r"""Return the last part of a member's path, whichever way it leans.

    >>> base_name("../../etc/passwd"), base_name("C:\\data\\a.csv")
    ('passwd', 'a.csv')
    """
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _name(info: zipfile.ZipInfo) -> str:
    # Windows in Japan writes names in CP932 without saying so
    if not info.flag_bits & 0x800:
        try:
            return info.filename.encode("cp437").decode("cp932")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return info.filename
    return info.filename


def _damaged(place: Place) -> SourceError:
    return SourceError(
        Text("圧縮ファイルが壊れています。", "The archive is damaged."),
        place=place,
        remedy=Text("もう一度受け取ってください。", "Have it sent again."),
    )
