"""What a long run keeps: named after the code that made it, and written so that a kill leaves it whole."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS, BUILD = ROOT / "docs", ROOT / "build" / "validity"
UNREAD = ("*words.py", "*plot*.py", "test_*.py")  # what they say, not what is measured


def state(*parts: str, without: Sequence[str] = ()) -> str:
    """Return a hash of the code in these files and packages, `without` some files (paths from the root of the repository).

    Raises
    ------
    FileNotFoundError
        If a part names nothing, so that a package renamed is not left out in silence.
    """
    made = hashlib.sha256()
    for part in parts:
        path = ROOT / part
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        if not files:
            raise FileNotFoundError(
                f"{path} holds no code to measure; name the file or package that took its place."
            )
        left_out = [ROOT / name for name in without]
        for file in files:
            if file not in left_out and not any(file.match(name) for name in UNREAD):
                made.update(
                    f"{file.relative_to(ROOT).as_posix()}\n{bare(file.read_text(encoding='utf-8'))}".encode()
                )
    return made.hexdigest()[:12]


def bare(code: str) -> str:
    """Return code as it runs, without comments and docstrings.

    >>> bare('def f(x):  # doubles' + chr(10) + '    "Double."' + chr(10) + '    return 2 * x')
    'def f(x):\\n    return 2 * x'
    """
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def put(path: Path, rows: Any) -> None:
    """Write rows as JSON."""
    replace(path, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def lines(path: Path) -> Iterator[Any]:
    """Yield what was kept line by line; a line cut off by a kill is left out."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        with contextlib.suppress(json.JSONDecodeError):
            yield json.loads(line)


@contextlib.contextmanager
def adding(path: Path) -> Iterator[Callable[[Any], None]]:
    """Give a function that adds a line, which is on disk when it returns; a line cut off before does not swallow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as out:
        if torn:
            out.write("\n")

        def add(told: Any) -> None:
            out.write(json.dumps(told) + "\n")
            out.flush()

        yield add


def answered(
    file: Path, one: Callable[[int], dict[str, Any]], seeds: Iterable[int], *, jobs: int = 2
) -> list[Any]:
    """Return what `one` answers for each seed, kept in a file line by line: those answered before are not asked again."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    asked = list(seeds)
    made = {m["seed"]: m for m in lines(file)}
    left = [seed for seed in asked if seed not in made]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool, adding(file) as add:
        for found in pool.map(one, left):
            add(found)
            made[found["seed"]] = found
    return [made[seed] for seed in asked]
