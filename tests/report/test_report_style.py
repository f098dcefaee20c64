"""Reports are written in one style (である), their empty states too; notebooks and messages keep です・ます."""

import ast
import re
from pathlib import Path

import kumastats.report
from kumastats.report.chapters.lacking import tables_lacking, tables_lacking_in_report

HERE = Path(kumastats.report.__file__).parent
POLITE = re.compile(r"(ません|ます|です|ました|でした)(?=。|、|（|$)")
MESSAGES = {"reader.py"}  # refuses a words file: told to whoever writes it


def polite(text: str) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and POLITE.search(node.value)
    ]


def test_no_sentence_of_a_report_is_polite():
    files = [p for part in ("quarterly", "parts") for p in sorted((HERE / part).glob("*.py"))]
    found = {p.name: polite(p.read_text(encoding="utf-8")) for p in files if p.name not in MESSAGES}
    assert len(files) > 10 and not {k: v for k, v in found.items() if v}


def test_a_polite_sentence_would_be_found():
    assert polite('w.say("まだありません。", "none")') == ["まだありません。"]


def test_what_is_missing_is_told_in_the_style_of_where_it_stands():
    holds = {"office"}.__contains__
    report, notebook = (
        tables_lacking_in_report(holds, "ticket", "office"),
        tables_lacking(holds, "ticket", "office"),
    )
    assert report.en == notebook.en and "（表 ticket）" in report.ja and "office" not in report.ja
    assert not POLITE.search(report.ja) and POLITE.search(notebook.ja)
    assert tables_lacking_in_report(holds, "office") is None
