"""The text of a PDF of ours, page by page, without what is no content: headers, page numbers, repeated table heads.

It reads what Typst writes (objects in the open, compressed streams, fonts with Unicode maps) and nothing else, so that a
release can be checked where no PDF library is installed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_INNER = rb"\\.|[^\\()]"
_STRING = rb"\((?:" + _INNER + rb")*\)"
for _ in range(4):  # brackets inside a string need no escape where they are paired
    _STRING = rb"\((?:" + _INNER + rb"|" + _STRING + rb")*\)"
_TOKEN = re.compile(
    rb"(?P<open>/(?P<tag>\w+)\s*(?:<<(?:[^<>]|<<[^<>]*>>|<[^<>]*>)*>>|/\w+)?\s*B[DM]C)|(?P<close>EMC)"
    rb"|/(?P<font>\w+)\s+[\d.]+\s+Tf|(?P<show>" + _STRING + rb"|<[0-9A-Fa-f]*>)",
    re.DOTALL,
)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> tuple[str, ...]:
    """Return the text of each page in the order it is written; pieces that are set apart are separated by a space."""
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(pdf)}
    return tuple("".join(_page(objects, number)) for number in _page_numbers(objects))


def _page_numbers(objects: dict[int, bytes]) -> list[int]:
    """Return the page objects in order, down the page tree from its root."""
    found: list[int] = []

    def below(number: int) -> None:
        body = objects.get(number, b"")
        kids = re.search(rb"/Kids\s*\[([^\]]*)\]", body)
        if kids:
            for kid in re.findall(rb"(\d+) 0 R", kids[1]):
                below(int(kid))
        elif re.search(rb"/Type\s*/Page\b", body):
            found.append(number)

    for body in objects.values():
        root = re.search(rb"/Type\s*/Catalog\b", body) and re.search(rb"/Pages (\d+) 0 R", body)
        if root:
            below(int(root[1]))
    return found


def _stream(body: bytes) -> bytes:
    at = body.find(b"stream")
    return zlib.decompressobj().decompress(body[at + 6 :].lstrip(b"\r\n")) if at >= 0 else b""


def _page(objects: dict[int, bytes], number: int) -> Iterator[str]:
    body = objects[number]
    resources = _referenced(objects, body, b"Resources")
    fonts_at = re.search(rb"/Font\s*<<(.*?)>>", resources, re.DOTALL)
    fonts_body = fonts_at[1] if fonts_at else _referenced(objects, resources, b"Font")
    fonts = {m[1]: _unicode(objects, int(m[2])) for m in re.finditer(rb"/(\w+) (\d+) 0 R", fonts_body)}
    content = re.search(rb"/Contents (\d+) 0 R", body)
    if content is None:
        return
    stack: list[bytes] = []
    font: dict[int, str] = {}
    for m in _TOKEN.finditer(_stream(objects[int(content[1])])):
        if m["open"]:
            stack.append(m["tag"])
        elif m["close"]:
            if stack:
                stack.pop()
            yield " "
        elif m["font"]:
            font = fonts.get(m["font"], {})
        elif b"Artifact" not in stack:
            codes = _bytes(m["show"])
            yield "".join(font.get(codes[i] << 8 | codes[i + 1], "") for i in range(0, len(codes) - 1, 2))


def _referenced(objects: dict[int, bytes], body: bytes, key: bytes) -> bytes:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    return objects.get(int(found[1]), b"") if found else body


def _unicode(objects: dict[int, bytes], number: int) -> dict[int, str]:
    """Return glyph to text of a font, from its Unicode map."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects.get(number, b""))
    if found is None:
        return {}
    text = _stream(objects[int(found[1])])
    out: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, said in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            out[int(code, 16)] = bytes.fromhex(said.decode()).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, said in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block
        ):
            start = bytes.fromhex(said.decode()).decode("utf-16-be", "replace")
            for i in range(int(last, 16) - int(first, 16) + 1):
                out[int(first, 16) + i] = start[:-1] + chr(ord(start[-1]) + i)
    return out


def _bytes(token: bytes) -> bytes:
    if token.startswith(b"<"):
        return bytes.fromhex(token[1:-1].decode())

    def one(m: re.Match[bytes]) -> bytes:
        if m[1][:1].isdigit():
            return bytes([int(m[1], 8) & 255])
        return _ESCAPES.get(m[1], m[1])

    return re.sub(rb"\\([0-7]{1,3}|.)", one, token[1:-1], flags=re.DOTALL)
