"""Commands about data: ingest, check, request."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kumastats.cli.console import (
    NOW,
    Bar,
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
from kumastats.text import Text


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="ファイルかフォルダー（省略すると raw/ の全部） / files or folders; default: all of raw/"
        ),
    ] = None,
    study: StudyOption = Path(),
    source: Annotated[
        str | None,
        typer.Option(help="データの種類（省略すると内容から判断） / source; default: told by the content"),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="対応表YAML / mapping file")] = None,
    received_on: Annotated[
        str | None, typer.Option(help="受領日（既定 今日） / day of receipt (default: today)")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="読んで確かめるだけ / read and check, take nothing in")
    ] = False,
    explain: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="このファイルの読み方を表示 / print how this file reads"),
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option(help="--explain の結果を対応表に保存 / with --explain: save it as a mapping"),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """生データを読み、確かめ、スナップショットにする（全部か、何もしないか） / Read raw exports, check them, and publish a snapshot – all or nothing.

    例: kumastats ingest / For example: kumastats ingest

    kumastats ingest ~/received/2018-08 --dry-run

    kumastats ingest --explain FILE.xlsx --save-mapping mappings/cases.yml
    """
    NOW.json = json_
    day = date(received_on, "--received-on")
    from kumastats.ingest import explain_file
    from kumastats.ingest import ingest as run_ingest
    from kumastats.study import StudyFolder

    if explain is not None:
        told = explain_file(explain, study=study, source=source, mapping=mapping)
        if json_:
            print_json(told.to_dict())
        say(told.text)
        if save_mapping is not None:
            save_mapping.write_text(told.yaml(), encoding="utf-8")
            kept = (
                Text("対応表を保存しました", "Mapping saved")
                if told.problem is None
                else Text(
                    "対応表の下書きを保存しました。見出しを直してください",
                    "Draft mapping saved; put your headers in",
                )
            )
            say(Text(f"{kept.ja}: {save_mapping}", f"{kept.en}: {save_mapping}"))
        if told.problem is not None:
            raise typer.Exit(1)
        return
    if save_mapping is not None:
        raise UsageError(
            Text("--save-mapping は --explain と使います。", "--save-mapping goes with --explain."),
            remedy=Text("--explain ファイル を付けてください。", "Add --explain FILE."),
        )
    folder = StudyFolder.find(study)
    with Bar(Text("読み込み中", "Reading")) as progress:
        report = run_ingest(
            folder.root, paths, source=source, mapping=mapping, received_on=day,
            dry_run=dry_run, progress=progress,
        )  # fmt: skip
    if json_:
        print_json(report.to_dict())
    say(report.text)


def check(
    study: StudyOption = Path(),
    engine: EngineOption = None,
    threads: ThreadsOption = None,
    memory: MemoryOption = None,
    json_: JsonOption = False,
) -> None:
    """取り込んだデータの品質を、規則ごとに確かめる / Check what is in the warehouse, rule by rule."""
    from kumastats.ingest import check as run_check
    from kumastats.study import StudyFolder

    NOW.json = json_
    choose_engine(engine, threads, memory)
    report = run_check(StudyFolder.find(study).root)
    if json_:
        print_json(report.to_dict())
    else:
        say(report.text)
    if not report.passed:
        raise typer.Exit(1)


def retract(
    delivery: Annotated[str, typer.Argument(help="受領の番号（status --deliveries） / id of a delivery")],
    reason: Annotated[str, typer.Option(help="理由（個人名は書かない） / why; name no person")],
    study: StudyOption = Path(),
    on: Annotated[str | None, typer.Option(help="取り下げた日（既定 今日） / day (default: today)")] = None,
    json_: JsonOption = False,
) -> None:
    """受領を今後の集計から外す（履歴は残る） / Leave a delivery out from now on; its history stays."""
    from kumastats.study import StudyFolder
    from kumastats.tables import table
    from kumastats.warehouse import Warehouse

    NOW.json = json_
    warehouse = Warehouse.open(StudyFolder.find(study).warehouse)
    made = warehouse.retract(delivery, reason=reason, on=date(on, "--on") or dt.date.today())
    now, label = warehouse.current(), table(made.table).label
    snapshot = now.id if now else None
    if json_:
        print_json({"delivery": made.id, "rows": made.rows, "snapshot": snapshot})
    say(
        Text(
            f"受領 {made.id}（{label.ja}、{made.rows:,}行）を取り下げました。スナップショット {snapshot or 'なし'}",
            f"Delivery {made.id} ({label.en}, {made.rows:,} rows) was retracted. snapshot {snapshot or 'none'}",
        )
    )


def request(
    study: StudyOption = Path(),
    source: Annotated[
        list[str] | None, typer.Option(help="この種類だけ（既定 全部） / only these sources (default: all)")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(help="書き出すフォルダー（既定 STUDY/request） / folder (default: STUDY/request)"),
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="依頼文の日付（既定 空欄） / date on the letter (default: blank)")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """データを持つ所属への依頼文と、種類ごとの列の表を書く / Write the data-request letter and the column sheet of each source."""
    from kumastats.request import write_request
    from kumastats.study import StudyFolder

    NOW.json = json_
    made = write_request(StudyFolder.find(study).root, to, source or None, date(on, "--on"))
    if json_:
        print_json(made.to_dict())
    say(made.text)
