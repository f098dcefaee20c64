"""The placeholders of a statement, and the rule that no figure is typed into it.

========================  ==========================================================
``{effect}``              the number with its unit
``{effect.bare}``         without its unit
``{effect.abs}``          without its sign (the words say “fell”)
``{effect.signed}``       always with a sign
``{effect.interval}``     its interval with the unit
``{effect.range}``        its interval without the unit
``{effect.low}``, ``.high``  one end
``{effect.n}``            the rows it rests on
``{year.plain}``          digits without separators or unit
``{=over 45 hours}``      a fixed name with digits in it: not a finding
========================  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kumastats.errors import EvidenceError, Place
from kumastats.text import Text

VIEWS = ("", "bare", "abs", "signed", "interval", "range", "low", "high", "n", "plain")
PLACEHOLDER = re.compile(r"\{(?:=(?P<literal>[^{}]*)|(?P<name>[a-z][a-z0-9_]*)(?:\.(?P<view>[a-z]+))?)\}")


def placeholders(template: str) -> set[str]:
    """Return the numbers a template names.

    Raises
    ------
    EvidenceError
        If a view is unknown or a brace is left over.

    >>> sorted(placeholders("fell by {effect.abs} ({effect.interval}), {=over 45 h}, n {n}"))
    ['effect', 'n']
    """
    names = set()
    for match in PLACEHOLDER.finditer(template):
        if match["name"]:
            if (match["view"] or "") not in VIEWS:
                raise EvidenceError(
                    Text(f"「{match[0]}」の見せ方は未知です。", f"“{match[0]}” asks for an unknown view."),
                    remedy=Text(f"使えるのは {', '.join(VIEWS[1:])}", f"Known: {', '.join(VIEWS[1:])}"),
                )
            names.add(match["name"])
    if re.search(r"[{}]", PLACEHOLDER.sub("", template)):
        raise EvidenceError(
            Text(
                "文の波括弧が閉じていないか、中身が読めません。",
                "A brace in the statement is unpaired or unreadable.",
            ),
            remedy=Text("{名前} か {名前.interval} の形で。", "Write {name} or {name.interval}."),
        )
    return names


def fill(template: str, value: Callable[[str, str], str]) -> str:
    """Replace each placeholder by ``value(name, view)``; literals by themselves."""

    def one(match: re.Match[str]) -> str:
        literal = match["literal"]
        return literal if literal is not None else value(match["name"], match["view"] or "")

    return PLACEHOLDER.sub(one, template)


def refuse_typed_digits(template: str, *, place: Place | None = None) -> None:
    """Refuse a digit outside placeholders: figures come from the register only.

    Raises
    ------
    EvidenceError
        Showing the words around the digit.
    """
    bare = PLACEHOLDER.sub("", template)
    for i, character in enumerate(bare):
        if character.isdigit() or (character.isnumeric() and not _is_ideograph(character)):
            around = bare[max(0, i - 8) : i + 8]
            raise EvidenceError(
                Text(
                    f"文に数字が直接書かれています: 「{around}」",
                    f"A figure is typed into the statement: “{around}”",
                ),
                place=place,
                remedy=Text(
                    "数値は {名前} に、名称に含まれる数字は {=名称} に。",
                    "Use {name} for a number, {=words} for digits that belong to a name.",
                ),
            )


def literal(text: str) -> str:
    """Return `text` safe to stand in a template: marked as a name if it holds digits.

    >>> literal("overtime"), literal("over 45 hours")
    ('overtime', '{=over 45 hours}')
    """
    bare = text.replace("{", "（").replace("}", "）")
    return f"{{={bare}}}" if any(c.isnumeric() and not _is_ideograph(c) for c in bare) else bare


def literal_text(text: Text, *, first: bool = False) -> Text:
    """Return both languages of `text`, safe to stand in a template; `first` begins the English sentence with it."""
    return Text(literal(text.ja), literal(text.en[:1].upper() + text.en[1:] if first else text.en))


def _is_ideograph(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
