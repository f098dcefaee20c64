"""Commands about results: run, publish, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kumastats.cli.console import (
    NOW,
    EngineOption,
    JsonOption,
    MemoryOption,
    StudyOption,
    ThreadsOption,
    choose_engine,
    date,
    print_json,
    say,
)
from kumastats.errors import UsageError
from kumastats.text import LANGS, Text


def run(
    quarter: Annotated[
        str | None,
        typer.Option(
            "--quarter",
            "-q",
            help="四半期（例 FY2018Q1 = 2018年4～6月） / quarter, e.g. FY2018Q1 = April–June 2018",
        ),
    ] = None,
    study: StudyOption = Path(),
    all_: Annotated[
        bool, typer.Option("--all", help="データのある全四半期 / every quarter that data are held of")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="ノートブックの番号（例 05） / only these notebooks, e.g. 05")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="この日までに受領したデータで / with the data received by this day")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="変わっていなくても実行 / run even what has not changed")
    ] = False,
    jobs: Annotated[int, typer.Option(help="同時に動かす数 / notebooks at once", min=1, max=8)] = 2,
    engine: EngineOption = None,
    threads: ThreadsOption = None,
    memory: MemoryOption = None,
    json_: JsonOption = False,
) -> None:
    """四半期のノートブックを実行する（変わっていないものは実行しない） / Run the notebooks of a quarter; unchanged ones are not run again."""
    from kumastats.calendar import Quarter
    from kumastats.cli.running import Running
    from kumastats.report import runner
    from kumastats.study import StudyFolder

    NOW.json = json_
    choose_engine(engine, threads, memory)
    day = date(as_of, "--as-of")
    root = StudyFolder.find(study).root
    if (quarter is None) == (not all_):
        raise UsageError(
            Text(
                "四半期が要ります（--all との併用はできません）。",
                "A quarter is needed, or --all without one.",
            ),
            remedy=Text("--quarter FY2018Q1 か --all を。", "Write --quarter FY2018Q1, or --all."),
        )
    if quarter is None:
        quarters = runner.quarters_held(root)
    else:
        one = Quarter(quarter)
        runner.refuse_without_data(root, one)
        quarters = (str(one),)
    made = []
    with Running() as watch:
        for manifest in runner.run_quarters(
            root, quarters, only=only or None, as_of=day.isoformat() if day else "", force=force, jobs=jobs, progress=watch,
        ):  # fmt: skip
            made.append(manifest)
    if json_:
        print_json([m.to_dict() for m in made] if all_ else made[0].to_dict())
    for manifest in made:
        say(manifest.text)
    if not all(m.succeeded for m in made):
        raise typer.Exit(1)


def publish(
    quarter: Annotated[
        str | None,
        typer.Option("--quarter", "-q", help="四半期（例 FY2018Q1） / quarter, e.g. FY2018Q1"),
    ] = None,
    study: StudyOption = Path(),
    profile: Annotated[
        str, typer.Option(help="internal（庁内限り）・public（公表） / internal or public")
    ] = "internal",
    approve: Annotated[
        list[str] | None,
        typer.Option(help="承認の記録 連携者=承認した人の役職 / record an approval: PARTNER=ROLE"),
    ] = None,
    check: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="既にある公表資料を検証する / verify an existing release"),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """事例研究を日英のPDFとHTMLにする。--check は既にあるものを検証する / Build the case study as PDF and HTML in both languages, or verify one with --check."""
    from kumastats.calendar import Quarter
    from kumastats.report import release, verification
    from kumastats.study import StudyFolder

    NOW.json = json_
    root = StudyFolder.find(study).root
    if check is not None:
        found = verification.check(StudyFolder(root).releases, check)
        if json_:
            print_json(found.to_dict())
        say(found.text)
        raise typer.Exit(0 if found.intact else 1)
    if quarter is None:
        raise UsageError(
            Text("四半期が要ります。", "A quarter is needed."),
            remedy=Text("--quarter FY2018Q1 の形で。", "Write --quarter FY2018Q1."),
        )
    approvals = {}
    for entry in approve or []:
        partner, equals, by = entry.partition("=")
        if not (partner and equals and by):
            raise UsageError(
                Text(f"--approve 「{entry}」を読めません。", f"--approve: cannot read “{entry}”."),
                remedy=Text('--approve city="総務局長" の形で。', 'Write --approve city="Director General".'),
            )
        approvals[partner] = by
    built = release.publish(root, str(Quarter(quarter)), profile=profile, approvals=approvals)
    if json_:
        print_json(built.to_dict())
    say(built.text)


def explain(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="証拠の番号 / evidence id, e.g. overtime-cloud-workplace")
    ] = "",
    study: StudyOption = Path(),
    quarter: Annotated[
        str | None, typer.Option("--quarter", "-q", help="四半期（省略時は最新） / default: the latest run")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="番号を一覧にする / list the ids")] = False,
    json_: JsonOption = False,
) -> None:
    """数値の来歴を、元のファイルまでたどる / Print a number's road back to the file it came from."""
    from kumastats.report import explain as explain_number
    from kumastats.report.trace import listed
    from kumastats.study import StudyFolder

    NOW.json = json_
    root = StudyFolder.find(study).root
    if list_:
        held = listed(root, quarter=quarter)
        if json_:
            print_json(held)
        say(Text(*("\n".join(f"{h['id']}  {h[lang]}" for h in held) for lang in LANGS)))
        return
    if not id_:
        raise UsageError(
            Text("ID が要ります。", "ID is missing."),
            remedy=Text("一覧は `kumastats explain --list` で。", "`kumastats explain --list` lists them."),
        )
    road = explain_number(root, id_, quarter=quarter)
    if json_:
        print_json(road.to_dict())
    say(Text(road.text("ja"), road.text("en")))
