"""The command line: ``kumastats init · sample · request · ingest · key · check · retract · lock · run · publish · attack · explain · lab · status · purge``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from kumastats.cli import data, key, privacy, results, study
from kumastats.cli.console import ERR, NOW, print_json
from kumastats.errors import KumastatsError, UsageError
from kumastats.text import LANGS, Text

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
    NOW.lang, NOW.debug = lang, debug


for command in (
    study.init, study.sample, data.request, data.ingest, data.check, data.retract, study.lock, results.run, results.publish, privacy.attack, results.explain, study.lab, study.status, privacy.purge,
):  # fmt: skip
    app.command()(command)
app.add_typer(key.app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors are printed without a traceback unless ``--debug``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if os.environ.get("KUMASTATS_LANG") in LANGS:
        NOW.lang = os.environ["KUMASTATS_LANG"]  # type: ignore[assignment]
    NOW.json = "--json" in given
    try:
        app(args=given, standalone_mode=True)
    except KumastatsError as error:
        if NOW.debug:
            raise
        if NOW.json:
            print_json(error.to_dict())
        else:
            ERR.print(error.text(NOW.lang), style="red", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except OSError as error:
        from kumastats.warehouse.disk import refusal

        told = refusal(error)
        if told is None or NOW.debug:
            raise
        if NOW.json:
            print_json(told.to_dict())
        else:
            ERR.print(told.text(NOW.lang), style="red", markup=False, soft_wrap=True)
        sys.exit(told.exit_code)
    except KeyboardInterrupt:
        ERR.print(
            Text("中断しました。もう一度実行すると続きから始まります。", "Stopped. Run it again to go on.")(
                NOW.lang
            )
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
