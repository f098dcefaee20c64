"""What the checks of finished pages need: the demo's release, and tools that may be missing on a user's machine."""

import os
import shutil
from pathlib import Path

import pytest
from required import missing

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="session")
def demo() -> Path:
    root = Path(os.environ.get("KUMASTATS_DEMO", ROOT / "demo"))
    if not (root / "releases").is_dir():
        missing("no demo study: run `make case-study` first")
    return root


@pytest.fixture(scope="session")
def release(demo: Path) -> Path:
    found = sorted((p.parent for p in demo.glob("releases/*/SHA256SUMS")), key=lambda p: p.stat().st_mtime)
    if not found:
        missing("no release in the demo study: run `make case-study` first")
    return found[-1]


@pytest.fixture(scope="session")
def tool():
    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing(f"{name} is not installed")
        return str(path)

    return find


@pytest.fixture(scope="session")
def browser(tool):
    """A headless Chromium that asks nobody for anything."""
    chromium = tool("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()
