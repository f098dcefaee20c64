"""Commands about a study as a whole: init, sample, lock, status, lab."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kumastats.cli.console import (
    NOW,
    Bar,
    JsonOption,
    StudyOption,
    date,
    print_json,
    say,
    table,
)
from kumastats.text import Text


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="新しいフォルダー / a new folder")],
) -> None:
    """研究フォルダーを作る（記入する台帳 study.yml、raw/ など） / Lay out a study folder with a register to fill in."""
    from kumastats.study import StudyFolder

    folder = StudyFolder.lay_out(directory)
    say(Text(f"作りました: {folder.root}", f"Made: {folder.root}"))
    say(
        Text(
            "次に: study.yml を書き、`kumastats lock` で固定し、raw/<種類>/ にデータを置いて `kumastats ingest`。",
            "Next: fill in study.yml, freeze it with `kumastats lock`, put exports into raw/<source>/, `kumastats ingest`.",
        )
    )


def sample(
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="新しいフォルダー / a new folder")],
    people: Annotated[
        int, typer.Option(help="職員・教員の数（100以上） / staff and teachers, 100 or more", min=100)
    ] = 1250,
    seed: Annotated[int, typer.Option(help="乱数の種 / random seed", min=0)] = 1,
    json_: JsonOption = False,
) -> None:
    """真の効果が分かっている架空の市を作る / Generate a synthetic city whose true effects are known."""
    from kumastats import sample as synthetic

    NOW.json = json_
    with Bar(Text("架空の市を作成中", "Making a synthetic city")) as progress:
        report = synthetic.write(directory, people=people, seed=seed, progress=progress)
    if json_:
        print_json(report.to_dict())
    say(report.text)


def lock(
    study: StudyOption = Path(),
    on: Annotated[
        str | None, typer.Option(help="固定日（既定 今日） / day of freezing (default: today)")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="固定し直す / replace an earlier lock")] = False,
    json_: JsonOption = False,
) -> None:
    """データを見る前に計画を固定する / Freeze the study register before the data are seen."""
    from kumastats.study import Study
    from kumastats.study import lock as freeze
    from kumastats.warehouse import Warehouse

    NOW.json = json_
    register = Study.load(study)
    snapshot = (
        Warehouse.open(register.folder.warehouse).current() if register.folder.warehouse.is_dir() else None
    )
    held = {t: span[1] for t in snapshot.tables if (span := snapshot.span(t))} if snapshot else {}
    day = date(on, "--on") or dt.date.today()
    locked = freeze(
        register, on=day, snapshot=snapshot.id if snapshot else None, data_until=held, force=force
    )
    if json_:
        print_json({"sha256": locked.sha256, "locked_on": locked.locked_on, "data_until": locked.data_until})
    say(Text(f"{day} に固定しました（{locked.sha256[:12]}）。", f"Locked on {day} ({locked.sha256[:12]})."))


def status(
    study: StudyOption = Path(),
    on: Annotated[
        str | None, typer.Option(help="基準日（既定 今日） / as of this day (default: today)")
    ] = None,
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="受領を一つずつ表示 / list every delivery with its id")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """手元のデータ、欠け、前回の実行、残りの日数、証拠のない項目を示す / Show data held, gaps, last run, days left, and what has no evidence yet."""
    from kumastats.report import status as study_status
    from kumastats.study import Study

    NOW.json = json_
    found: Any = study_status(Study.load(study), on=date(on, "--on") or dt.date.today())
    if json_:
        print_json(found.to_dict())
        return
    say(found.text)
    for title, heads, rows in found.tables():
        table(title, heads, rows)
    if deliveries:
        table(*found.delivery_table())


def lab(
    more: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="-- WORDS", help="JupyterLabへ渡す語（例 -- --allow-root） / passed on to JupyterLab"
        ),
    ] = None,
    study: StudyOption = Path(),
    browser: Annotated[bool, typer.Option(help="ブラウザーを開く / open a browser")] = True,
    port: Annotated[
        int | None,
        typer.Option(help="ポート番号（既定は空いている8888から） / port; the first free one from 8888"),
    ] = None,
) -> None:
    """この研究でJupyterLabを開く（書き換えてよいノートブックの写しで） / Open JupyterLab in the study, on copies of the notebooks that are yours to change."""
    from kumastats.report import lab
    from kumastats.study import StudyFolder

    root = StudyFolder.find(study).root
    say(lab.prepare(root, NOW.lang).text)
    words, environment = lab.command(root, browser=browser, port=port)
    os.environ.update(environment)
    sys.stdout.flush()
    os.execv(words[0], [*words, *(more or [])])
