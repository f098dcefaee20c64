"""``kumastats lab``: JupyterLab in the study, on copies of the notebooks that an analyst may change."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.display.fonts import font_paths
from kumastats.errors import KumastatsError
from kumastats.report import assets
from kumastats.report.execute import in_language
from kumastats.report.runner import available, quarters_held
from kumastats.study import StudyFolder
from kumastats.text import Lang, Text

FIRST = "00_start_here"
NOTEBOOKS, OWN, COPIED = "notebooks", ".lab", "copied.json"
# plots of an analyst's own are drawn in the font of ours, which holds Japanese
FONTS = "from kumastats.display.fonts import everywhere; everywhere(); del everywhere"
QUIET = {
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
}  # asks the internet for news

# asked for only where no font of the machine has the character
FACE = """@font-face { font-family: "Kumastats"; font-weight: %d; src: local("Noto Sans CJK JP"), local("Hiragino Sans"),
  local("Yu Gothic"), local("Meiryo"), url("%s") format("opentype"); unicode-range: U+2000-206F, U+2190-22FF, U+25A0-27BF, U+3000-30FF, U+31F0-31FF,
  U+3400-4DBF, U+4E00-9FFF, U+F900-FAFF, U+FF00-FFEF; }
"""
STYLE = """:root, body {
  --jp-ui-font-family: system-ui, -apple-system, "Segoe UI", helvetica, arial, "Kumastats", sans-serif !important;
  --jp-content-font-family: system-ui, -apple-system, "Segoe UI", helvetica, arial, "Kumastats", sans-serif !important;
  --jp-code-font-family-default: menlo, consolas, "DejaVu Sans Mono", "Kumastats", monospace !important;
}
"""


@dataclass(frozen=True)
class Prepared:
    """Notebooks copied into a study.

    Attributes
    ----------
    copied, kept
        Names of those that were written, and of those left as the analyst changed them.
    """

    folder: Path
    copied: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def text(self) -> Text:
        """What was done, in words."""
        ja = [f"ノートブック: {self.folder}（書き換えても、配布されたものは変わりません）"]
        en = [f"Notebooks: {self.folder} (yours to change; those of the library stay as they are)"]
        if self.kept:
            told = ", ".join(self.kept)
            ja.append(f"書き換えられているので、そのままにしました: {told}")
            en.append(f"Left as you changed them: {told}")
        return Text("\n".join(ja), "\n".join(en))


def prepare(study: Path, lang: Lang) -> Prepared:
    """Copy the notebooks into ``<study>/notebooks``, in one language, with the latest quarter held as their parameter.

    A copy that was changed since is never written over; an unchanged one follows the library.
    """
    root = StudyFolder(Path(study)).root
    folder, own = root / NOTEBOOKS, root / OWN
    folder.mkdir(exist_ok=True)
    own.mkdir(exist_ok=True)
    known = _known(own / COPIED)
    given = {"quarter": _latest(root), "lang": lang}
    copied, kept = [], []
    for name in available():
        source = (assets.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8")
        made = _with_parameters(in_language(source, lang), given)
        path = folder / f"{name}.ipynb"
        if path.is_file() and known.get(name) != _digest(path.read_text(encoding="utf-8")):
            kept.append(name)
            continue
        staging = path.with_name(f".{path.name}.tmp")
        staging.write_text(made, encoding="utf-8")
        staging.replace(path)
        known[name] = _digest(made)
        copied.append(name)
    (own / COPIED).write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return Prepared(folder, tuple(copied), tuple(kept))


def command(study: Path, *, browser: bool, port: int | None) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts JupyterLab in a study, and the variables it needs; writes its kernel's description."""
    root = StudyFolder(Path(study)).root.resolve()
    own = root / OWN
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", f"--IPKernelApp.exec_lines={FONTS}"],
        "display_name": "Python 3 (kumastats)",
        "language": "python",
        "metadata": {"debugger": True},
    }  # fmt: skip
    _put(own / "kernels" / "python3" / "kernel.json", kernel)
    config = own / "config"
    _put(config / "labconfig" / "page_config.json", QUIET)
    _style(config / "custom")
    words = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", "--LabApp.custom_css=True",
        f"--LabApp.default_url=/lab/tree/{NOTEBOOKS}/{FIRST}.ipynb",
    ]  # fmt: skip
    if not browser:
        words.append("--no-browser")
    if port is not None:
        words.append(f"--ServerApp.port={port}")
    return words, {
        "KUMASTATS_STUDY": str(root),
        "JUPYTER_PATH": _before(own, "JUPYTER_PATH"),
        **_configured(config),
    }


def _configured(config: Path) -> dict[str, str]:
    """Let Jupyter take its style from the study, and everything else from where the user keeps it."""
    from jupyter_core.paths import jupyter_config_dir

    theirs = Path(jupyter_config_dir())
    settings = os.environ.get("JUPYTERLAB_SETTINGS_DIR", str(theirs / "lab" / "user-settings"))
    return {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_CONFIG_PATH": _before(theirs, "JUPYTER_CONFIG_PATH"),
        "JUPYTERLAB_SETTINGS_DIR": settings,
    }


def _style(folder: Path) -> None:
    """Write the style that gives JupyterLab a font with Japanese where the machine has none."""
    folder.mkdir(parents=True, exist_ok=True)
    faces = []
    for weight, path in zip((400, 700), font_paths(), strict=True):
        face = folder / path.name
        if not face.exists():
            try:
                face.hardlink_to(path.resolve())  # Jupyter serves nothing that only points elsewhere
            except OSError:  # another disk
                shutil.copy(path, face)
        faces.append(FACE % (weight, path.name))
    (folder / "custom.css").write_text("".join(faces) + STYLE, encoding="utf-8")


def _before(path: Path, variable: str) -> str:
    return os.pathsep.join([str(path), *([os.environ[variable]] if os.environ.get(variable) else [])])


def _latest(root: Path) -> str | None:
    """Return the latest quarter held; None while nothing is."""
    try:
        return (quarters_held(root) or (None,))[-1]
    except KumastatsError:
        return None


def _with_parameters(source: str, given: Mapping[str, str | None]) -> str:
    """Write defaults into the cell of the parameters."""
    body: dict[str, Any] = json.loads(source)
    for cell in body["cells"]:
        if "parameters" not in cell["metadata"].get("tags", ()):
            continue
        lines = "".join(cell["source"]).splitlines()
        for i, line in enumerate(lines):
            name = line.partition(" = ")[0]
            if given.get(name):
                remark = line.partition("  #")[2]
                lines[i] = f'{name} = "{given[name]}"' + (f"  #{remark}" if remark else "")
        cell["source"] = "\n".join(lines)
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _known(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _put(path: Path, body: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")
