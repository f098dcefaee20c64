"""The command line: ``kumastats init · sample · ingest · check · lock · run · publish · explain · lab · status``."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kumastats.errors import KumastatsError, UsageError
from kumastats.text import LANGS, Lang, Text

app = typer.Typer(
    name="kumastats",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="生の行政データから、追跡でき、個人が特定されない公表資料まで。\n\n"
    "From raw municipal exports to a traceable, privacy-proof public case study.\n\n"
    "はじめに / Start with: kumastats sample DIR, または / or kumastats init DIR",
)


@dataclass
class _Settings:
    lang: Lang = "ja"
    debug: bool = False
    json: bool = False


_now = _Settings()
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

StudyOption = Annotated[
    Path, typer.Option("--study", "-s", help="研究フォルダー / the study folder", envvar="KUMASTATS_STUDY")
]
JsonOption = Annotated[bool, typer.Option("--json", help="機械向けのJSONで出力 / print JSON for scripts")]
QuarterOption = Annotated[
    str,
    typer.Option(
        "--quarter",
        "-q",
        help="四半期（例 FY2018Q1 = 2018年4～6月） / quarter, e.g. FY2018Q1 = April–June 2018",
    ),
]


@app.callback()
def _global(
    lang: Annotated[
        str, typer.Option(help="表示の言語 ja・en / language of messages", envvar="KUMASTATS_LANG")
    ] = "ja",
    debug: Annotated[bool, typer.Option(help="エラーの詳細を表示 / show tracebacks")] = False,
) -> None:
    if lang not in LANGS:
        raise UsageError(
            Text(f"言語「{lang}」はありません。", f"There is no language “{lang}”."),
            remedy=Text("ja か en を指定してください。", "Use ja or en."),
        )
    _now.lang, _now.debug = lang, debug


def _say(text: Text, *, style: str | None = None) -> None:
    if not _now.json:
        _out.print(text(_now.lang), style=style, markup=False, soft_wrap=True)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def _table(title: Text, heads: Sequence[Text], rows: Sequence[Sequence[object]]) -> None:
    table = Table(title=title(_now.lang), title_justify="left", header_style="bold")
    for head in heads:
        table.add_column(head(_now.lang), overflow="fold")
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    _out.print(table)


def _date(value: str | None, option: str) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(
            Text(f"{option} の日付「{value}」を読めません。", f"{option}: “{value}” is not a date."),
            remedy=Text("2018-04-01 の形で書いてください。", "Write it as 2018-04-01."),
        ) from error


class _Bar:
    """A progress bar on standard error; silent with ``--json`` or when not on a terminal."""

    def __init__(self, label: Text):
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"), console=_err, transient=True, disable=_now.json,
        )  # fmt: skip
        self._task = self._progress.add_task(label(_now.lang), total=None, now="")

    def __enter__(self) -> Callable[..., None]:
        self._progress.start()
        return self.update

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int, now: object = "") -> None:
        """Show `done` of `total` and what is being done now."""
        name = now.name if isinstance(now, Path) else str(now)
        self._progress.update(self._task, completed=done, total=total, now=name)


@app.command()
def init(directory: Annotated[Path, typer.Argument(help="新しいフォルダー / a new folder")]) -> None:
    """研究フォルダーを作る / Lay out a study folder with a register to fill in."""
    from kumastats.study import StudyFolder

    folder = StudyFolder.lay_out(directory)
    _say(Text(f"作りました: {folder.root}", f"Made: {folder.root}"))
    _say(
        Text(
            "次に: study.yml を書き、`kumastats lock` で固定し、raw/<種類>/ にデータを置いて `kumastats ingest`。",
            "Next: fill in study.yml, freeze it with `kumastats lock`, put exports into raw/<source>/, `kumastats ingest`.",
        )
    )


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="新しいフォルダー / a new folder")],
    people: Annotated[int, typer.Option(help="職員・教員の数 / staff and teachers", min=100)] = 1250,
    seed: Annotated[int, typer.Option(help="乱数の種 / random seed", min=0)] = 1,
    json_: JsonOption = False,
) -> None:
    """架空の市のデータを作る / Generate a synthetic city whose true effects are known."""
    from kumastats import sample as synthetic

    _now.json = json_
    with _Bar(Text("架空の市を作成中", "Making a synthetic city")) as progress:
        report = synthetic.write(directory, people=people, seed=seed, progress=progress)
    if json_:
        _print_json(report.to_dict())
    _say(report.text)


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="ファイル（省略すると raw/ の全部） / files; default: all of raw/"),
    ] = None,
    study: StudyOption = Path(),
    source: Annotated[
        str | None, typer.Option(help="データの種類 / source, e.g. attendance, tickets")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="対応表YAML / mapping file")] = None,
    received_on: Annotated[str | None, typer.Option(help="受領日 / day of receipt (default: today)")] = None,
    json_: JsonOption = False,
) -> None:
    """データを取り込む / Read raw exports, check them, and publish a snapshot – all or nothing."""
    from kumastats.ingest import ingest as run_ingest
    from kumastats.study import StudyFolder

    _now.json = json_
    folder = StudyFolder.find(study)
    with _Bar(Text("読み込み中", "Reading")) as progress:
        report = run_ingest(
            folder.root, paths, source=source, mapping=mapping, received_on=_date(received_on, "--received-on"),
            progress=progress,
        )  # fmt: skip
    if json_:
        _print_json(report.to_dict())
    _say(report.text)


@app.command()
def check(study: StudyOption = Path(), json_: JsonOption = False) -> None:
    """データの品質を確かめる / Check what is in the warehouse, rule by rule."""
    from kumastats.ingest import check as run_check
    from kumastats.study import StudyFolder

    _now.json = json_
    report = run_check(StudyFolder.find(study).root)
    if json_:
        _print_json(report.to_dict())
    else:
        _say(report.text)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def lock(
    study: StudyOption = Path(),
    on: Annotated[str | None, typer.Option(help="固定日 / day of freezing (default: today)")] = None,
    force: Annotated[bool, typer.Option(help="固定し直す / replace an earlier lock")] = False,
    json_: JsonOption = False,
) -> None:
    """計画を固定する / Freeze the study register before the data are seen."""
    from kumastats.study import Study
    from kumastats.study import lock as freeze
    from kumastats.warehouse import Warehouse

    _now.json = json_
    register = Study.load(study)
    snapshot = (
        Warehouse.open(register.folder.warehouse).current() if register.folder.warehouse.is_dir() else None
    )
    held = {t: span[1] for t in snapshot.tables if (span := snapshot.span(t))} if snapshot else {}
    day = _date(on, "--on") or dt.date.today()
    locked = freeze(
        register, on=day, snapshot=snapshot.id if snapshot else None, data_until=held, force=force
    )
    if json_:
        _print_json({"sha256": locked.sha256, "locked_on": locked.locked_on, "data_until": locked.data_until})
    _say(Text(f"{day} に固定しました（{locked.sha256[:12]}）。", f"Locked on {day} ({locked.sha256[:12]})."))


@app.command()
def run(
    quarter: QuarterOption,
    study: StudyOption = Path(),
    only: Annotated[
        list[str] | None, typer.Option(help="ノートブックの番号（例 05） / only these notebooks, e.g. 05")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="この日までに受領したデータで / with the data received by this day")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="変わっていなくても実行 / run even what has not changed")
    ] = False,
    jobs: Annotated[int, typer.Option(help="同時に動かす数 / notebooks at once", min=1, max=8)] = 2,
    json_: JsonOption = False,
) -> None:
    """四半期の分析を実行する / Run the notebooks of a quarter; unchanged ones are not run again."""
    from kumastats.calendar import Quarter
    from kumastats.report import runner
    from kumastats.study import StudyFolder

    _now.json = json_
    day = _date(as_of, "--as-of")
    with _Bar(Text("ノートブックを実行中", "Running notebooks")) as progress:
        manifest = runner.run(
            StudyFolder.find(study).root, str(Quarter(quarter)), only=only or None,
            as_of=day.isoformat() if day else "", force=force, jobs=jobs, progress=progress,
        )  # fmt: skip
    if json_:
        _print_json(manifest.to_dict())
    _say(manifest.text)
    if not manifest.succeeded:
        raise typer.Exit(1)


@app.command()
def publish(
    quarter: QuarterOption,
    study: StudyOption = Path(),
    profile: Annotated[
        str, typer.Option(help="internal（庁内限り）・public（公表） / internal or public")
    ] = "internal",
    approve: Annotated[
        list[str] | None,
        typer.Option(help="承認の記録 連携者=承認した人の役職 / record an approval: PARTNER=ROLE"),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """公表資料を作る / Build the case study as PDF and HTML in both languages."""
    from kumastats.calendar import Quarter
    from kumastats.report import release
    from kumastats.study import StudyFolder

    _now.json = json_
    root = StudyFolder.find(study).root
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
        _print_json(built.to_dict())
    _say(built.text)


@app.command()
def explain(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="証拠の番号 / evidence id, e.g. overtime-cloud-workplace")
    ],
    study: StudyOption = Path(),
    quarter: Annotated[
        str | None, typer.Option("--quarter", "-q", help="四半期（省略時は最新） / default: the latest run")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """数値の来歴をたどる / Print a number's road back to the file it came from."""
    from kumastats.report import explain as explain_number
    from kumastats.study import StudyFolder

    _now.json = json_
    road = explain_number(StudyFolder.find(study).root, id_, quarter=quarter)
    if json_:
        _print_json(road.to_dict())
    _say(Text(road.text("ja"), road.text("en")))


