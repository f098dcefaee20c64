"""Opening an engine by its settings."""

from __future__ import annotations

from kumastats.warehouse.engine.base import Engine
from kumastats.warehouse.engine.settings import EngineSettings


def open_engine(settings: EngineSettings | None = None) -> Engine:
    """Return the engine of `settings`, by default those of the environment. It starts on first use."""
    wanted = settings or EngineSettings.from_environment()
    if wanted.name == "spark":
        from kumastats.warehouse.engine.spark import Spark

        return Spark(wanted)
    from kumastats.warehouse.engine.embedded import DuckDB

    return DuckDB(wanted)
