"""Write ``environment.yml`` from ``pyproject.toml``; the test beside it keeps the two in step.

Run ``python tests/environment_file.py --write`` (or ``make lock``) after changing a dependency.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "environment.yml"


def render() -> str:
    """Return the content ``environment.yml`` should have."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        "# Made from pyproject.toml by `make lock`; a test keeps the two in step.",
        "# 作成: conda env create -f environment.yml && conda activate kumastats && pip install --no-deps -e .",
        f"name: {project['name']}",
        "channels: [conda-forge]",
        "dependencies:",
        f'  - "python{project["requires-python"]}"',
        "  - pip",
        "  - pip:",
        *(f'      - "{dependency}"' for dependency in project["dependencies"]),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv:
        FILE.write_text(render(), encoding="utf-8")
    sys.exit(
        0 if FILE.read_text(encoding="utf-8") == render() else "environment.yml is out of step: make lock"
    )
