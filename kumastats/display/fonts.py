"""The one font family of every page and figure: Noto Sans CJK JP, from a package, so no system font matters."""

from __future__ import annotations

import importlib
import io
from functools import lru_cache
from pathlib import Path
from typing import Any

FAMILY = "Noto Sans CJK JP"


def font_paths() -> tuple[Path, Path]:
    """Return the files of the regular and the bold face."""
    import noto_cjk_sans_jp_bold
    import noto_cjk_sans_jp_regular

    return Path(str(noto_cjk_sans_jp_regular.FONT_PATH)), Path(str(noto_cjk_sans_jp_bold.FONT_PATH))


@lru_cache(maxsize=1)
def register() -> str:
    """Make the family known to matplotlib, once in a process, and return its name."""
    from matplotlib import font_manager

    for path in font_paths():
        font_manager.fontManager.addfont(str(path))
    return FAMILY


def everywhere() -> None:
    """Draw every plot of this process in the family: for a person at work, never called by the library itself."""
    import matplotlib

    matplotlib.rcParams["font.family"] = register()


def subset(path: Path, text: str) -> bytes:
    """Return the face as WOFF with the characters of `text` only; the same text, the same bytes."""
    cutter: Any = importlib.import_module("fontTools.subset")

    options = cutter.Options()
    options.flavor = "woff"
    options.layout_features = ["kern", "palt"]
    options.name_IDs = []
    options.notdef_outline = True
    options.hinting = False
    options.recalc_timestamp = False
    font = cutter.load_font(str(path), options)
    cut = cutter.Subsetter(options)
    cut.populate(unicodes=sorted({ord(c) for c in text if c.isprintable()} | {0x20, 0x3000}))
    cut.subset(font)
    made = io.BytesIO()
    cutter.save_font(font, made, options)
    return made.getvalue()
