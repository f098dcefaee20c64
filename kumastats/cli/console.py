"""What every command shares: messages in both languages, tables, progress, and the usual options."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kumastats.text import Lang, Text


@dataclass
class Settings:
    lang: Lang = "ja"
    debug: bool = False
    json: bool = False


NOW = Settings()
OUT = Console(highlight=False, emoji=False)
ERR = Console(stderr=True, highlight=False, emoji=False)

StudyOption = Annotated[
    Path, typer.Option("--study", "-s", help="研究フォルダー / the study folder", envvar="KUMASTATS_STUDY")
]
JsonOption = Annotated[bool, typer.Option("--json", help="機械向けのJSONで出力 / print JSON for scripts")]
EngineOption = Annotated[
    str | None,
    typer.Option(
        help="集計エンジン duckdb・spark（既定 duckdb） / engine that sums: duckdb (default) or spark",
        envvar="KUMASTATS_ENGINE",
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        help="エンジンのスレッド数（既定 2） / threads of the engine (default: 2)",
        envvar="KUMASTATS_THREADS",
    ),
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        help="エンジンのメモリー上限（既定 2GB） / memory limit of the engine, e.g. 500MB (default: 2GB)",
        envvar="KUMASTATS_MEMORY",
    ),
]
QuarterOption = Annotated[
    str,
    typer.Option(
        "--quarter",
        "-q",
        help="四半期（例 FY2018Q1 = 2018年4～6月） / quarter, e.g. FY2018Q1 = April–June 2018",
    ),
]


def say(text: Text, *, style: str | None = None) -> None:
    if not NOW.json:
        OUT.print(text(NOW.lang), style=style, markup=False, soft_wrap=True)


def choose_engine(engine: str | None, threads: int | None, memory: str | None) -> None:
    """Put the engine asked for in force, for this process and the notebooks it starts; what is not asked for is left."""
    from kumastats.warehouse.engine import EngineSettings
    from kumastats.warehouse.engine.settings import ENGINE, MEMORY, THREADS

    given = {ENGINE: engine, THREADS: threads, MEMORY: memory}
    asked = {variable: str(value) for variable, value in given.items() if value is not None}
    EngineSettings.from_environment({**os.environ, **asked})
    os.environ.update(asked)


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def table(title: Text, heads: Sequence[Text], rows: Sequence[Sequence[object]]) -> None:
    from rich.table import Table

    table = Table(title=title(NOW.lang), title_justify="left", header_style="bold")
    for head in heads:
        table.add_column(head(NOW.lang), overflow="fold")
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    OUT.print(table)


def date(value: str | None, option: str) -> dt.date | None:
    from kumastats.calendar import iso_day

    return iso_day(option, value) if value else None


class Bar:
    """A progress bar on standard error; silent with ``--json`` or when not on a terminal."""

    def __init__(self, label: Text):
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"), console=ERR, transient=True, disable=NOW.json,
        )  # fmt: skip
        self._task = self._progress.add_task(label(NOW.lang), total=None, now="")

    def __enter__(self) -> Callable[..., None]:
        self._progress.start()
        return self.update

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int, now: object = "") -> None:
        """Show `done` of `total` and what is being done now."""
        name = now.name if isinstance(now, Path) else str(now)
        self._progress.update(self._task, completed=done, total=total, now=name)
