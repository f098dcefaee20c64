"""The command line: ``kumastats init · sample · request · ingest · key · check · retract · lock · run · publish · attack · explain · lab · status · purge``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from kumastats import __version__
from kumastats.cli import data, help, key, privacy, results, study
from kumastats.cli.console import ERR, NOW, OUT, print_json
from kumastats.cli.misuse import misuse
from kumastats.errors import KumastatsError, UsageError
from kumastats.text import LANGS, Text

# what the command-line library raises for a command typed wrongly; its own module is private
_Misuse: Any = typer.BadParameter.__base__

app = typer.Typer(
    name="kumastats",
    cls=help.Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="行政の生データから、来歴をたどれ、個人が特定されない公表資料まで。 / "
    "From raw municipal exports to a traceable, privacy-proof public case study.\n\n"
    "はじめに: kumastats sample DIR（架空の市）か kumastats init DIR（自分の研究） / "
    "Start with: kumastats sample DIR (a synthetic city) or kumastats init DIR (a study of your own)",
)


def _version(asked: bool) -> None:
    if asked:
        OUT.print(f"kumastats {__version__}", markup=False)
        raise typer.Exit


@app.callback()
def _global(
    lang: Annotated[
        str, typer.Option(help="表示の言語 ja・en / language of messages: ja or en", envvar="KUMASTATS_LANG")
    ] = "ja",
    debug: Annotated[bool, typer.Option("--debug", help="エラーの詳細を表示 / show tracebacks")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="版を表示 / show the version", callback=_version, is_eager=True)
    ] = False,
) -> None:
    if lang not in LANGS:
        raise UsageError(
            Text(f"言語「{lang}」はありません。", f"There is no language “{lang}”."),
            remedy=Text("ja か en を指定してください。", "Use ja or en."),
        )
    NOW.lang, NOW.debug = lang, debug


for command in (
    study.init, study.sample, data.request, data.ingest, data.check, data.retract, study.lock, results.run, results.publish, privacy.attack, results.explain, study.lab, study.status, privacy.purge,
):  # fmt: skip
    app.command(cls=help.Command)(command)
app.add_typer(key.app)


def _language(given: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the language asked for, which may stand anywhere, and the other words.

    >>> _language(["status", "--lang", "en", "--json"])
    ('en', ['status', '--json'])
    """
    ends = given.index("--") if "--" in given else len(given)
    at = next((i for i, w in enumerate(given[:ends]) if w == "--lang" or w.startswith("--lang=")), None)
    if at is None:
        return None, list(given)
    _, equals, value = given[at].partition("=")
    width = 1 if equals else 2
    return value if equals else "".join(given[at + 1 : at + 2]), [*given[:at], *given[at + width :]]


def _tell(error: KumastatsError) -> None:
    if NOW.json:
        print_json(error.to_dict())
    else:
        ERR.print(error.text(NOW.lang), style="red", markup=False, soft_wrap=True)
    sys.exit(error.exit_code)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors are printed without a traceback unless ``--debug``."""
    asked, given = _language(sys.argv[1:] if arguments is None else arguments)
    for lang in (os.environ.get("KUMASTATS_LANG"), asked):
        if lang in LANGS:
            NOW.lang = lang
    NOW.json = "--json" in given
    if asked in (None, *LANGS) and help.show(typer.main.get_command(app), given):
        sys.exit(0)
    try:
        sys.exit(
            app(args=[*([] if asked is None else ["--lang", asked]), *given], standalone_mode=False) or 0
        )
    except KumastatsError as error:
        if NOW.debug:
            raise
        _tell(error)
    except _Misuse as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":
            sys.exit(2)  # the help is printed
        path = fault.ctx.command_path if fault.ctx else "kumastats"
        _tell(
            UsageError(
                misuse(fault),
                remedy=Text(f"`{path} --help` を見てください。", f"See `{path} --help`."),
            )
        )
    except OSError as error:
        from kumastats.warehouse.disk import refusal

        told = refusal(error)
        if told is None or NOW.debug:
            raise
        _tell(told)
    except (KeyboardInterrupt, typer.Abort):
        ERR.print(
            Text("中断しました。もう一度実行すると続きから始まります。", "Stopped. Run it again to go on.")(
                NOW.lang
            )
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
