"""The results as JSON, as a page, and on the terminal."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
JSON, PAGES = DOCS / "benchmarks.json", {"en": DOCS / "benchmarks.md", "ja": DOCS / "benchmarks.ja.md"}
HEAD = {
    "en": """# Benchmarks

[日本語](benchmarks.ja.md). Written by `make bench`. Seconds are wall time of the fastest of the runs told, on the machine of the row; CPU seconds count
all threads. They show the scale only; **the ratio counts**: peer and floor are measured beside ours in the same run. Each
measurement has a process of its own, whose peak memory (interpreter, libraries and input included) is given; where it starts
others, that of the largest. Rows of the full-size city take long and are measured only by `python tests/bench --only full-city`.
""",
    "ja": """# 速さ

[English](benchmarks.md)。`make bench` が書きます。秒は、記した回数のうち最も速い回の経過時間で、測った機械は各行にあります。括弧内は全スレッドのCPU秒です。
秒は規模を示すだけで、**比に意味があります**。比べるソフトウェアと下限は、同じ回に並べて測ります。1つの測定が1つのプロセスで、
ピークメモリーにはインタープリター、ライブラリー、入力を含みます（ほかのプロセスを起動するときは最大のもの）。実物大の市の行は時間がかかるため、
`python tests/bench --only full-city` でだけ測ります。仕事の名と注記は英語です。
""",
}
COLUMNS = {
    "en": "work | ours s (CPU s) | ours MiB | peer | peer s (CPU s) | peer MiB | peer ÷ ours | floor | ours ÷ floor | goal",
    "ja": "仕事 | 本製品 秒（CPU秒） | 本製品 MiB | 比較対象 | 比較対象 秒（CPU秒） | 比較対象 MiB | 比較対象÷本製品 | 下限 | 本製品÷下限 | 目標",
}
RUNS = {
    "en": "ours of {ours} runs, peer of {peer}; {versions}; {machine}.",
    "ja": "本製品は{ours}回、比較対象は{peer}回のうち最速。{versions}。{machine}。",
}


def machine() -> str:
    """Return how many processors of which model: nothing that names a host."""
    model = platform.machine()
    told = Path("/proc/cpuinfo")
    if told.exists():
        found = [
            line for line in told.read_text(encoding="utf-8").splitlines() if line.startswith("model name")
        ]
        model = found[0].split(":", 1)[1].strip() if found else model
    return f"{os.cpu_count()} × {model}"


def held() -> dict[str, dict[str, Any]]:
    """Return the rows measured before, by name."""
    rows = json.loads(JSON.read_text(encoding="utf-8"))["rows"] if JSON.exists() else []
    return {row["name"]: row for row in rows}


def write(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write all rows, sorted by name."""
    ordered = [dict(rows[name]) for name in sorted(rows)]
    DOCS.mkdir(exist_ok=True)
    JSON.write_text(json.dumps({"rows": ordered}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for lang, page in PAGES.items():
        page.write_text(_page(ordered, lang), encoding="utf-8")


def _page(ordered: Sequence[Mapping[str, Any]], lang: str) -> str:
    lines = [
        HEAD[lang],
        f"| {COLUMNS[lang]} |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: | --- | ---: | --- |",
        *(_line(row) for row in ordered),
        "",
    ]
    for row in ordered:
        versions = ", ".join(f"{k} {v}" for k, v in row["versions"].items())
        note = "".join(f" {t}" for t in (row.get("said", ""), row["note"]) if t)
        runs = RUNS[lang].format(
            ours=row["repeats"], peer=row["peer_repeats"], versions=versions, machine=row["machine"]
        )
        lines.append(f"- **{row['name']}** – {runs}{note}")
    return "\n".join(lines) + "\n"


def _line(row: Mapping[str, Any]) -> str:
    floor = f"{row['floor']} {seconds(row['floor_s'])}" if row["floor_s"] is not None else ""
    cells = [
        row["work"], f"{seconds(row['ours_s'])} ({seconds(row['ours_cpu_s'])})", size(row["ours_mb"]), row["peer"],
        f"{seconds(row['peer_s'])} ({seconds(row['peer_cpu_s'])})" if row["peer_s"] is not None else "",
        size(row["peer_mb"]), ratio(row["peer_s"], row["ours_s"]), floor, ratio(row["ours_s"], row["floor_s"]), row["goal"],
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def seconds(value: float | None) -> str:
    """Return seconds in three significant digits."""
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def size(value: float | None) -> str:
    """Return MiB."""
    return "" if value is None else f"{value:,.0f}"


def ratio(upper: float | None, lower: float | None) -> str:
    """Return how many times."""
    return "" if upper is None or not lower else f"{upper / lower:.1f}"


def show(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the rows as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=machine())
    for name in ("row", "ours s", "CPU s", "MiB", "peer", "peer s", "MiB", "peer÷ours", "ours÷floor", "goal"):
        table.add_column(name, justify="left" if name in ("row", "peer", "goal") else "right")
    for name, r in rows.items():
        table.add_row(
            name, seconds(r["ours_s"]), seconds(r["ours_cpu_s"]), size(r["ours_mb"]), r["peer"], seconds(r["peer_s"]),
            size(r["peer_mb"]), ratio(r["peer_s"], r["ours_s"]), ratio(r["ours_s"], r["floor_s"]), r["goal"],
        )  # fmt: skip
    Console().print(table)
