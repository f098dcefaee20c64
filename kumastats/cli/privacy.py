"""Commands about privacy: attack, purge."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kumastats.cli.console import NOW, JsonOption, StudyOption, print_json, say
from kumastats.cli.console import date as read_date
from kumastats.errors import UsageError
from kumastats.text import Text


def attack(
    study: StudyOption = Path(),
    quarter: Annotated[
        str | None,
        typer.Option(
            "--quarter",
            "-q",
            help="公表前の四半期も含める（省略時は最新） / pending quarter (default: the latest)",
        ),
    ] = None,
    released: Annotated[
        bool, typer.Option("--released", help="公表済みだけを攻撃 / only what is out already")
    ] = False,
    internal: Annotated[
        bool,
        typer.Option(
            "--internal", help="庁内限りの資料も読める人として / as one who reads internal releases"
        ),
    ] = False,
    intervals: Annotated[
        bool, typer.Option("--intervals", help="全セルの秘匿インターバルを表示 / print every cell's interval")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """公表物すべてと公表前のものを合わせると、攻撃者に何が分かるかを示す / Print what an attacker learns from all releases and the pending one."""
    from kumastats.calendar import Quarter
    from kumastats.disclosure import Thresholds
    from kumastats.disclosure.ledger import Ledger
    from kumastats.report import release
    from kumastats.report.contributions import assess_all
    from kumastats.study import Study, StudyFolder

    NOW.json = json_
    folder = StudyFolder.find(study)
    chosen = str(Quarter(quarter)) if quarter else _latest(folder.runs)
    view = None if released or chosen is None else release.pending(folder.root, chosen)
    found = assess_all(
        Ledger.open(folder.releases), view, Thresholds.of(dict(Study.load(folder.root).thresholds)),
        internal=internal, with_intervals=intervals,
    )  # fmt: skip
    if json_:
        print_json({**found.to_dict(), "pending": chosen if view is not None else None})
    say(found.text)
    if not found.safe:
        raise typer.Exit(1)


def _latest(runs: Path) -> str | None:
    quarters = sorted(p.parent.name for p in runs.glob("FY*/evidence") if any(p.glob("*.json")))
    return quarters[-1] if quarters else None


def purge(
    before: Annotated[
        str, typer.Option(help="この日より前に受領した元ファイルを消す / raw files received before this day")
    ],
    study: StudyOption = Path(),
    keep_key: Annotated[bool, typer.Option("--keep-key", help="鍵は残す / keep the identity key")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="消さずに一覧だけ / list, remove nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに消す / do not ask")] = False,
    json_: JsonOption = False,
) -> None:
    """元ファイルと識別の鍵を消す（公表物の検証は後からもできる） / Remove raw files and the identity key; releases still verify."""
    from kumastats import keys
    from kumastats.report import purging
    from kumastats.study import StudyFolder

    NOW.json = json_
    day = read_date(before, "--before")
    if day is None:
        raise UsageError(Text("--before に日付が要ります。", "--before needs a day."))
    root = StudyFolder.find(study).root
    found = purging.plan(root, day, keep_key=keep_key)
    if not dry_run:
        if not yes:
            say(found.text)
            if not typer.confirm("元に戻せません。消しますか / This cannot be undone. Go on?"):
                raise UsageError(Text("何も消しませんでした。", "Nothing was removed."))
        found = purging.purge(root, found, lambda: keys.destroy(root, dt.date.today()))
    if json_:
        print_json(found.to_dict())
    say(found.text)
