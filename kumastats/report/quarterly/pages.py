"""An executed notebook as a page: figures in it, its font beside it, no script, no request to anywhere else."""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from kumastats.display import word
from kumastats.display.fonts import font_paths, subset
from kumastats.report.quarterly.fresh import FONT
from kumastats.text import Lang, Text

FACE = f'@font-face {{ font-family: "Page"; src: url({FONT}) format("woff"); }}'
STYLE = """
:root { --ink: #1d2733; --blue: #00598f; --muted: #4c5660; --line: #c9d0d6; --wash: #eef3f7; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 54rem; padding: 1rem 1.1rem 3rem; color: var(--ink); background: #fff;
  font: 1rem/1.7 "Page", "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif; }
a { color: var(--blue); } h1, h2, h3 { line-height: 1.35; color: var(--blue); } h1 { color: var(--ink); }
.anchor-link, .jp-InputPrompt, .jp-OutputPrompt { display: none; }
.mark { background: var(--wash); padding: .5rem .8rem; font-size: .93rem; }
code, pre { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Page", monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .82rem; line-height: 1.5; margin: 0; }
details { margin: 1rem 0; border-left: 3px solid var(--line); padding-left: .8rem; }
summary { color: var(--muted); font-size: .87rem; cursor: pointer; }
.jp-OutputArea-output { overflow-x: auto; margin: .4rem 0; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } img { max-width: 100%; }
figcaption { color: var(--muted); font-size: .87rem; }
.stopped { border-left: 4px solid #b3261e; padding-left: .8rem; }
@media print {
  @page { size: A4; margin: 18mm; }
  body { max-width: none; padding: 0; font-size: 10pt; } details { display: none; } h1, h2, h3 { break-after: avoid; }
  .jp-OutputArea-output { overflow: visible; } figure, tr { break-inside: avoid; }
  .kt { font-size: 8pt; line-height: 1.45; width: 100%; } .kt th, .kt td { padding: .25em .4em; overflow-wrap: anywhere; white-space: normal; }
}
"""


def page(path: Path, lang: Lang) -> bytes:
    """Return the page of an executed notebook."""
    import nbformat

    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    named: Counter[str] = Counter()
    body = "\n".join(_cell(c, lang, named) for c in notebook.cells)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    title = html.unescape(re.sub(r"<[^>]+>", "", heading[1])) if heading else path.name.removesuffix(".ipynb")
    back = Text("四半期報告へ", "To the quarterly report")(lang)
    marked = f'<header class="mark">{html.escape(word("internal", lang))} · <a href="../report_{lang}.html">{html.escape(back)}</a></header>'
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(title)}</title>\n'
        f"<style>\n{FACE}{STYLE}</style>\n</head>\n<body>\n{marked}\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


def write(path: Path, lang: Lang) -> None:
    """Write the page of an executed notebook beside it, in one step."""
    target = path.with_suffix(".html")
    staging = target.with_name(f".{target.name}.tmp")
    staging.write_bytes(page(path, lang))
    os.replace(staging, target)  # noqa: PTH105 - the atomic step


def write_font(folder: Path) -> None:
    """Write the font of the pages in a folder, so that no character of theirs is ever missing."""
    told = "".join(p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.html")))
    staging = folder / f".{FONT}.tmp"
    staging.write_bytes(subset(font_paths()[0], told))
    os.replace(staging, folder / FONT)  # noqa: PTH105 - the atomic step


def _cell(cell: Any, lang: Lang, named: Counter[str]) -> str:
    source = "".join(cell.source)
    if cell.cell_type == "markdown":
        return f"<section>{_markdown(source)}</section>"
    if cell.cell_type != "code" or not source.strip():
        return ""
    told = Text("計算", "Code")(lang)
    code = f"<details><summary>{told}</summary><pre><code>{html.escape(source)}</code></pre></details>"
    return code + "".join(_held(_output(o), lang, named) for o in cell.outputs)


def _held(shown: str, lang: Lang, named: Counter[str]) -> str:
    """Return an output in its box; one with a table may be wider than the page, so a keyboard can move it, by its own name."""
    reached = ""
    if "<table" in shown:
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", shown, re.DOTALL)
        told = re.sub(r"<[^>]+>", "", caption[1]).strip() if caption else Text("表", "table")(lang)
        named[told] += 1
        name = f"{told} ({named[told]})" if named[told] > 1 else told
        reached = f' tabindex="0" role="region" aria-label="{name}"'
    return f'<div class="jp-OutputArea-output"{reached}>{shown}</div>'


def _output(output: Any) -> str:
    if output.output_type == "stream":
        return f"<pre>{html.escape(output.text)}</pre>"
    if output.output_type == "error":
        plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
        return f'<div class="stopped"><pre>{html.escape(plain)}</pre></div>'
    data = output.data
    if "text/html" in data:
        return re.sub(r"<script\b.*?</script>", "", str(data["text/html"]), flags=re.DOTALL | re.IGNORECASE)
    if "text/markdown" in data:
        return _markdown(data["text/markdown"])
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{"".join(data["image/png"]).strip()}">'
    return f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"


def _markdown(text: str) -> str:
    return str(_renderer()(text))


@lru_cache(maxsize=1)
def _renderer() -> Any:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render
