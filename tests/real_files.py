"""Other people's files that tests read where a machine has them. None of them is in the repository, so a clone skips these tests.

``KUMASTATS_REAL_DATA`` names their folder; without it, ``shared/data`` beside the clone is looked at. Some come with packages of the
extras and are taken from there:

- ``reference/mpdta.csv``: county teen employment, Callaway and Sant'Anna; R package ``did``.
- ``reference/california_prop99_long.csv``: cigarette sales by state, Abadie, Diamond and Hainmueller; semicolons, ``PacksPerCapita``.
- ``reference/uk_seatbelts.csv``: road casualties 1969 to 1984, Harvey and Durbin; R ``datasets::Seatbelts``, with year and month.
- ``viva/person_query_sample.csv``, ``viva/meeting_query_sample.csv``: package ``vivainsights`` (extra ``bench``).
- ``queue/anonymous_bank_1999_february.txt``: calls of a bank, Mandelbaum and Guedj, Technion; for research, not to be passed on.
- ``japan/``: tables as Japanese authorities publish them (Cabinet Office, e-Stat, ministries, cities).
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

VARIABLE = "KUMASTATS_REAL_DATA"
FOLDER = Path(os.environ.get(VARIABLE) or Path(__file__).resolve().parents[2] / "shared" / "data")
if os.environ.get(VARIABLE) and not FOLDER.is_dir():
    raise pytest.UsageError(f"{VARIABLE}={FOLDER}: there is no such folder")
PACKAGED = {
    "viva/person_query_sample.csv": ("vivainsights", "data/pq_data.csv"),
    "viva/meeting_query_sample.csv": ("vivainsights", "data/mt_data.csv"),
}


def real_file(name: str) -> Path:
    """Return where a file is, or would be."""
    path = FOLDER / name
    if name in PACKAGED and not path.exists():
        package, inside = PACKAGED[name]
        found = find_spec(package)
        if found and found.origin:
            return Path(found.origin).parent / inside
    return path


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip a test where one of these files is missing, and say which and where it would be looked for."""
    missing = [n for n in names if not real_file(n).exists()]
    return pytest.mark.skipif(
        bool(missing), reason=f"{', '.join(missing)}: a file of others, not in the repository ({VARIABLE})"
    )
