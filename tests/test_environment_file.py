"""``environment.yml`` and the lock follow ``pyproject.toml``."""

import importlib.util
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_environment_yml_is_what_pyproject_says():
    spec = importlib.util.spec_from_file_location("environment_file", ROOT / "tests/environment_file.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == module.render()


def test_the_lock_pins_every_dependency_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {re.split(r"[=\[ ]", line)[0].lower() for line in lock.splitlines() if line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[<>=\[ ]", d)[0].lower() for d in wanted} <= pinned
    assert "://" not in lock and "--" not in lock
    assert all("==" in line for line in lock.splitlines() if line)
