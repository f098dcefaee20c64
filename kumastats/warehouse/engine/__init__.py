"""Where tables are summed: DuckDB inside the process, or Spark for several cities or the nation. Both give the same integers."""

from kumastats.warehouse.engine.base import Engine
from kumastats.warehouse.engine.opening import open_engine
from kumastats.warehouse.engine.portable import refuse, refused
from kumastats.warehouse.engine.settings import ENGINES, EngineSettings

__all__ = ["ENGINES", "Engine", "EngineSettings", "open_engine", "refuse", "refused"]
