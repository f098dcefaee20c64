"""Where the notebooks and the words of the publications lie, and which program this is."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from kumastats import __version__

PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    beside = PACKAGE.parent / name
    return (
        beside
        if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir()
        else PACKAGE / "_assets" / name
    )


def notebooks() -> Path:
    """Return the folder of the notebooks: the repository's, or the installed copy."""
    return _folder("notebooks")


def reports() -> Path:
    """Return the folder of templates and words."""
    return _folder("reports")


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the version with a hash of the library's code, as records keep it."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if (
            path.suffix in (".py", ".csv", ".json")
            and "_assets" not in path.parts
            and "__pycache__" not in path.parts
        ):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
