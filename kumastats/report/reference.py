"""Reference pages written from the code: the data dictionary and the data-quality rules, in both languages.

``python -m kumastats.report.reference docs`` renews them; a test keeps them in step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kumastats.measures import Measure
from kumastats.measures.catalogue import THEMES
from kumastats.tables import CATALOGUE, Table
from kumastats.text import LANGS, Lang, Text
from kumastats.warehouse.rules import RULES

KINDS = {
    "text": Text("文字", "text"), "date": Text("日付", "date"), "instant": Text("日時（日本時間）", "instant (Asia/Tokyo)"),
    "minutes": Text("分（整数）", "minutes (integer)"), "seconds": Text("秒（整数）", "seconds (integer)"),
    "count": Text("件数（整数）", "count (integer)"), "integer": Text("整数", "integer"), "thousandths": Text("千分率（整数）", "thousandths (integer)"),
    "yen": Text("円（整数）", "yen (integer)"), "flag": Text("真偽", "true or false"),
}  # fmt: skip
BETTER = {
    "lower": Text("小さいほどよい", "lower"),
    "higher": Text("大きいほどよい", "higher"),
    "neither": Text("よしあしなし", "neither"),
}
SEVERITY = {
    "error": Text("誤り（確認は失敗）", "error (the check fails)"),
    "warning": Text("要確認", "warning"),
    "note": Text("参考", "note"),
}
WRITTEN = Text(
    "このページは `python -m kumastats.report.reference docs` がコードから書きます。",
    "This page is written from the code by `python -m kumastats.report.reference docs`.",
)


def pages() -> dict[str, str]:
    """Return every page by its name below ``docs/``.

    >>> sorted(pages())
    ['data-dictionary.ja.md', 'data-dictionary.md', 'data-quality.ja.md', 'data-quality.md']
    """
    out = {}
    for lang in LANGS:
        suffix = ".md" if lang == "en" else f".{lang}.md"
        out[f"data-dictionary{suffix}"] = data_dictionary(lang)
        out[f"data-quality{suffix}"] = quality_rules(lang)
    return out


def data_dictionary(lang: Lang) -> str:
    """Return every measure and every canonical table, with their columns."""
    parts = [
        f"# {Text('データ辞書', 'Data dictionary')(lang)}",
        _other("data-dictionary", lang),
        WRITTEN(lang),
        f"## {Text('指標', 'Measures')(lang)}",
        Text(
            "図・表・報告書・比較は、すべてこの定義を読みます。`kumastats.measures.measure(\"…\")` で取り出せます。",
            "Figures, tables, reports and comparisons all read these definitions; `kumastats.measures.measure(\"…\")` returns one.",
        )(lang),
    ]  # fmt: skip
    for theme in THEMES:
        parts.append(f"### `{theme.__name__.rpartition('.')[2]}`")
        parts += [_measure(m, lang) for m in theme.MEASURES]
    parts.append(f"## {Text('表', 'Tables')(lang)}")
    parts.append(
        Text(
            "どの出力もここに書いた列だけから作られます。氏名・件名・自由記述・電話番号は入りません。太字は行を特定する列（キー）。",
            "Every output is made of these columns alone. Names, subjects, free text and telephone numbers never enter. Keys are bold.",
        )(lang)
    )
    parts += [_table(t, lang) for t in CATALOGUE.values()]
    return "\n\n".join(parts) + "\n"


def _measure(m: Measure, lang: Lang) -> str:
    where = ", ".join(f"{k} = {_value(v)}" for k, v in sorted(m.where.items())) or "—"
    rows = (
        (Text("単位", "unit"), m.unit(lang)),
        (Text("向き", "better"), BETTER[m.better](lang)),
        (Text("分子", "numerator"), m.numerator(lang)),
        (Text("分母", "denominator"), m.denominator(lang)),
        (Text("対象", "population"), m.population),
        (Text("元の表と列", "from"), f"`{m.table}.{m.value}`"),
        (Text("条件", "where"), where),
        (Text("分けられる列", "may be grouped by"), ", ".join(f"`{g}`" for g in m.groupings)),
        (Text("公表できる最小の人数", "smallest n told"), str(m.min_n)),
        (Text("注意", "caveat"), m.caveat(lang)),
    )
    heads = (Text("項目", "item")(lang), Text("内容", "content")(lang))
    return f"#### `{m.id}` – {m.label(lang)}\n\n" + _grid(heads, [(a(lang), b) for a, b in rows])


def _value(v: Any) -> str:
    if isinstance(v, (tuple, list, set, frozenset)):
        return " / ".join(sorted(str(x) for x in v))
    return str(v).lower() if isinstance(v, bool) else str(v)


def _table(t: Table, lang: Lang) -> str:
    rows = []
    for c in t.columns:
        name = f"**`{c.name}`**" if c.name in t.key else f"`{c.name}`"
        kind = KINDS[c.kind](lang)
        if c.identity:
            kind += Text("、鍵つきハッシュ", ", keyed hash")(lang)
        rows.append((name, c.label(lang), kind, ", ".join(c.allowed) if c.allowed else "—"))
    heads = (
        Text("列", "column")(lang),
        Text("意味", "meaning")(lang),
        Text("型", "kind")(lang),
        Text("取りうる値", "allowed")(lang),
    )
    return f"### `{t.name}` – {t.label(lang)}\n\n" + _grid(heads, rows)


def quality_rules(lang: Lang) -> str:
    """Return every data-quality rule, by table."""
    parts = [
        f"# {Text('データ品質の規則', 'Data-quality rules')(lang)}",
        _other("data-quality", lang),
        WRITTEN(lang),
        Text(
            "`kumastats check` が一つずつ確かめ、当てはまる行の数と場所（職場・日・元のファイル・行番号）を示します。誰の行かは示しません。"
            "「誤り」が一つでもあれば終了コードは1です。",
            "`kumastats check` looks at each and tells how many rows it finds and where (office, day, source file, row number), never whose "
            "they are. With any error its exit code is 1.",
        )(lang),
    ]  # fmt: skip
    heads = (
        Text("規則", "rule")(lang),
        Text("重さ", "severity")(lang),
        Text("数える行", "what it counts")(lang),
    )
    for name in sorted({r.table for r in RULES}):
        label = (
            CATALOGUE[name].label(lang) if name in CATALOGUE else Text("すべての受領", "every delivery")(lang)
        )
        mine = [r for r in RULES if r.table == name]
        rows = [(f"`{r.id}`", SEVERITY[r.severity](lang), r.meaning(lang)) for r in mine]
        parts.append(f"## `{name}` – {label}\n\n{_grid(heads, rows)}")
    return "\n\n".join(parts) + "\n"


def _other(name: str, lang: Lang) -> str:
    return f"[English]({name}.md)" if lang == "ja" else f"[日本語]({name}.ja.md)"


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def main(where: str) -> None:
    """Write the pages into the folder `where`."""
    for name, text in pages().items():
        (Path(where) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs")
