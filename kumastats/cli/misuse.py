"""What is wrong with a command as it was typed, in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from kumastats.text import Text

_WHOLE = Text("整数で書いてください（指定: {given}）", "a whole number, not {given}")
# what the command-line library's validator calls a fault of a value, and how it is told
_FAULTS = {
    "greater_than_equal": Text("{least}以上にしてください（指定: {given}）", "at least {least}, not {given}"),
    "less_than_equal": Text("{most}以下にしてください（指定: {given}）", "at most {most}, not {given}"),
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": Text("数で書いてください（指定: {given}）", "a number, not {given}"),
}


def _name(param: Any) -> str:
    return str(param.metavar or param.name.upper() if param.param_type_name == "argument" else param.opts[0])


def _fault(error: BaseException | None) -> Mapping[str, Any]:
    """Return the validator's account of the first fault: its kind, the value given, the limit missed."""
    told = getattr(error, "errors", None)
    found = told() if callable(told) else []
    return found[0] if found else {}


def _value(fault: Any, english: str) -> Text:
    name, account = _name(fault.param), _fault(fault.__cause__)
    words = _FAULTS.get(str(account.get("type")))
    if words is None:
        return Text(f"{name} の値が正しくありません（{english}）", english)
    limit = account.get("ctx", {})
    told = {"given": account.get("input"), "least": limit.get("ge"), "most": limit.get("le")}
    return Text(f"{name} は{words.ja.format(**told)}", f"{name} must be {words.en.format(**told)}")


def _like(name: str, names: list[str]) -> Text:
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.7)
    return (
        Text(f"（{'、'.join(near)} のことですか）", f" Did you mean {' or '.join(near)}?")
        if near
        else Text("", "")
    )


def misuse(fault: Any) -> Text:
    """Return what was wrong with a command as typed, from the error of the command-line library.

    The library's own words are English; only what it has no kind for is left in them.
    """
    kind, english = type(fault).__name__, str(fault.format_message()).strip()
    if kind == "NoSuchOption":
        known = [o for p in fault.ctx.command.params for o in p.opts] if fault.ctx else []
        like = _like(fault.option_name, known)
        return Text(
            f"オプション {fault.option_name} はありません。{like.ja}",
            f"No such option: {fault.option_name}.{like.en}",
        )
    if kind == "MissingParameter" and fault.param is not None:
        name = _name(fault.param)
        return Text(f"{name} が要ります。", f"{name} is missing.")
    if kind == "BadParameter" and fault.param is not None:
        return _value(fault, english)
    if kind == "BadOptionUsage":
        if "requires" in english:
            return Text(f"{fault.option_name} には値が要ります。", f"{fault.option_name} needs a value.")
        return Text(f"{fault.option_name} に値は付けられません。", f"{fault.option_name} takes no value.")
    if english.startswith("No such command"):
        given = english.split("'")[1]
        like = _like(given, fault.ctx.command.list_commands(fault.ctx) if fault.ctx else [])
        return Text(f"コマンド「{given}」はありません。{like.ja}", f"No such command “{given}”.{like.en}")
    if english.startswith("Got unexpected extra argument"):
        given = english.partition("(")[2].partition("(")[2].rstrip(").")
        return Text(f"余分な語があります: {given}", f"More was given than the command takes: {given}")
    return Text(f"使い方が違います（{english}）", english)
