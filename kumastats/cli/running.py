"""How far a run is, in a terminal as bars that move, elsewhere as a line for each notebook that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text as Line

from kumastats.cli.console import ERR, NOW
from kumastats.text import Text

if TYPE_CHECKING:
    from kumastats.report.running.progress import Step


def left(seconds: float | None) -> Text:
    """Return the time left in words.

    >>> left(75).en, left(8).ja, left(None).en
    ('about 1 min 20 s left', '残り約10秒', '')
    """
    if seconds is None:
        return Text("", "")
    tens = max(1, round(seconds / 10)) * 10 if seconds > 5 else 5
    minutes, rest = divmod(tens, 60)
    if not minutes:
        return Text(f"残り約{rest}秒", f"about {rest} s left")
    return Text(
        f"残り約{minutes}分" + (f"{rest}秒" if rest else ""),
        f"about {minutes} min" + (f" {rest} s" if rest else "") + " left",
    )


class Running:
    """Shows the steps of a run; nothing with ``--json``."""

    def __init__(self) -> None:
        self._live = Live(console=ERR, transient=True, auto_refresh=True, refresh_per_second=4)
        self._moving = ERR.is_terminal and not NOW.json

    def __enter__(self) -> Running:
        if self._moving:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._moving:
            self._live.stop()

    def __call__(self, step: Step) -> None:
        """Show a step."""
        if NOW.json:
            return
        if self._moving:
            self._live.update(self._bars(step))
        if step.ended is not None:
            ERR.print(self._line(step), markup=False, soft_wrap=True)
        if step.restarted is not None:
            notebook, lang = step.restarted
            told = Text(
                f"{notebook} ({lang}) カーネルの応答がないため、もう一度起動します（コンピューターが混んでいます）",
                f"{notebook} ({lang}) its kernel does not answer and is started once more; the machine is busy",
            )
            ERR.print(told(NOW.lang), markup=False, soft_wrap=True)

    def _bars(self, step: Step) -> Group:
        table = Table.grid(padding=(0, 1))
        for notebook, lang, cell, cells in step.running:
            at = Text(f"セル {cell}/{cells}", f"cell {cell} of {cells}")
            words = (at if cell else Text("カーネルを起動中", "starting its kernel"))(NOW.lang)
            table.add_row(f"{notebook} ({lang})", ProgressBar(total=cells, completed=cell, width=20), words)
        words = Text("ノートブック", "notebooks")(NOW.lang)
        head = Line(
            f"{step.quarter}  {words} {step.done}/{step.total}  {left(step.left)(NOW.lang)}", style="bold"
        )
        return Group(head, table)

    def _line(self, step: Step) -> str:
        notebook, lang = step.ended or ("", "ja")
        took = f"{step.seconds:.1f}"
        told = (
            Text(f"失敗（{took}秒）", f"failed ({took} s)") if step.failed else Text(f"{took}秒", f"{took} s")
        )
        rest = left(step.left if step.done < step.total else None)(NOW.lang)
        return (
            f"{step.quarter} [{step.done}/{step.total}] {notebook} ({lang}) {told(NOW.lang)}  {rest}".rstrip()
        )
