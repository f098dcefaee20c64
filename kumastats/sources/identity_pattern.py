"""Words about an identity that do not tell it."""

from __future__ import annotations

import re
import unicodedata


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
