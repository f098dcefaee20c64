"""The one font family of every page and figure: Noto Sans CJK JP, from a package, so no system font matters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

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
