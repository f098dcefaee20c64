"""Numbers marked in running text with where they come from, so that a page can link each one and a check can find it.

A mark is put around a shown number by characters of the private use area, which no text of ours contains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


def mark(reference: str, shown: str) -> str:
    """Return `shown` with the reference of its number.

    >>> plain("about " + mark("counter-waits.mean", "12.3 min"))
    'about 12.3 min'
    """
    return f"{_OPEN}{reference}{_MIDDLE}{shown}{_CLOSE}"


def plain(text: str) -> str:
    """Return the text as it is read, without marks."""
    return _MARK.sub(r"\2", text)


def marks(text: str) -> Iterator[tuple[str, str]]:
    """Yield reference and shown number of every mark."""
    for match in _MARK.finditer(text):
        yield match[1], match[2]


def replace(text: str, each: Callable[[str, str], str]) -> str:
    """Replace every mark by ``each(reference, shown)``."""
    return _MARK.sub(lambda m: each(m[1], m[2]), text)
