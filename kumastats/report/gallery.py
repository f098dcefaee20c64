"""A page of what was promised and what the demo found: the picture, the finding, and where each comes from.

``python -m kumastats.report.gallery DEMO docs`` writes ``docs/promises.md`` and ``promises.ja.md`` with their pictures, from the
executed notebooks and the evidence of the latest run of a synthetic study. `make published` calls it. Notebooks are pages for inside
a city hall: their pictures may hold what a public release may not, so a real study has no such page.
"""

from __future__ import annotations

import html
import json
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
from kumastats.report import lint, pdf_text
from kumastats.study import Study, StudyFolder
from kumastats.text import LANGS, Lang, Text

FIGURE = re.compile(r"<figure[ >].*?</figure>", re.DOTALL)
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
ALT = re.compile(r'aria-label="([^"]*)"')
ITEMS, CASE_STUDY = "items", "case-study"  # answered by all records, and by the release
HASH = 16


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
        Which of the notebook's figures, from 0, or from its end with −1; without records, of the released case study's.
    """

    id: str
    label: Text
    notebook: str
    records: tuple[str, ...]
    picture: int = 0


PROMISES = (
    Promise("working-time", Text("勤務時間", "Working time"), "02_working_time", ("overtime-cloud-workplace", "course-ordered-overtime", "cap-unrecorded")),
    Promise("meetings", Text("むだな会議を減らす", "Fewer useless meetings"), "03_meetings", ("meetings-rules", "meetings-changes"), 2),
    Promise("documents", Text("書類を探す時間", "Shorter searches for documents"), "04_documents", ("search-documents", "documents-search-time"), 1),
    Promise("counters", Text("窓口の待ち時間", "Waits at the counters"), "05_counters", ("counter-peak", "counter-desks"), 1),
    Promise("processing", Text("処理の速さ", "Faster processing"), "05_counters", ("processing-within",), -1),
    Promise("adoption", Text("クラウド環境の利用", "The cloud workplace in use"), "00_start_here", ("adoption-teams", "adoption-telework", "adoption-dose-overtime")),
    Promise("chatbot", Text("AIチャットボット", "An AI chatbot"), "06_enquiries", ("chatbot-deflection", "chatbot-hours", "enquiries-chatbot")),
    Promise("remote-support", Text("タブレットによる遠隔支援", "Remote support by tablet"), "06_enquiries", ("service-remote-support", "pilot-service-time"), 3),
    Promise("schools", Text("学校の働き方", "Work at schools"), "07_schools", ("schools-ceilings", "schools-beside-school-affairs", "schools-lessons"), 2),
    Promise("satisfaction", Text("職員と市民の満足", "Satisfaction of staff and citizens"), "08_satisfaction", ("satisfaction-telework", "waves-satisfaction-place")),
    Promise("disaster", Text("防災と見守り", "Disasters, and watching over neighbours"), "09_disaster", ("disaster-2016-again", "first-reply-community", "watch-over"), 2),
    Promise("costs", Text("費用と便益", "Costs and benefits"), "10_costs_and_benefits", ("costs-to-date", "savings-year"), 2),
    Promise("claims", Text("公表された数値", "The announced figures"), "11_claims", ("claim-counter-40min", "claim-search-600m", "claim-cost-4-7bn")),
    Promise(ITEMS, Text("6つの連携項目", "Six partnership items"), "00_start_here", ()),
    Promise(CASE_STUDY, Text("事例研究の公表", "A case study published"), "12_case_study", (), 1),
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
    released, written = _latest(folder), []
    for lang in LANGS:
        parts = _head(lang)
        for promise in PROMISES:
            drawn = _picture(promise, run / lang, released, lang)
            name = f"{promise.id}.{lang}.svg"
            if drawn is not None:
                (pictures / name).write_text(drawn[0], encoding="utf-8")
                written.append(pictures / name)
            parts += _section(
                promise,
                records,
                drawn[1] if drawn else "",
                name if drawn else "",
                lang,
                _whole(promise.id, folder, records, lang),
            )
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
    promise: Promise, records: dict[str, EvidenceRecord], alt: str, picture: str, lang: Lang, whole: str
) -> list[str]:
    held = [records[i] for i in promise.records if i in records]
    parts = [f'<a id="{promise.id}"></a>\n\n## {promise.label(lang)}']
    for r in held:
        sure = f"{word('certainty', lang)}: {word(r.certainty.level, lang)}"
        parts.append(f"{sentence(r, lang)} ({sure}, `kumastats explain {r.id}`)")
    if whole:
        parts.append(whole)
    if picture:
        parts.append(f"![{alt}](pictures/{picture})")
    where = Text("ノートブック", "Notebook")(lang)
    told = f"{where}: [{promise.notebook}](../notebooks/{promise.notebook}.ipynb)"
    if not promise.records:
        case = Text("事例研究（PDF）", "The case study (PDF)")(lang)
        told += f" · [{case}](../reports/published/case_study_{lang}.pdf)"
    parts.append(told)
    return parts


def _whole(id_: str, folder: StudyFolder, records: dict[str, EvidenceRecord], lang: Lang) -> str:
    """Return what answers a promise as a whole: the coverage of the items, or the latest public release; else nothing."""
    if id_ == ITEMS:
        return _coverage(Study.load(folder.root), records, lang)
    return _released(folder, lang) if id_ == CASE_STUDY else ""


def _coverage(study: Study, records: dict[str, EvidenceRecord], lang: Lang) -> str:
    heads = Text(
        "| 連携項目 | 証拠の数 | うち比較 | 判断できる比較 |",
        "| item | records | comparisons | of these decidable |",
    )(lang)
    rows = [heads, "|---|---:|---:|---:|"]
    for item in study.items:
        mine = [r for r in records.values() if r.item == item.id]
        compared = [r for r in mine if r.kind == "comparison"]
        none = Text("証拠はまだない", "no evidence yet")(lang)
        rows.append(
            f"| {item.label(lang)} | {len(mine) or none} | {len(compared)} | {sum(r.decidable for r in compared)} |"
        )
    return "\n".join(rows)  # fmt: skip


def _released(folder: StudyFolder, lang: Lang) -> str:
    """Return what the latest public release holds: pages, numbers held against the register, its hash."""
    latest = _latest(folder)
    if latest is None:
        return Text("公表はまだない。", "Nothing has been released yet.")(lang)
    told = json.loads((latest / "release.json").read_bytes())
    files = {p.name: p.read_bytes() for p in latest.iterdir()}
    pages = {x: len(pdf_text.pages(files[f"case_study_{x}.pdf"])) for x in LANGS}
    numbers = lint.numbers_shown(files["case_study_ja.html"].decode("utf-8"))
    content = told["content_hash"][:HASH]
    return Text(
        f"PDFは日本語{pages['ja']}頁、英語{pages['en']}頁。本文と表の数値{numbers:,}か所を、台帳・HTML・PDF・日英で照合した（`kumastats publish --check {told['id']}`）。承認された内容のハッシュの先頭は `{content}`。",
        f"The PDFs have {pages['ja']} pages in Japanese and {pages['en']} in English. {numbers:,} numbers of text and tables were held against the register, between HTML and PDF and between the languages (`kumastats publish --check {told['id']}`). The hash that was approved begins `{content}`.",
    )(lang)


def _latest(folder: StudyFolder) -> Path | None:
    """Return the latest public release; None before the first."""
    found = [p.parent for p in folder.releases.glob("*-public-*/release.json")]
    return max(
        found, key=lambda p: (json.loads((p / "release.json").read_bytes())["quarter"], p.name), default=None
    )


def _picture(promise: Promise, run: Path, release: Path | None, lang: Lang) -> tuple[str, str] | None:
    """Return a promise's figure as SVG with its text alternative; None where there are not so many."""
    if promise.records:
        page = _shown(run / f"{promise.notebook}.ipynb")
    else:
        page = (
            (release / f"case_study_{lang}.html").read_text(encoding="utf-8") if release is not None else ""
        )
    held = list(_figures(page))
    return held[promise.picture] if -len(held) <= promise.picture < len(held) else None


def _shown(notebook: Path) -> str:
    """Return the HTML that an executed notebook shows; nothing where there is none."""
    if not notebook.is_file():
        return ""
    executed: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    outputs = (output for cell in executed.cells for output in cell.get("outputs", []))
    return "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)


def _figures(page: str) -> Iterator[tuple[str, str]]:
    for figure in FIGURE.findall(page):
        svg, alt = SVG.search(figure), ALT.search(figure)
        if svg is not None:
            white = svg[0].replace("<svg", '<svg style="background:#fff"', 1)
            yield white + "\n", html.unescape(alt[1]) if alt else ""


if __name__ == "__main__":
    gallery(Path(sys.argv[1]), Path(sys.argv[2]))
