"""Every check that a comparison makes has a name in both languages."""

import re
from pathlib import Path

from kumastats.display.checks import CHECKS

COMPARE = Path(__file__).resolve().parents[2] / "kumastats" / "compare"


def test_every_check_has_a_name():
    made = set()
    for module in COMPARE.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        made |= set(re.findall(r'Check\(\s*"(\w+)"', text))
        if "Check(" in text:
            made |= set(re.findall(r'^\s+name = "(\w+)"$', text, re.MULTILINE))
    assert len(made) >= 10
    assert made <= set(CHECKS), made - set(CHECKS)
