"""Executes one notebook to its end, or refuses it: no half-run notebook is ever kept."""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.errors import NotebookError, Place
from kumastats.text import LANGS, Lang, Text

if TYPE_CHECKING:
    from kumastats.report.running.kernels import Kernels

TIMEOUT = 900  # seconds a cell may take
START = 120  # seconds a kernel may take to answer; on a crowded machine it has taken more than papermill's 60
STARTS = 2
QUIET = logging.NullHandler()
TAGS: Mapping[Lang, str] = {"ja": "lang-ja", "en": "lang-en"}
FIXED_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def in_language(source: str, lang: Lang) -> str:
    """Return the notebook without the prose of other languages."""
    body = json.loads(source)
    other = {TAGS[x] for x in LANGS if x != lang}
    body["cells"] = [c for c in body["cells"] if not other & set(c["metadata"].get("tags", ()))]
    return json.dumps(body, ensure_ascii=False, indent=1)


def execute(
    source: str,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    name: str,
    evidence: Path,
    kernels: Kernels | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    on_cell: Callable[[int], None] | None = None,
    on_restart: Callable[[], None] | None = None,
) -> None:
    """Run a notebook and put the result at `output`, in one step at the end.

    One that stops at an error is kept beside it as ``<name>.failed.ipynb``, to be read. A kernel that does not answer
    is started once more.

    Parameters
    ----------
    source
        The notebook as text.
    evidence
        Folder its findings are written to.
    kernels
        Where its kernel comes from; an ordinary start by default.
    environment
        Variables of the kernel beside those of this process.
    log
        File for what the kernel itself writes; none by default.
    on_cell
        Called with the number of each cell of code, from 1, as it begins.
    on_restart
        Called when its kernel has not answered and another is started.

    Raises
    ------
    NotebookError
        With the cell and the error it stopped at, or if no kernel answered.
    """
    from kumastats.report.running.kernels import Ordinary

    # papermill's words on a kernel that does not answer are replaced by ours; without a handler they would be printed
    logging.getLogger("papermill").addHandler(QUIET)
    run = partial(
        _once, source, output, parameters, name, evidence, kernels or Ordinary(), environment, log, on_cell
    )
    for start in range(1, STARTS + 1):
        try:
            run()
            return
        except _NoAnswerError as error:
            if start == STARTS:
                raise _not_started(name) from error
            if on_restart is not None:
                on_restart()


class _NoAnswerError(Exception):
    """A kernel ended or was silent before its first cell."""


def _not_started(name: str) -> NotebookError:
    return NotebookError(
        Text(
            f"{name} のカーネルを{STARTS}回起動しましたが、応答がありませんでした（毎回{START}秒まで待ちました）。",
            f"The kernel of {name} was started {STARTS} times and did not answer (up to {START} s each).",
        ),
        place=Place(file=f"{name}.ipynb"),
        remedy=Text(
            "コンピューターが混んでいます。ほかの処理が終わってから --jobs 1 でもう一度実行してください。済んだノートブックは繰り返しません。",
            "The machine is too busy. Run it again with --jobs 1 when other work has ended; finished notebooks are not repeated.",
        ),
    )


def _once(
    source: str,
    output: Path,
    parameters: Mapping[str, Any],
    name: str,
    evidence: Path,
    kernels: Kernels,
    environment: Mapping[str, str] | None,
    log: Path | None,
    on_cell: Callable[[int], None] | None,
) -> None:
    """Run a notebook on one kernel."""
    from jupyter_core.utils import run_sync

    work = output.with_name(f".{output.name}.{os.getpid()}")
    work.mkdir(parents=True, exist_ok=True)
    told = {**(environment or {}), "KUMASTATS_EVIDENCE": str(evidence)}
    failed = output.with_suffix(".failed.ipynb")
    manager, words = kernels.manager(told, work, log or work / "kernel.log")
    try:
        given, made = work / "in.ipynb", work / "out.ipynb"
        given.write_text(source, encoding="utf-8")
        run_sync(manager.start_kernel)(extra_arguments=["--HistoryManager.hist_file=:memory:"], **words)
        try:
            _through(given, made, parameters, name, manager, on_cell)
        except NotebookError:
            if made.is_file():
                os.replace(_renewed(made, parameters, name, whole=False), failed)  # noqa: PTH105 - one step
            raise
        os.replace(_renewed(made, parameters, name, whole=True), output)  # noqa: PTH105 - the atomic step
        failed.unlink(missing_ok=True)
    finally:
        manager.end()
        if hasattr(words.get("stdout"), "close"):
            words["stdout"].close()
        shutil.rmtree(work, ignore_errors=True)


