"""Complementary suppression by τ-ARGUS (`pytauargus`, the extra ``[protect]``): which further cells to blank.

It is asked to protect and never believed: its own audit can be too narrow, so that every pattern is attacked anew.
"""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Literal

import numpy as np

from kumastats.disclosure.tables import Array
from kumastats.errors import DisclosureError
from kumastats.scratch import scratch
from kumastats.text import Text

Way = Literal["OPT", "MOD"]
MINUTES = 2  # the longest it may search
TOTAL, OUT = "T", "out.tab"


def pattern(counts: Array, primary: Array, width: float, way: Way) -> Array:
    """Return which cells to blank so that each primary is at least `width` wide, as τ-ARGUS finds.

    Parameters
    ----------
    way
        ``OPT`` searches for the fewest people hidden, ``MOD`` protects parts of a table one after the other.

    Raises
    ------
    DisclosureError
        If the package is not installed, or finds nothing.
    """
    if importlib.util.find_spec("pytauargus") is None:
        raise DisclosureError(
            Text("pytauargus が入っていません。", "pytauargus is not installed."),
            remedy=Text("`pip install kumastats[protect]`", "`pip install kumastats[protect]`"),
        )
    with scratch() as root:
        codes = _write(root, np.asarray(counts), np.asarray(primary, bool), width)
        asked = f"OPT(1,{MINUTES})" if way == "OPT" else f"MOD(1,{MINUTES},1,1,1)"
        dimensions = "".join(f'"d{i}"' for i in range(np.ndim(counts)))
        (root / "run.arb").write_text(
            f'<OPENTABLEDATA> "table.tab"\n<OPENMETADATA> "table.rda"\n<SPECIFYTABLE> {dimensions}|"value"||\n'
            f'<SAFETYRULE>\n<READTABLE> 0\n<SUPPRESS> {asked}\n<WRITETABLE> (1,5,SO+,"{OUT}")\n',
            encoding="utf-8",
        )
        # a process of its own: it writes logs where it stands, and a fault in its native code stays there
        command = [sys.executable, "-m", "pytauargus.cli", "run", "run.arb"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode or not (root / OUT).is_file():
            told = (done.stderr or done.stdout).strip()[-200:]
            raise DisclosureError(
                Text(f"τ-ARGUS が止まりました: {told}", f"τ-ARGUS stopped: {told}"),
                remedy=Text("粗い区分で公表する。", "Publish coarser classes."),
            )
        lines = (root / OUT).read_text(encoding="utf-8").splitlines()
    return _read(lines, codes, np.shape(counts))


def _write(root: Path, counts: Array, primary: Array, width: float) -> list[list[str]]:
    """Write the table with every margin (which may not be blanked), and how widely each primary cell is to be hidden."""
    codes = [[f"{k:04d}" for k in range(size)] for size in counts.shape]
    lines = []
    for kept in itertools.product((True, False), repeat=counts.ndim):
        away = tuple(i for i, k in enumerate(kept) if not k)
        sums = counts.sum(axis=away) if away else counts
        for at in np.ndindex(sums.shape):
            place = iter(at)
            labels = [codes[i][next(place)] if k else TOTAL for i, k in enumerate(kept)]
            value = int(sums[at])
            if away:
                tail = f"{value};{value};P;;"
            elif primary[at]:
                low = min(value, width / 2)
                tail = f"{value};{value};U;{low:g};{width - low:g}"
            elif value == 0:
                tail = "0;0;P;;"
            else:
                tail = f"{value};{value};S;;"
            lines.append(";".join([*labels, tail]))
    (root / "table.tab").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = ['  <SEPARATOR> ";"', '  <SAFE> "S"', '  <UNSAFE> "U"', '  <PROTECT> "P"']
    for i in range(counts.ndim):
        told += [f"d{i}", "  <RECODEABLE>", f'  <TOTCODE> "{TOTAL}"']
    told += ["value", "  <NUMERIC>", "freq", "  <FREQUENCY>", "status", "  <STATUS>"]
    told += ["low", "  <NUMERIC> <LOWERPL>", "high", "  <NUMERIC> <UPPERPL>"]
    (root / "table.rda").write_text("\n".join(told) + "\n", encoding="utf-8")
    return codes


def _read(lines: list[str], codes: list[list[str]], shape: tuple[int, ...]) -> Array:
    blank = np.zeros(shape, bool)
    places = [{c: i for i, c in enumerate(held)} for held in codes]
    for line in lines:
        cells = [c.strip().strip('"') for c in line.split(";")]
        at = tuple(p.get(c, -1) for p, c in zip(places, cells, strict=False))
        if len(cells) > len(shape) + 3 and min(at) >= 0:
            blank[at] = cells[len(shape) + 3] in ("U", "M")
    return blank
