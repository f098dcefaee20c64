"""The words of the publications: which sections, which sentences, and the numbers they ask for by id.

In ``reports/case_study.yml`` a number is ``{{evidence-id.number}}`` or ``{{evidence-id.number.view}}``, one of the study
itself ``{{fact.name}}``; digits that belong to a name are ``{=words}``. Anything else with a digit stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from kumastats.errors import EvidenceError, Place, ReleaseError, names_near
from kumastats.evidence.template import VIEWS, refuse_typed_digits
from kumastats.study import yaml_reader
from kumastats.study.yaml_reader import Node
from kumastats.text import LANGS, Lang, Text

FACT = "fact"
_REFERENCE = re.compile(
    r"\{\{(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<name>[a-z][a-z0-9_]*)(?:\.(?P<view>[a-z]+))?\}\}"
)
_LITERAL = re.compile(r"\{=([^{}]*)\}")


def read(path: Path) -> Node:
    """Return the top of a file of words."""
    return yaml_reader.read(path)


def prose(
    node: Node, lang: Lang, number: Callable[[str, str, str, Place], str], name: Callable[[str], str]
) -> str:
    """Return a text with its numbers.

    Parameters
    ----------
    node
        A text in both languages.
    number
        Writes a number, from id, name, view and the place it is asked for.
    name
        Writes a name with digits in it.

    Raises
    ------
    ReleaseError
        If a digit is typed, a placeholder is unreadable, or the languages ask for different numbers; with file and line.
    """
    if isinstance(node.value, str):
        raise node.error(Text("日本語と英語の両方が必要です。", "Both languages are needed."))
    node.known("ja", "en")
    asked = {x: sorted(m[0] for m in _REFERENCE.finditer(str(node[x].value))) for x in LANGS}
    if asked["ja"] != asked["en"]:
        odd = sorted({*asked["ja"]} ^ {*asked["en"]}) or asked["ja"]
        raise ReleaseError(
            Text(f"日英で求める数値が違います: {odd}", f"The languages ask for different numbers: {odd}"),
            place=node.place,
        )
    text, place = str(node[lang].value), node[lang].place
    bare = _LITERAL.sub("", _REFERENCE.sub("", text))
    try:
        refuse_typed_digits(bare, place=place)
    except EvidenceError as error:
        remedy = Text(
            "数値は {{番号.名前}} に、名称に含まれる数字は {=名称} に。",
            "Use {{id.name}} for a number, {=words} for digits that belong to a name.",
        )
        raise ReleaseError(error.found, place=place, remedy=remedy) from error
    views = {m["view"] or "" for m in _REFERENCE.finditer(text)}
    if "{" in bare or "}" in bare or views - set(VIEWS):
        raise ReleaseError(
            Text("波括弧の中身が読めません。", "A placeholder cannot be read."),
            place=place,
            remedy=Text(f"{{{{番号.名前}}}} の形で。見せ方は {', '.join(VIEWS[1:])}",
                        f"Write {{{{id.name}}}}; views are {', '.join(VIEWS[1:])}"),
        )  # fmt: skip
    filled = _REFERENCE.sub(lambda m: number(m["id"], m["name"], m["view"] or "", place), text)
    return _LITERAL.sub(lambda m: name(m[1]), filled)


def unknown(reference: str, known: Iterable[str], place: Place, elsewhere: str = "") -> ReleaseError:
    """Return the error of a number that is not among those published.

    Parameters
    ----------
    elsewhere
        Where it does exist, unpublished; empty where it exists nowhere.
    """
    found = (
        Text(
            f"「{reference}」はこの公表にありません（{elsewhere} にあるだけです）。",
            f"“{reference}” is not published here (it only exists in {elsewhere}).",
        )
        if elsewhere
        else Text(f"「{reference}」という数値はありません。", f"There is no number “{reference}”.")
    )
    return ReleaseError(found, place=place, remedy=names_near(reference, known))
