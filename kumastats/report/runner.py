"""``kumastats run``: the notebooks of a quarter in order, unchanged ones not again, all or nothing into the register."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.errors import KumastatsError, NotebookError, UsageError
from kumastats.evidence import Register
from kumastats.report import assets
from kumastats.report.execute import execute, in_language
from kumastats.study import Study, StudyFolder
from kumastats.text import LANGS, Lang, Text
from kumastats.warehouse import Warehouse
from kumastats.warehouse.disk import locked

Progress = Callable[[int, int, str], None]
BUSY = Text("別の処理がこの四半期を実行中です。", "Another process is running this quarter.")
READS_EVIDENCE = ("12_case_study",)  # runs after the others, on what they found


@dataclass(frozen=True)
class Ran:
    """One notebook in one language.

    Attributes
    ----------
    key
        Hash of everything it depends on; the same key is not run again.
    """

    notebook: str
    lang: Lang
    key: str
    reused: bool
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"notebook": self.notebook, "lang": self.lang, "key": self.key, "error": self.error}


@dataclass(frozen=True)
class RunManifest:
    """A run."""

    folder: Path
    quarter: str
    snapshot: str
    ran: tuple[Ran, ...]
    records: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether every notebook ran to its end."""
        return not any(r.error for r in self.ran)

    @property
    def text(self) -> Text:
        """What ran, in words."""
        again = sum(r.reused for r in self.ran)
        failed = [r for r in self.ran if r.error]
        ja = [
            f"{self.quarter}: ノートブック{len(self.ran) - again}件を実行（変更なし {again}件）、証拠 {len(self.records)}件 → {self.folder}"
        ]
        en = [
            f"{self.quarter}: {len(self.ran) - again} notebooks run ({again} unchanged), {len(self.records)} records → {self.folder}"
        ]
        for r in failed:
            ja.append(f"× {r.notebook}（{r.lang}）\n{r.error}")
            en.append(f"x {r.notebook} ({r.lang})\n{r.error}")
        return Text("\n".join(ja), "\n".join(en))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``run.json`` and ``--json``."""
        return {
            "quarter": self.quarter,
            "snapshot": self.snapshot,
            "code_version": assets.code_version(),
            "notebooks": [r.to_dict() for r in sorted(self.ran, key=lambda r: (r.notebook, r.lang))],
            "records": list(self.records),
        }


def run(
    study: Path,
    quarter: str,
    *,
    only: Sequence[str] | None = None,
    as_of: str = "",
    force: bool = False,
    jobs: int = 2,
    langs: Sequence[Lang] = LANGS,
    progress: Progress | None = None,
) -> RunManifest:
    """Run the notebooks of a quarter in both languages.

    Executed copies go to ``runs/<quarter>/<lang>/``, findings to ``runs/<quarter>/evidence/``. A notebook whose code,
    parameters, data, register and library are unchanged is not run again.

    Parameters
    ----------
    only
        Numbers (``05``) or names of notebooks; all by default.
    jobs
        Notebooks at once.

    Raises
    ------
    UsageError
        If a notebook named is unknown.
    """
    folder = StudyFolder(Path(study))
    Study.load(folder.root)
    names = _chosen(only)
    snapshot = Warehouse.open(folder.warehouse).snapshot(_date(as_of))
    home = folder.runs / quarter
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / ".lock", BUSY):
        _sweep(home)
        return _run(folder, quarter, snapshot.id, names, langs, as_of, force, jobs, progress)


def _sweep(home: Path) -> None:
    """Remove what a killed run left half done. Call it under the lock."""
    for left in (*home.glob(".work.*"), *home.glob("*/.*.ipynb.*")):
        shutil.rmtree(left, ignore_errors=True)
    for left in (*home.glob(".*.tmp"), *home.glob("evidence/.*.tmp")):
        left.unlink()


def _run(
    folder: StudyFolder,
    quarter: str,
    snapshot: str,
    names: Sequence[str],
    langs: Sequence[Lang],
    as_of: str,
    force: bool,
    jobs: int,
    progress: Progress | None,
) -> RunManifest:
    home = folder.runs / quarter
    known = _known(home)
    work = home / f".work.{os.getpid()}"
    total, done = len(names) * len(langs), 0
    ran: list[Ran] = []
    base = _base(folder, snapshot, quarter, as_of)
    try:
        for stage in (
            [n for n in names if n not in READS_EVIDENCE],
            [n for n in names if n in READS_EVIDENCE],
        ):
            extra = (
                _digest(p.read_bytes() for p in sorted(folder.evidence(quarter).glob("*.json")))
                if stage and stage[0] in READS_EVIDENCE
                else ""
            )
            waiting: list[tuple[str, Lang, str]] = []
            for name in stage:
                for lang in langs:
                    key = _digest([base.encode(), extra.encode(), lang.encode(), _source(name).encode()])
                    if (
                        not force
                        and known.get((name, lang)) == key
                        and (home / lang / f"{name}.ipynb").is_file()
                    ):
                        ran.append(Ran(name, lang, key, True))
                        done += 1
                    else:
                        waiting.append((name, lang, key))
            if progress:
                progress(done, total, "")
            for made in _execute_all(folder, quarter, as_of, home, work, waiting, jobs):
                ran.append(made)
                done += 1
                if progress:
                    progress(done, total, made.notebook)
            _merge(folder, quarter, work, [r for r in ran if r.notebook in stage and not r.reused])
            _write_manifest(home, quarter, snapshot, ran, known)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    records = Register(folder.evidence(quarter)).ids()
    ordered = tuple(sorted(ran, key=lambda r: (r.notebook, r.lang)))
    return RunManifest(home, quarter, snapshot, ordered, records)


def available() -> tuple[str, ...]:
    """Return the names of the notebooks, in order."""
    return tuple(sorted(p.stem for p in assets.notebooks().glob("[0-9][0-9]_*.ipynb")))


def _chosen(only: Sequence[str] | None) -> list[str]:
    names = available()
    if not only:
        return list(names)
    out = []
    for asked in only:
        found = [n for n in names if n == asked or n.startswith(f"{asked}_")]
        if not found:
            listed = ", ".join(names)
            raise UsageError(
                Text(f"ノートブック「{asked}」はありません。", f"There is no notebook “{asked}”."),
                remedy=Text(f"あるのは {listed}", f"There are {listed}"),
            )
        out += found
    return sorted(set(out))


def _date(as_of: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(as_of) if as_of else None


def _source(name: str) -> str:
    return (assets.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8")


def _digest(parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _base(folder: StudyFolder, snapshot: str, quarter: str, as_of: str) -> str:
    files = [p.read_bytes() for p in (folder.register, folder.lock, folder.truth) if p.is_file()]
    return _digest(
        [*files, snapshot.encode(), quarter.encode(), as_of.encode(), assets.code_version().encode()]
    )


def _known(home: Path) -> dict[tuple[str, str], str]:
    path = home / "run.json"
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return {(r["notebook"], r["lang"]): r["key"] for r in body["notebooks"] if not r["error"]}
    except (OSError, ValueError, KeyError):
        return {}


def _execute_all(
    folder: StudyFolder,
    quarter: str,
    as_of: str,
    home: Path,
    work: Path,
    waiting: list[tuple[str, Lang, str]],
    jobs: int,
) -> list[Ran]:
    made: list[Ran] = []
    if not waiting:
        return made
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        max_workers=min(jobs, len(waiting)),
        mp_context=context,
        initializer=_end_with,
        initargs=(os.getpid(),),
    ) as pool:
        futures: dict[Future[str | None], tuple[str, Lang, str]] = {}
        for name, lang, key in waiting:
            (home / lang).mkdir(exist_ok=True)
            output = home / lang / f"{name}.ipynb"
            parameters = {
                "study": str(folder.root.resolve()),
                "quarter": quarter,
                "lang": lang,
                "as_of": as_of,
            }
            evidence = work / lang / name
            futures[pool.submit(_one, name, lang, str(output), parameters, str(evidence))] = (name, lang, key)
        for future in as_completed(futures):
            name, lang, key = futures[future]
            made.append(Ran(name, lang, key, False, future.result()))
    return made


def _end_with(parent: int) -> None:
    """End this worker, and with it the kernel it started, when the run it works for was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _one(name: str, lang: Lang, output: str, parameters: dict[str, Any], evidence: str) -> str | None:
    """Run in a worker; an error comes back as text, so that the others go on."""
    Path(evidence).mkdir(parents=True, exist_ok=True)
    _log_to(Path(output).parents[1] / "logs" / f"{name}.{lang}.log")
    try:
        source = in_language(_source(name), lang)
        execute(source, Path(output), parameters, name=name, evidence=Path(evidence))
    except KumastatsError as error:
        return error.text(lang)
    return None


