"""Whether what is missing is skipped or fails."""

import os

import pytest

REQUIRED = bool(os.environ.get("KUMASTATS_E2E_REQUIRED"))


def missing(reason: str) -> None:
    """Skip with the reason, or fail where everything is required."""
    (pytest.fail if REQUIRED else pytest.skip)(reason)
