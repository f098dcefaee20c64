"""Help in the language asked: what a command does, its arguments, its options, the commands below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from typer.core import TyperCommand, TyperGroup

from kumastats.cli.console import NOW, OUT
from kumastats.text import Text

BETWEEN = " / "  # a help text is Japanese, then this, then English
HEADS = {
    "usage": Text("使い方", "Usage"),
    "arguments": Text("引数", "Arguments"),
    "options": Text("オプション", "Options"),
    "commands": Text("コマンド", "Commands"),
    "required": Text("必須", "required"),
    "help": Text("この説明を表示", "show this help"),
    "other": Text("English: kumastats --lang en --help", "日本語: kumastats --lang ja --help"),
}


def spoken(words: str, lang: str | None = None) -> str:
    """Return the half of a help text in the language given or asked for, paragraph by paragraph.

    >>> spoken("計画を固定する / Freeze the plan", "ja")
    '計画を固定する'
    """
    lang = lang or NOW.lang
    halves = [" ".join(p.split()).partition(BETWEEN) for p in words.split("\n\n")]
    return "\n".join((ja if lang == "ja" or not between else en) for ja, between, en in halves)


def _rows(params: Sequence[Any]) -> list[tuple[str, str]]:
    out = []
    for param in params:
        flag = getattr(param, "is_flag", False)
        names = "/".join(", ".join(o) for o in (param.opts, param.secondary_opts) if o)
        if param.param_type_name == "argument":
            names = param.metavar or param.name.upper()
        elif not flag:
            names += f" {param.metavar or '…'}"
        if param.name == "help":
            out.append((names, HEADS["help"](NOW.lang)))
            continue
        notes = [HEADS["required"](NOW.lang)] if param.required else []
        usual = param.default
        if not (usual is None or usual is False or usual == () or callable(usual)):
            shown = param.opts[0] if usual is True else str(usual)
            notes.append(Text(f"既定 {shown}", f"default {shown}")(NOW.lang))
        if param.envvar:
            notes.append(Text(f"環境変数 {param.envvar}", f"environment {param.envvar}")(NOW.lang))
        told = spoken(getattr(param, "help", None) or "")
        out.append((names, told + (f" [{Text('、', ', ')(NOW.lang).join(notes)}]" if notes else "")))
    return out


def _section(head: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    table = Table(
        title=HEADS[head](NOW.lang), title_justify="left", title_style="bold", box=None, show_header=False,
        pad_edge=False, padding=(0, 2, 0, 0),
    )  # fmt: skip
    table.add_column(overflow="fold", style="cyan", max_width=30)
    table.add_column(overflow="fold")
    for name, told in rows:
        table.add_row(name.replace("[", r"\["), told.replace("[", r"\["))
    OUT.print(table)
    OUT.print()


def explain(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    """Print the help of a command or of a group of commands."""
    words = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    OUT.print(f"{HEADS['usage'](NOW.lang)}: {words}", markup=False, style="bold", soft_wrap=True)
    OUT.print(f"\n{spoken(command.help or '')}\n", markup=False)
    params = command.get_params(ctx)
    _section("arguments", _rows([p for p in params if p.param_type_name == "argument"]))
    _section("options", _rows([p for p in params if p.param_type_name != "argument"]))
    if isinstance(command, TyperGroup):
        found = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        _section("commands", [(name, spoken(c.help or "").split("\n")[0]) for name, c in found if c])
        OUT.print(HEADS["other"](NOW.lang), markup=False)


class Command(TyperCommand):
    """A command that explains itself in one language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help; nothing is left for the formatter."""
        explain(self, ctx)


class Group(TyperGroup):
    """Commands that explain themselves in one language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help; nothing is left for the formatter."""
        explain(self, ctx)


def show(program: Any, words: Sequence[str]) -> bool:
    """Print the help `words` ask for and return True, or return False if they ask for none or for an unknown command.

    Nothing is parsed for it: the library's validator of values takes longer to load than help takes to print.
    """
    before = list(words[: words.index("--")] if "--" in words else words)
    if not {"-h", "--help"} & set(before):
        return False
    command: Any = program
    ctx = command.context_class(command, info_name=command.name, **command.context_settings)
    for word in before:
        if word.startswith("-") or not isinstance(command, TyperGroup):
            continue
        found = command.get_command(ctx, word)
        if found is None:
            return False
        command, ctx = found, found.context_class(found, info_name=word, parent=ctx, **found.context_settings)
    explain(command, ctx)
    return True