def _log_to(path: Path) -> None:
    """Send what the kernel and its engine write to a log file, out of the way of the progress bar."""
    path.parent.mkdir(exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)


def _merge(folder: StudyFolder, quarter: str, work: Path, ran: Sequence[Ran]) -> None:
    """Move what the notebooks found into the register; both languages must have found the same.

    A notebook that failed in any language changes nothing.
    """
    for name in sorted({r.notebook for r in ran}):
        mine = [r for r in ran if r.notebook == name]
        if any(r.error for r in mine):
            continue
        found = [
            {p.name: p.read_bytes() for p in sorted((work / r.lang / name).glob("*.json"))} for r in mine
        ]
        if any(f != found[0] for f in found[1:]):
            raise NotebookError(
                Text(
                    f"{name} の証拠が日本語版と英語版で違います。",
                    f"{name} found different things in Japanese and in English.",
                ),
                remedy=Text(
                    "言語によって計算を変えていないか確かめてください。",
                    "Check that nothing computed depends on the language.",
                ),
            )
        target = folder.evidence(quarter)
        target.mkdir(parents=True, exist_ok=True)
        for record in Register(target).load_all():
            if record.notebook == name and f"{record.id}.json" not in found[0]:
                (target / f"{record.id}.json").unlink()
        for file, data in found[0].items():
            staging = target / f".{file}.tmp"
            staging.write_bytes(data)
            os.replace(staging, target / file)  # noqa: PTH105 - the atomic step


def _write_manifest(
    home: Path, quarter: str, snapshot: str, ran: Sequence[Ran], known: dict[tuple[str, str], str]
) -> None:
    entries = {k: {"notebook": k[0], "lang": k[1], "key": v, "error": None} for k, v in known.items()}
    entries.update({(r.notebook, r.lang): r.to_dict() for r in ran})
    body = {
        "quarter": quarter,
        "snapshot": snapshot,
        "code_version": assets.code_version(),
        "notebooks": [entries[k] for k in sorted(entries)],
        "records": list(Register(home / "evidence").ids()),
    }
    staging = home / ".run.json.tmp"
    staging.write_text(
        json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    os.replace(staging, home / "run.json")  # noqa: PTH105 - the atomic step
