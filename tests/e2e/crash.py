"""A small study that commands are killed on, and what must hold after every kill."""

import datetime as dt
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kumastats.ingest import ingest
from kumastats.report.release import verify
from kumastats.warehouse import Warehouse

QUARTER = "FY2022Q4"
TOOK = re.compile(rb'"seconds": [\d.]+')  # of the run's manifest: times differ, nothing else may
# the first file there is, the last ingested before the kills begin
FROM, HELD_UNTIL = "kinmu_202204", "kinmu_202209"
COMMANDS = {
    "ingest": ["ingest", "--received-on", "2023-04-14"],
    "run": ["run", "--quarter", QUARTER, "--only", "11"],
    "publish": ["publish", "--quarter", QUARTER],
}
KILLS = (("ingest", 5), ("run", 3), ("publish", 2))
CODE = "import resource, sys\nlimit = int(sys.argv.pop(1))\nif limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\nfrom kumastats.cli import main\nmain()"


def start(study: Path, name: str, *, file_limit: int = 0) -> subprocess.Popen[str]:
    """Start a command on a study in a process group of its own; no file may grow beyond `file_limit` bytes."""
    words = [sys.executable, "-c", CODE, str(file_limit), *COMMANDS[name], "--study", str(study)]
    environment = {**os.environ, "KUMASTATS_LANG": "en", "TMPDIR": str(study.parent)}
    return subprocess.Popen(
        words, env=environment, start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip


def finish(study: Path, name: str) -> float:
    """Run a command to its end and return the seconds it took."""
    began = time.monotonic()
    process = start(study, name)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    return time.monotonic() - began


def make(root: Path, city: Path) -> Path:
    """Lay out a study of the last year of a city's attendance, half of it ingested."""
    study = root / "study"
    for name in ("keys", "mappings", "raw/offices"):
        shutil.copytree(city / name, study / name)
    for name in ("study.yml", "truth.json"):
        shutil.copy(city / name, study / name)
    attendance = study / "raw" / "attendance"
    attendance.mkdir()
    for path in (city / "raw" / "attendance").glob("kinmu_*.csv"):
        if path.stem >= FROM:
            shutil.copy(path, attendance)
    first = [p for p in sorted(attendance.iterdir()) if p.stem <= HELD_UNTIL]
    ingest(study, [study / "raw" / "offices", *first], received_on=dt.date(2022, 11, 1))
    return study


@dataclass
class Victim:
    """A copy of the study whose commands are killed."""

    study: Path
    deliveries: frozenset[str] = frozenset()

    def kill(self, name: str, after: float, *, group: bool) -> bool:
        """Kill a command after some seconds, alone or with all it started; return whether it was still running."""
        process = start(self.study, name)
        try:
            process.wait(after)
            return False
        except subprocess.TimeoutExpired:
            (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
            return True
        finally:
            if process.stdout and process.stderr:
                process.stdout.close()
                process.stderr.close()

    def check(self) -> None:
        """Assert that nothing is torn and no delivery is lost."""
        held = Warehouse.open(self.study / "warehouse")
        for delivery in held.deliveries():
            assert hashlib.sha256(held.path(delivery).read_bytes()).hexdigest() == delivery.parquet_sha256
        now = frozenset(d.id for d in held.deliveries())
        assert now >= self.deliveries
        self.deliveries = now
        assert len(held.snapshot().cells("person_day", value="worked_min", by=(), period="all")) == 1
        for path in self.study.glob("runs/**/*"):
            if path.suffix in (".json", ".ipynb") and not any(p.startswith(".") for p in path.parts[-3:]):
                json.loads(path.read_text(encoding="utf-8"))
        for release in self.study.glob("releases/[!.]*/"):
            assert verify(release) == ()


def killed(study: Path, undisturbed: dict[str, float], seed: int) -> None:
    """Kill ten commands at random moments of their work, then let each end.

    A command that ended before its moment (the machine was less busy than when it was timed) is put back, and killed sooner.
    """
    rng = random.Random(seed)
    victim = Victim(study)
    victim.check()
    before = study.with_name("before")
    for name, times in KILLS:
        longest = undisturbed[name]
        for _ in range(times):
            shutil.copytree(study, before)
            while not victim.kill(name, after := rng.uniform(0.05, longest), group=rng.random() < 0.5):
                longest = after
                shutil.rmtree(study)
                shutil.copytree(before, study)
            shutil.rmtree(before)
            victim.check()
        finish(study, name)
        victim.check()


def contents(study: Path) -> dict[str, str]:
    """Return the hash of every file but the logs and but the time notebooks took; what an interrupted command left would be among them."""
    return {
        str(p.relative_to(study)): hashlib.sha256(TOOK.sub(b"", p.read_bytes())).hexdigest()
        for p in sorted(study.rglob("*"))
        if p.is_file() and p.suffix != ".log"
    }
