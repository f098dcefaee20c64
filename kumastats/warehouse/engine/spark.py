"""Spark: a local one, or the cluster that is named."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.errors import WarehouseError
from kumastats.text import Text
from kumastats.warehouse.engine.base import Engine

if TYPE_CHECKING:
    import pandas as pd


class Spark(Engine):
    """PySpark with ANSI arithmetic: an overflow is an error, never a wrong number.

    Instants carry no zone, so the session's zone (UTC) cannot move them.
    """

    def _connect(self) -> Any:
        import ibis

        return ibis.pyspark.connect(self._session())

    def _session(self) -> Any:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise WarehouseError(
                Text("Spark（pyspark）が入っていません。", "Spark (pyspark) is not installed."),
                remedy=Text(
                    'pip install "kumastats[spark]" を実行してください（Java 17 も必要です）。',
                    'Run pip install "kumastats[spark]"; Java 17 is needed too.',
                ),
            ) from error
        if shutil.which("java") is None:
            raise WarehouseError(
                Text("Java が見つかりません。", "Java was not found."),
                remedy=Text("Java 17 を入れてください。", "Install Java 17."),
            )
        builder = (
            SparkSession.builder.appName("kumastats")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.driver.memory", f"{max(self.settings.mebibytes, 512)}m")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
        )
        master = self.settings.master
        if master is None:
            builder = builder.master(f"local[{self.settings.threads}]")
            builder = builder.config("spark.sql.shuffle.partitions", str(self.settings.threads))
            builder = builder.config("spark.local.dir", str(self.settings.spill_folder))
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            builder = builder.config("spark.driver.host", "127.0.0.1")
        else:
            builder = builder.master(master)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session

    def read(self, paths: Sequence[Path]) -> Any:
        """Return Parquet files of one schema as one Ibis table."""
        return self.connection.table(self.scan(paths))

    def _make_view(self, name: str, expression: Any) -> None:
        connection = self.connection
        connection._run_pre_execute_hooks(expression)
        connection._session.sql(connection.compile(expression)).createOrReplaceTempView(name)

    def sql(self, statement: str) -> pd.DataFrame:
        """Run a native statement."""
        found: pd.DataFrame = self.connection._session.sql(statement).toPandas()
        return found

    def scan(self, paths: Sequence[Path]) -> str:
        """Return the name of a temporary view over Parquet files."""
        named = [str(p) for p in paths]
        view = "kumastats_" + hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
        self.connection._session.read.parquet(*named).createOrReplaceTempView(view)
        return view