def _through(
    given: Path,
    made: Path,
    parameters: Mapping[str, Any],
    name: str,
    manager: Any,
    on_cell: Callable[[int], None] | None,
) -> None:
    """Let papermill run a notebook on a kernel; its failures become ours."""
    nbformat: Any = importlib.import_module("nbformat")
    papermill: Any = importlib.import_module("papermill")
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    begun = itertools.count(1)
    running: list[Any] = []

    def opens(notebook: Any) -> None:
        running.append(notebook)

    def starts(**_: Any) -> None:
        if on_cell is not None:
            on_cell(next(begun))

    try:
        papermill.execute_notebook(  # written once at its end: after each cell costs more than many a notebook itself
            str(given), str(made), parameters=dict(parameters), kernel_name="python3", progress_bar=False,
            start_timeout=START, execution_timeout=TIMEOUT, km=manager, on_cell_execute=starts, on_notebook_start=opens,
            request_save_on_cell_execute=False,
        )  # fmt: skip
    except PapermillExecutionError as error:
        told = f"{error.ename}: {error.evalue}"
        raise NotebookError(
            Text(f"{name} が途中で止まりました: {told}", f"{name} stopped: {told}"),
            place=Place(file=f"{name}.ipynb", row=error.cell_index),
            remedy=Text(
                "kumastats lab で開いて、そのセルを確かめてください。",
                "Open it with kumastats lab and look at that cell.",
            ),
        ) from error
    except (CellTimeoutError, DeadKernelError) as error:
        for notebook in running:
            nbformat.write(notebook, made)
        slow = isinstance(error, CellTimeoutError)
        why = (
            Text(f"{TIMEOUT}秒を超えました", f"over {TIMEOUT} s")
            if slow
            else Text("カーネルが終了しました", "the kernel died")
        )
        raise NotebookError(
            Text(f"{name} が途中で止まりました: {why.ja}", f"{name} stopped: {why.en}"),
            place=Place(file=f"{name}.ipynb"),
            remedy=Text(
                "メモリー不足かもしれません。--jobs 1 でもう一度実行してください。",
                "Memory may have run out. Try again with --jobs 1.",
            ),
        ) from error
    except RuntimeError as error:
        if running:
            raise
        raise _NoAnswerError(str(error)) from error


def _renewed(made: Path, parameters: Mapping[str, Any], name: str, *, whole: bool) -> Path:
    """Write an executed notebook again without what tells the time and the machine."""
    text = _settled(made.read_text(encoding="utf-8"), name, whole=whole)
    study = str(parameters.get("study", ""))
    if study:  # pages say nothing about the machine: the folder is named, not where it lies
        text = text.replace(study, Path(study).name)
    made.write_text(text, encoding="utf-8")
    return made


def _settled(text: str, name: str, *, whole: bool) -> str:
    """Refuse, of a whole notebook, an unexecuted code cell (papermill marks cells completed when a kernel dies); drop what tells the time."""
    body = json.loads(text)
    for number, cell in enumerate(body["cells"]):
        if (
            whole
            and cell["cell_type"] == "code"
            and "".join(cell["source"]).strip()
            and cell.get("execution_count") is None
        ):
            raise NotebookError(
                Text(
                    f"{name} に実行されていないセルがあります。", f"{name} has a cell that was not executed."
                ),
                place=Place(file=f"{name}.ipynb", row=number),
                remedy=Text(
                    "メモリー不足でカーネルが止まった可能性があります。もう一度実行してください。",
                    "The kernel may have died of memory. Run it again.",
                ),
            )
        cell["id"] = f"{number:03d}"
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k == "tags"}
    body["metadata"] = FIXED_METADATA
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
