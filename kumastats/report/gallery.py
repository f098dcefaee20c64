"""A page of what was promised and what the demo found: the picture, the finding, and where each comes from.

``python -m kumastats.report.gallery DEMO docs`` writes ``docs/promises.md`` and ``promises.ja.md`` with their pictures, from the
executed notebooks and the evidence of the latest run of a synthetic study. `make published` calls it. Notebooks are pages for inside
a city hall: their pictures may hold what a public release may not, so a real study has no such page.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from kumastats.display import word
from kumastats.errors import UsageError
from kumastats.evidence import EvidenceRecord, Register, sentence
from kumastats.study import Study, StudyFolder
from kumastats.text import LANGS, Lang, Text

FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
ALT = re.compile(r'aria-label="([^"]*)"')


@dataclass(frozen=True)
class Promise:
    """One thing the announcement promised.

    Attributes
    ----------
    notebook
        The notebook that examines it.
    records
        Records that answer it, the foremost first; those a study lacks are left out.
    picture
        Which of the notebook's figures, from 0; None for no picture.
    """

    id: str
    label: Text
    notebook: str
    records: tuple[str, ...]
    picture: int | None = 0


PROMISES = (
    Promise("working-time", Text("勤務時間", "Working time"), "02_working_time", ("overtime-cloud-workplace", "course-ordered-overtime", "cap-unrecorded")),
    Promise("meetings", Text("むだな会議を減らす", "Fewer useless meetings"), "03_meetings", ("meetings-rules", "meetings-changes"), 2),
    Promise("documents", Text("書類を探す時間", "Shorter searches for documents"), "04_documents", ("search-documents", "documents-search-time"), 1),
    Promise("counters", Text("窓口の待ち時間", "Waits at the counters"), "05_counters", ("counter-peak", "counter-desks"), 1),
    Promise("processing", Text("処理の速さ", "Faster processing"), "05_counters", ("processing-within",), 4),
    Promise("adoption", Text("クラウド環境の利用", "The cloud workplace in use"), "00_start_here", ("adoption-teams", "adoption-telework", "adoption-dose-overtime"), None),
    Promise("chatbot", Text("AIチャットボット", "An AI chatbot"), "06_enquiries", ("chatbot-deflection", "chatbot-hours", "enquiries-chatbot")),
    Promise("remote-support", Text("タブレットによる遠隔支援", "Remote support by tablet"), "06_enquiries", ("service-remote-support", "pilot-service-time"), 3),
    Promise("schools", Text("学校の働き方", "Work at schools"), "07_schools", ("schools-ceilings", "schools-beside-school-affairs", "schools-lessons"), 2),
    Promise("satisfaction", Text("職員と市民の満足", "Satisfaction of staff and citizens"), "08_satisfaction", ("satisfaction-telework", "waves-satisfaction-place")),
    Promise("disaster", Text("防災と見守り", "Disasters, and watching over neighbours"), "09_disaster", ("disaster-2016-again", "first-reply-community", "watch-over"), 2),
    Promise("costs", Text("費用と便益", "Costs and benefits"), "10_costs_and_benefits", ("costs-to-date", "savings-year"), 1),
    Promise("claims", Text("公表された数値", "The announced figures"), "11_claims", ("claim-counter-40min", "claim-search-600m", "claim-cost-4-7bn"), None),
    Promise("items", Text("6つの連携項目", "Six partnership items"), "00_start_here", (), None),
    Promise("case-study", Text("事例研究の公表", "A case study published"), "12_case_study", (), None),
)  # fmt: skip


def gallery(study: Path, out: Path) -> tuple[Path, ...]:
    """Write the pages and pictures, and return their paths.

    Raises
    ------
    UsageError
        If the study has no run, or is not synthetic.
    """
    folder = StudyFolder.find(study)
    if not Study.load(folder.root).synthetic:
        raise UsageError(
            Text("実在の市の研究からは作りません。", "This is not made from a real city's study."),
            remedy=Text("公表は kumastats publish で。", "Use `kumastats publish`."),
        )
    runs = sorted(p.parent for p in folder.runs.glob("*/run.json"))
    if not runs:
        raise UsageError(
            Text("実行した四半期がありません。", "No quarter was run."),
            remedy=Text("先に kumastats run を実行してください。", "Run `kumastats run` first."),
        )
    run = runs[-1]
    records = {r.id: r for r in Register(run / "evidence").load_all()}
    pictures = out / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    written = []
    for lang in LANGS:
        parts = _head(lang)
        for promise in PROMISES:
            drawn = None
            if promise.picture is not None:
                drawn = _picture(run / lang / f"{promise.notebook}.ipynb", promise.picture)
            name = f"{promise.id}.{lang}.svg"
            if drawn is not None:
                (pictures / name).write_text(drawn[0], encoding="utf-8")
                written.append(pictures / name)
            parts += _section(promise, records, drawn[1] if drawn else "", name if drawn else "", lang)
        page = out / ("promises.md" if lang == "en" else f"promises.{lang}.md")
        page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        written.append(page)
    return tuple(written)


def _head(lang: Lang) -> list[str]:
    return [
        f"# {Text('約束と、分かったこと', 'What was promised, and what was found')(lang)}",
        "[English](promises.md)" if lang == "ja" else "[日本語](promises.ja.md)",
        Text(
            "架空の市（1,250人、seed 1）での結果です。実在の市・人・数値とは関係ありません。`make published` が実行済みのノートブックと証拠から書きます。",
            "Of the synthetic city (1,250 people, seed 1); nothing here is about a real city. Written by `make published` from executed notebooks and their evidence.",
        )(lang),
    ]  # fmt: skip


def _section(
    promise: Promise, records: dict[str, EvidenceRecord], alt: str, picture: str, lang: Lang
) -> list[str]:
    held = [records[i] for i in promise.records if i in records]
    parts = [f'<a id="{promise.id}"></a>\n\n## {promise.label(lang)}']
    for r in held:
        sure = f"{word('certainty', lang)}: {word(r.certainty.level, lang)}"
        parts.append(f"{sentence(r, lang)} ({sure}, `kumastats explain {r.id}`)")
    if picture:
        parts.append(f"![{alt}](pictures/{picture})")
    where = Text("ノートブック", "Notebook")(lang)
    told = f"{where}: [{promise.notebook}](../notebooks/{promise.notebook}.ipynb)"
    if not promise.records:
        case = Text("事例研究（PDF）", "The case study (PDF)")(lang)
        told += f" · [{case}](../reports/published/case_study_{lang}.pdf)"
    parts.append(told)
    return parts


def _picture(notebook: Path, which: int) -> tuple[str, str] | None:
    """Return a figure of an executed notebook as SVG with its text alternative; None where there are not so many."""
    if not notebook.is_file():
        return None
    for k, (svg, alt) in enumerate(_figures(notebook)):
        if k == which:
            return svg, alt
    return None


def _figures(notebook: Path) -> Iterator[tuple[str, str]]:
    executed: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get("text/html", "")
            for figure in FIGURE.findall("".join(shown)):
                svg, alt = SVG.search(figure), ALT.search(figure)
                if svg is not None:
                    yield (
                        svg[0].replace("<svg", '<svg style="background:#fff"', 1) + "\n",
                        html.unescape(alt[1]) if alt else "",
                    )


if __name__ == "__main__":
    gallery(Path(sys.argv[1]), Path(sys.argv[2]))
