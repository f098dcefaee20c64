"""A city whose files arrive quarter by quarter, as they would: what is told when, from the dates in their names."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kumastats import keys
from kumastats.calendar import Quarter
from kumastats.ingest import ingest
from kumastats.study import Study, lock

FIRST = Quarter("FY2018Q1")
PERIODS = (
    (re.compile(r"FY(\d{4})Q(\d)"), lambda y, q: Quarter(f"FY{y}Q{q}").end),
    (re.compile(r"FY(\d{4})"), lambda y: dt.date(y + 1, 3, 31)),
    (re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)"), dt.date),
    (re.compile(r"(20\d\d)[-_]?(\d\d)"), lambda y, m: dt.date(y + m // 12, m % 12 + 1, 1) - dt.timedelta(days=1)),
    (re.compile(r"(20\d\d)"), lambda y: dt.date(y + 1, 3, 31)),
)  # fmt: skip
LISTS = dt.date.min  # lists of offices, plans of the roll-out: there from the start


def told_by(path: Path) -> dt.date:
    """Return the last day a file can tell of."""
    for pattern, day in PERIODS:
        found = pattern.search(path.stem)
        if found:
            return day(*map(int, found.groups()))
    return LISTS


@dataclass
class Arriving:
    """A study into which the files of a synthetic city arrive.

    Attributes
    ----------
    city
        A study of the sample with all its raw files.
    given
        What has arrived.
    """

    city: Path
    study: Path
    given: set[Path] = field(default_factory=set)

    @classmethod
    def of(cls, city: Path, study: Path) -> "Arriving":
        """Lay the study out and lock its plan before any data are there."""
        study.mkdir(parents=True)
        for name in ("keys", "mappings"):
            shutil.copytree(city / name, study / name)
        for name in ("study.yml", "truth.json"):
            shutil.copy(city / name, study / name)
        for name in ("raw", "warehouse", "runs", "releases"):
            (study / name).mkdir()
        shutil.copytree(city / "raw" / "identities", study / "raw" / "identities")
        keys.take_map(study)
        lock(Study.load(study), on=dt.date(2018, 4, 3), snapshot=None, data_until={})
        return cls(city, study)

    def quarter(self, quarter: Quarter) -> int:
        """Take in what has come by a quarter's end, two weeks later; return how many files."""
        came = [p for p in self._first_hand() if told_by(p) <= quarter.end and p not in self.given]
        self._take(came, quarter.end + dt.timedelta(days=14), lambda p: p.relative_to(self.city / "raw"))
        return len(came)

    def correction(self, on: dt.date) -> list[str]:
        """Take in the corrected files on a day, and return their names."""
        (folder,) = (self.city / "raw" / "attendance").glob("received_2023-05-10")
        came = sorted(folder.glob("*.csv"))
        self._take(came, on, lambda p: Path("attendance") / f"received_{on}" / p.name)
        return [p.name for p in came]

    def _first_hand(self) -> Iterator[Path]:
        for path in sorted((self.city / "raw").rglob("*")):
            apart = path.parent.name.startswith("received_") or path.stem in ("control_totals", "identities")
            if path.is_file() and not apart:
                yield path

    def _take(self, came: list[Path], on: dt.date, place) -> None:
        paths = []
        for path in came:
            target = self.study / "raw" / place(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            paths.append(target)
        self.given |= set(came)
        ingest(self.study, paths, received_on=on)
