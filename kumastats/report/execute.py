"""Executes one notebook to its end, or refuses it: no half-run notebook is ever kept."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kumastats.errors import NotebookError, Place
from kumastats.text import LANGS, Lang, Text

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
TIMEOUT = 900
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


def execute(source: str, output: Path, parameters: Mapping[str, Any], *, name: str, evidence: Path) -> None:
    """Run a notebook and put the result at `output`, in one step at the end.

    Parameters
    ----------
    source
        The notebook as text.
    evidence
        Folder its findings are written to.

    Raises
    ------
    NotebookError
        With the cell and the error it stopped at.
    """
    papermill: Any = importlib.import_module("papermill")
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    work = output.with_name(f".{output.name}.{os.getpid()}")
    work.mkdir(parents=True, exist_ok=True)
    before = dict(os.environ)
    os.environ.update(ONE_THREAD | {"KUMASTATS_EVIDENCE": str(evidence), "PYTHONHASHSEED": "0"})
    try:
        given, made = work / "in.ipynb", work / "out.ipynb"
        given.write_text(source, encoding="utf-8")
        papermill.execute_notebook(
            str(given), str(made), parameters=dict(parameters), kernel_name="python3", progress_bar=False,
            execution_timeout=TIMEOUT, cwd=str(work),
        )  # fmt: skip
        text = _settled(made.read_text(encoding="utf-8"), name)
        study = str(parameters.get("study", ""))
        if study:  # pages say nothing about the machine: the folder is named, not where it lies
            text = text.replace(study, Path(study).name)
        made.write_text(text, encoding="utf-8")
        os.replace(made, output)  # noqa: PTH105 - the atomic step
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
    finally:
        os.environ.clear()
        os.environ.update(before)
        for path in work.glob("*"):
            path.unlink()
        work.rmdir()


def _settled(text: str, name: str) -> str:
    """Refuse an unexecuted code cell (papermill marks cells completed when a kernel dies); drop what tells the time."""
    body = json.loads(text)
    for number, cell in enumerate(body["cells"]):
        if (
            cell["cell_type"] == "code"
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
