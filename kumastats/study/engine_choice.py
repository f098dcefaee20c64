"""How much of the machine sums may take, as ``engine:`` of ``study.yml`` says. No result depends on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kumastats.errors import UsageError
from kumastats.study.yaml_reader import Node
from kumastats.warehouse.engine import EngineSettings
from kumastats.warehouse.engine.settings import ENGINE, MASTER, MEMORY, SPILL, THREADS

SECTION = "engine"
VARIABLES = {"name": ENGINE, "threads": THREADS, "memory": MEMORY, "spill": SPILL, "master": MASTER}
_LINES = re.compile(rb"^(?:# ?)?engine:[^\n]*\n?(?:#?[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)*", re.MULTILINE)


def engine_choice(top: Node, root: Path) -> Mapping[str, str]:
    """Return the variables (`EngineSettings.from_environment`) that a study sets; none where it says nothing.

    Parameters
    ----------
    root
        The study folder: ``spill`` may be written relative to it.

    Raises
    ------
    StudyError
        With the line of what cannot work.
    """
    if not top.has(SECTION):
        return MappingProxyType({})
    node = top[SECTION]
    node.known(*VARIABLES)
    made = {}
    for key, variable in VARIABLES.items():
        if node.has(key):
            value = str(node[key].value)
            made[variable] = str(root / value) if key == "spill" else value
            try:
                EngineSettings.from_environment({variable: made[variable]})
            except UsageError as error:
                raise node[key].error(error.found, error.remedy) from error
    return MappingProxyType(made)


def without_engine(register: bytes) -> bytes:
    r"""Return the text of a register without the lines about the engine, of which no result depends.

    >>> without_engine(b"title: x\nengine:\n  threads: 4\nterm: y\n")
    b'title: x\nterm: y\n'
    """
    return _LINES.sub(b"", register)
