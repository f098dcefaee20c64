"""Which engine sums, and how much of the machine it may take."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kumastats.errors import UsageError
from kumastats.scratch import Scratch
from kumastats.text import Text

ENGINES = ("duckdb", "spark")
ENGINE, THREADS, MEMORY, SPILL, MASTER = (
    "KUMASTATS_ENGINE",
    "KUMASTATS_THREADS",
    "KUMASTATS_MEMORY",
    "KUMASTATS_SPILL",
    "KUMASTATS_SPARK_MASTER",
)
_MEMORY = re.compile(r"(\d{1,6})\s*(MB|GB|TB)", re.IGNORECASE)


@dataclass(frozen=True)
class EngineSettings:
    """How an engine is opened.

    Attributes
    ----------
    name
        ``duckdb`` or ``spark``.
    threads
        Threads of DuckDB, or of a local Spark.
    memory
        ``500MB``, ``2GB``: the limit of DuckDB's buffers (allow a fifth more for the process), or the memory of
        Spark's driver. What does not fit is written to `spill`.
    spill
        Folder for what does not fit into memory; it holds personal data while a query runs. The system's temporary
        folder by default.
    master
        Spark's master, such as ``spark://host:7077``, ``yarn`` or ``local[4]``; a local one with `threads` by default.

    Raises
    ------
    UsageError
        If the engine is unknown, or a number of threads or a size cannot be read.
    """

    name: str = "duckdb"
    threads: int = 2
    memory: str = "2GB"
    spill: Path | None = None
    master: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            raise UsageError(
                Text(f"エンジン「{self.name}」はありません。", f"There is no engine “{self.name}”."),
                remedy=Text(f"あるのは {', '.join(ENGINES)}", f"There are {', '.join(ENGINES)}"),
            )
        if self.threads < 1:
            raise UsageError(
                Text(f"スレッド数 {self.threads} は使えません。", f"{self.threads} threads cannot work."),
                remedy=Text("1以上を指定してください。", "Give 1 or more."),
            )
        if not _MEMORY.fullmatch(self.memory.strip()):
            raise UsageError(
                Text(
                    f"メモリーの上限「{self.memory}」を読めません。",
                    f"The memory limit “{self.memory}” is unreadable.",
                ),
                remedy=Text("500MB や 2GB の形で。", "Write it as 500MB or 2GB."),
            )

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, otherwise: Mapping[str, str] | None = None
    ) -> EngineSettings:
        """Return the settings of the ``KUMASTATS_…`` variables.

        Parameters
        ----------
        otherwise
            Variables that hold where the environment has none, such as those of a study.

        Examples
        --------
        >>> EngineSettings.from_environment({"KUMASTATS_THREADS": "4", "KUMASTATS_MEMORY": "500MB"}).threads
        4
        """
        given_here = os.environ if environ is None else environ
        told = {**(otherwise or {}), **{k: v for k, v in given_here.items() if v.strip()}}
        given = told.get(THREADS, "").strip() or "2"
        if not given.isdecimal():
            raise UsageError(
                Text(f"{THREADS}「{given}」は数ではありません。", f"{THREADS}: “{given}” is not a number."),
                remedy=Text("1以上の整数を。", "Give a whole number from 1."),
            )
        spill = told.get(SPILL, "").strip()
        return cls(
            name=told.get(ENGINE, "").strip().lower() or "duckdb",
            threads=int(given),
            memory=told.get(MEMORY, "").strip() or "2GB",
            spill=Path(spill) if spill else None,
            master=told.get(MASTER, "").strip() or None,
        )

    @property
    def spill_folder(self) -> Path:
        """Where this process spills: a folder of its own, gone with it."""
        return _spill_folder(self.spill, os.getpid()).path

    @property
    def mebibytes(self) -> int:
        """The memory limit in MiB, as Spark's launcher reads it."""
        found = _MEMORY.fullmatch(self.memory.strip())
        assert found is not None
        return int(found[1]) * {"MB": 1, "GB": 1 << 10, "TB": 1 << 20}[found[2].upper()]


@cache
def _spill_folder(parent: Path | None, process: int) -> Scratch:
    """Return the folder of a process: one that was forked has its own."""
    return Scratch(parent)
