"""Look for planted identifiers in anything that is to leave: text in many encodings, archives, PDFs, notebooks.

A canary is an identifier planted in the raw exports (a staff number, a name). None may appear in a warehouse, an
evidence record or a publication. What cannot be looked into is listed as unread, never passed over.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import html
import importlib
import io
import json
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.errors import DisclosureError
from kumastats.text import Lang, Text

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp")
DEEPEST = 6
LARGEST = 512 * 2**20
SHORTEST = 3
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{8,})>")
_ESCAPE = re.compile(rb"(?:\\u[0-9A-Fa-f]{4}|&#x?[0-9A-Fa-f]+;|%[0-9A-Fa-f]{2})")
_SPACES = re.compile(r"[\s\u3000]+")


@dataclass(frozen=True, order=True)
class Hit:
    """A canary found. The canary itself is not repeated: only its position in the list given.

    Attributes
    ----------
    place
        The file, and the path inside it (``a.zip!b.csv``, ``c.pdf!stream 3``).
    canary
        Position in the list of canaries, from 0.
    encoding
        How it was written.
    """

    place: str
    canary: int
    encoding: str


@dataclass(frozen=True)
class Scan:
    """What a scan found.

    Attributes
    ----------
    scanned
        Pieces looked into: files and what they contain.
    unread
        Pieces that could not be opened, with the reason.
    """

    hits: tuple[Hit, ...]
    scanned: int
    unread: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether everything was read and nothing was found."""
        return not self.hits and not self.unread

    def text(self, lang: Lang = "ja") -> str:
        """Return the result in words."""
        lines = [
            Text(
                f"{self.scanned}か所を調べ、識別子を{len(self.hits)}件見つけました。",
                f"Looked into {self.scanned} pieces and found {len(self.hits)} identifiers.",
            )(lang)
        ]
        lines += [
            Text(f"・{h.place}: {h.canary}番（{h.encoding}）", f"- {h.place}: no. {h.canary} ({h.encoding})")(
                lang
            )
            for h in self.hits
        ]
        lines += [Text(f"・未読: {u}", f"- not read: {u}")(lang) for u in self.unread]
        return "\n".join(lines)


def scan(targets: Iterable[Path | bytes], canaries: Sequence[str]) -> Scan:
    """Look for `canaries` in files, folders and bytes, and in whatever these contain.

    Parameters
    ----------
    targets
        Files, folders (all files below them) or bytes.
    canaries
        Identifiers of at least three characters. Names are also looked for without their space, numbers also in
        full-width digits and (from six digits) without leading zeros.

    Raises
    ------
    DisclosureError
        If no canary is given or one is too short: the scan could not fail.
    FileNotFoundError
        If a target does not exist.
    """
    if not canaries or any(len(_SPACES.sub("", c)) < SHORTEST for c in canaries):
        raise DisclosureError(
            Text(
                f"探す識別子がないか、{SHORTEST}文字より短い。",
                f"There are no canaries, or one is under {SHORTEST} characters.",
            ),
            remedy=Text("truth.json の canaries を渡す。", "Pass the canaries of truth.json."),
        )
    needles = tuple(sorted(set(_needles(canaries))))
    hits: set[Hit] = set()
    unread: set[str] = set()
    scanned = 0
    for place, data in _files(targets):
        for inner, piece, problem in _pieces(place, data, 0):
            scanned += 1
            if problem:
                unread.add(f"{inner}: {problem}")
            for index, encoding, needle, plain in needles:
                if _holds(piece, needle, encoding, plain):
                    hits.add(Hit(inner, index, encoding))
    return Scan(tuple(sorted(hits)), scanned, tuple(sorted(unread)))


def _files(targets: Iterable[Path | bytes]) -> Iterator[tuple[str, bytes]]:
    for i, target in enumerate(targets):
        if isinstance(target, bytes):
            yield f"bytes {i}", target
        elif target.is_dir():
            for path in sorted(p for p in target.rglob("*") if p.is_file()):
                yield path.relative_to(target).as_posix(), path.read_bytes()
        else:
            yield target.name, target.read_bytes()


def _variants(canary: str) -> Iterator[str]:
    bare = _SPACES.sub("", canary)
    yield from {canary, bare, _SPACES.sub(" ", canary), _SPACES.sub("\u3000", canary)}
    if bare.isascii() and bare.isdigit():
        if len(bare.lstrip("0")) >= 6:
            yield bare.lstrip("0")
        yield bare.translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    for form in ("NFC", "NFD", "NFKC"):
        yield unicodedata.normalize(form, canary)


def _needles(canaries: Sequence[str]) -> Iterator[tuple[int, str, bytes, bool]]:
    for index, canary in enumerate(canaries):
        for variant in _variants(canary):
            for encoding in ENCODINGS:
                try:
                    yield index, encoding, variant.encode(encoding), variant.isascii()
                except UnicodeEncodeError:
                    continue


