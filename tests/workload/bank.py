"""The call log of a bank, February 1999, read as a ticket log."""

import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from real_files import needs, real_file

from kumastats.ingest import ingest
from kumastats.study import StudyFolder
from kumastats.warehouse import Warehouse

BANK = "queue/anonymous_bank_1999_february.txt"
on_the_bank = needs(BANK)
MAPPING = Path(__file__).resolve().parents[1] / "data/mappings/bank_calls.yml"


@cache
def bank_tickets() -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        root = StudyFolder.lay_out(Path(folder) / "study").root
        ingest(root, [real_file(BANK)], source="tickets", mapping=MAPPING, received_on=dt.date(2020, 1, 1))
        return Warehouse.open(root / "warehouse").snapshot().frame("ticket")
