"""Commands about the identity key: status, map, rotate, destroy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumastats.cli import help
from kumastats.cli.console import NOW, Bar, JsonOption, StudyOption, print_json, say
from kumastats.cli.console import date as read_date
from kumastats.errors import UsageError
from kumastats.text import Text

if TYPE_CHECKING:
    from kumastats.keys import KeyReport

app = typer.Typer(
    name="key",
    cls=help.Group,
    no_args_is_help=True,
    help="個人識別の鍵と識別子の対応表 / The identity key and the identity map",
)


def _tell(report: KeyReport, json_: bool) -> None:
    if json_:
        print_json(report.to_dict())
    say(report.text)


@app.command(cls=help.Command)
def status(study: StudyOption = Path(), json_: JsonOption = False) -> None:
    """鍵の状態（指紋、交換の回数、対応表の人数） / How the key stands: fingerprint, rotations, people in the identity map."""
    from kumastats import keys
    from kumastats.study import StudyFolder

    NOW.json = json_
    _tell(keys.status(StudyFolder.find(study).root), json_)


@app.command(name="map", cls=help.Command)
def take(
    files: Annotated[
        list[Path] | None, typer.Argument(help="一覧（省略すると raw/identities/） / lists of identities")
    ] = None,
    study: StudyOption = Path(),
    mapping: Annotated[Path | None, typer.Option(help="対応表YAML / mapping file")] = None,
    json_: JsonOption = False,
) -> None:
    """職員番号・UPN・印刷利用者・PersonId の一覧を、識別子の対応表に読む / Read lists of staff number, UPN, print user and PersonId into the identity map."""
    from kumastats import keys
    from kumastats.study import StudyFolder

    NOW.json = json_
    _tell(keys.take_map(StudyFolder.find(study).root, files or None, mapping=mapping), json_)


@app.command(cls=help.Command)
def rotate(study: StudyOption = Path(), json_: JsonOption = False) -> None:
    """鍵を交換し、倉庫のハッシュを付け直す（古いハッシュは何とも一致しなくなる） / Add a secret and hash everything held once more; the old hashes match nothing."""
    from kumastats import keys
    from kumastats.study import StudyFolder

    NOW.json = json_
    with Bar(Text("書き直し中", "Rewriting")) as progress:
        report = keys.rotate(StudyFolder.find(study).root, progress=progress)
    _tell(report, json_)


@app.command(cls=help.Command)
def destroy(
    study: StudyOption = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに廃棄する / do not ask")] = False,
    on: Annotated[str | None, typer.Option(help="廃棄日（既定 今日） / day (default: today)")] = None,
    json_: JsonOption = False,
) -> None:
    """鍵と識別子の対応表を廃棄する（ハッシュから人へは戻れなくなる） / Destroy the key and the identity map; hashes can no longer be led back to anyone."""
    from kumastats import keys
    from kumastats.study import StudyFolder

    NOW.json = json_
    if not yes and not typer.confirm(
        "鍵と対応表を廃棄します。元に戻せません / This cannot be undone. Go on?"
    ):
        raise UsageError(Text("廃棄しませんでした。", "Nothing was destroyed."))
    _tell(keys.destroy(StudyFolder.find(study).root, read_date(on, "--on") or dt.date.today()), json_)
