"""The call log of a bank, February 1999, read by path as a ticket log: KUMASTATS_REAL_DATA names the folder of real data."""

import datetime as dt
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from kumastats.ingest import ingest
from kumastats.study import StudyFolder
from kumastats.warehouse import Warehouse

REAL = Path(os.environ.get("KUMASTATS_REAL_DATA", Path(__file__).resolve().parents[3] / "shared/data"))
BANK = REAL / "queue/anonymous_bank_1999_february.txt"
MAPPING = Path(__file__).resolve().parents[1] / "data/mappings/bank_calls.yml"


@cache
def bank_tickets() -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        root = StudyFolder.lay_out(Path(folder) / "study").root
        ingest(root, [BANK], source="tickets", mapping=MAPPING, received_on=dt.date(2020, 1, 1))
        return Warehouse.open(root / "warehouse").snapshot().frame("ticket")