@app.command()
def lab(
    study: StudyOption = Path(),
    browser: Annotated[bool, typer.Option(help="ブラウザーを開く / open a browser")] = True,
) -> None:
    """JupyterLabを開く / Open JupyterLab on the notebooks, with this study chosen."""
    from kumastats.report import assets
    from kumastats.study import StudyFolder

    root = StudyFolder.find(study).root
    notebooks = assets.notebooks()
    _say(Text(f"研究: {root}　ノートブック: {notebooks}", f"Study: {root}   Notebooks: {notebooks}"))
    command = [sys.executable, "-m", "jupyterlab", str(notebooks / "00_start_here.ipynb")]
    os.environ["KUMASTATS_STUDY"] = str(root)
    sys.stdout.flush()
    os.execv(sys.executable, command + ([] if browser else ["--no-browser"]))


@app.command()
def status(
    study: StudyOption = Path(),
    on: Annotated[str | None, typer.Option(help="基準日 / as of this day (default: today)")] = None,
    json_: JsonOption = False,
) -> None:
    """今の状態を見る / Show data held, gaps, last run, days left, and what has no evidence yet."""
    from kumastats.report import status as study_status
    from kumastats.study import Study

    _now.json = json_
    found: Any = study_status(Study.load(study), on=_date(on, "--on") or dt.date.today())
    if json_:
        _print_json(found.to_dict())
        return
    _say(found.text)
    for title, heads, rows in found.tables():
        _table(title, heads, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors are printed without a traceback unless ``--debug``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if os.environ.get("KUMASTATS_LANG") in LANGS:
        _now.lang = os.environ["KUMASTATS_LANG"]  # type: ignore[assignment]
    _now.json = "--json" in given
    try:
        app(args=given, standalone_mode=True)
    except KumastatsError as error:
        if _now.debug:
            raise
        if _now.json:
            _print_json(error.to_dict())
        else:
            _err.print(error.text(_now.lang), style="red", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _err.print(
            Text("中断しました。もう一度実行すると続きから始まります。", "Stopped. Run it again to go on.")(
                _now.lang
            )
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