def _holds(data: bytes, needle: bytes, encoding: str, plain: bool) -> bool:
    """Tell whether `needle` stands in `data`; an ASCII one not inside a longer word or decimal number."""
    width = 2 if encoding.startswith("utf-16") else 1
    shift = 1 if encoding == "utf-16-be" else 0
    at = data.find(needle)
    while at >= 0:
        if not plain:
            return True

        def unit(position: int) -> str:
            piece = data[position : position + width]
            if len(piece) < width or (width == 2 and piece[1 - shift]):
                return ""
            return chr(piece[shift if width == 2 else 0])

        before, after = unit(at - width) if at >= width else "", unit(at + len(needle))
        decimal = before == "." and at >= 2 * width and unit(at - 2 * width).isdigit()
        if not (_is_word(before) or _is_word(after) or decimal):
            return True
        at = data.find(needle, at + 1)
    return False


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _pieces(place: str, data: bytes, depth: int) -> Iterator[tuple[str, bytes, str]]:
    """Yield (place, bytes, problem) of `data` and of everything found inside it."""
    yield place, data, ""
    if depth >= DEEPEST:
        yield place, b"", "too deep"
        return
    if len(data) > LARGEST:
        yield place, b"", "too large"
        return
    inside: list[tuple[str, bytes]] = []
    try:
        for found in _inside(place, data):
            inside.append(found)  # what was read before a fault is still looked into
    except (OSError, EOFError, ValueError, zlib.error, RuntimeError, NotImplementedError) as problem:
        yield place, b"", f"{type(problem).__name__} {problem}".strip()
    for name, inner in inside:
        if inner != data:
            yield from _pieces(name, inner, depth + 1)


def _inside(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield f"{place}!{info.filename}", info.filename.encode()
                if not info.is_dir():
                    yield f"{place}!{info.filename}", archive.read(info)
    elif data[:2] == b"\x1f\x8b":
        yield f"{place}!gzip", gzip.decompress(data)
    elif data[:4] == b"PAR1":
        yield f"{place}!values", _parquet(data)
    elif b"%PDF-" in data[:1024]:
        yield from _pdf(place, data)
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _png(place, data)
    else:
        yield from _text(place, data)


def _text(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            strings = "\n".join(_strings(json.loads(data.decode("utf-8-sig"))))
        except ValueError:
            pass
        else:
            yield f"{place}!json", strings.encode("utf-8", "surrogatepass")
    if _ESCAPE.search(data):
        text = data.decode("utf-8", "replace")
        text = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), text)
        text = urllib.parse.unquote(html.unescape(text), errors="replace")
        yield f"{place}!escapes", text.encode("utf-8", "replace")
    for match in _BASE64.finditer(data):
        raw = match[0].rstrip(b"=")
        try:
            decoded = base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
        except binascii.Error:
            continue
        yield f"{place}!base64 at {match.start()}", decoded
    if data.count(b"<") and (hexes := [m[1] for m in _HEX.finditer(data)]):
        yield f"{place}!hex", b"\n\n".join(_unhex(h) for h in hexes)


def _unhex(digits: bytes) -> bytes:
    bare = re.sub(rb"\s", b"", digits)
    return bytes.fromhex((bare + b"0" * (len(bare) % 2)).decode())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield str(key)
            yield from _strings(child)
    elif isinstance(value, list):
        if value and all(isinstance(v, str) for v in value):
            yield "".join(value)  # a notebook keeps a cell as a list of lines
        for child in value:
            yield from _strings(child)
    elif value is not None:
        yield str(value)


def _pdf(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    for i, match in enumerate(re.finditer(rb"stream\r?\n", data)):
        if data[match.start() - 3 : match.start()] == b"end":
            continue
        start = match.end()
        end = data.find(b"endstream", start)
        piece = data[start : end if end >= 0 else len(data)]
        # not deflated, or encrypted: read as it stands
        with contextlib.suppress(zlib.error):
            piece = zlib.decompressobj().decompress(piece, LARGEST)
        yield f"{place}!stream {i}", piece
    yield from _text(place, data)
    yield f"{place}!text", _pdf_text(data).encode("utf-8", "replace")


def _pdf_text(data: bytes) -> str:
    """Return the words on the pages: subset fonts hold glyph numbers, which no search of the bytes can read."""
    try:
        import pypdf
    except ModuleNotFoundError as missing:
        raise NotImplementedError("pypdf") from missing
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        return "\n".join(page.extract_text() for page in reader.pages)
    except (pypdf.errors.PyPdfError, KeyError, TypeError, AttributeError, IndexError) as broken:
        raise ValueError("pages cannot be read") from broken


def _png(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind in (b"zTXt", b"iTXt"):
            for start in (m.start() for m in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", body)):
                try:
                    yield f"{place}!{kind.decode()}", zlib.decompress(body[start:])
                except zlib.error:
                    continue
        at += 12 + size


def _parquet(data: bytes) -> bytes:
    pq: Any = importlib.import_module("pyarrow.parquet")

    values: list[str] = []
    for column in pq.ParquetFile(io.BytesIO(data)).read().columns:
        values.extend(str(v) for v in column.unique().to_pylist() if v is not None)
    return "\n".join(values).encode("utf-8", "replace")
