"""The study folder a user works in: where everything lies, and how one is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kumastats.errors import Place, StudyError, UsageError
from kumastats.text import Text

RAW_SOURCES = (
    "offices", "roster", "attendance", "school_hours", "school_year", "viva_person", "viva_meeting", "document_diary", "work_sample", "tickets",
    "cases", "enquiries", "bot", "m365", "devices", "print_log", "lesson_share", "survey", "rollout", "costs", "shelters",
    "community", "watch_over",
)  # fmt: skip


@dataclass(frozen=True)
class StudyFolder:
    """Paths of a study. Nothing here touches the disk except `lay_out`."""

    root: Path

    @property
    def register(self) -> Path:
        """The study register."""
        return self.root / "study.yml"

    @property
    def lock(self) -> Path:
        """The frozen register, written by ``kumastats lock``."""
        return self.root / "study.lock.json"

    @property
    def raw(self) -> Path:
        """Raw exports, one folder a source."""
        return self.root / "raw"

    @property
    def mappings(self) -> Path:
        """Mapping files, ``<source>.yml``."""
        return self.root / "mappings"

    @property
    def keys(self) -> Path:
        """The identity key; never copied, destroyed by ``purge``."""
        return self.root / "keys"

    @property
    def warehouse(self) -> Path:
        """Deliveries and snapshots."""
        return self.root / "warehouse"

    @property
    def runs(self) -> Path:
        """Executed notebooks and evidence, one folder a quarter."""
        return self.root / "runs"

    @property
    def releases(self) -> Path:
        """Published releases."""
        return self.root / "releases"

    @property
    def truth(self) -> Path:
        """The true effects of a synthetic city; absent in a real study."""
        return self.root / "truth.json"

    def evidence(self, quarter: str) -> Path:
        """Evidence records of a quarter."""
        return self.runs / quarter / "evidence"

    @classmethod
    def find(cls, path: Path | str) -> StudyFolder:
        """Return the study at `path`, or above it.

        Raises
        ------
        StudyError
            If no ``study.yml`` is found.
        """
        start = Path(path).expanduser().resolve()
        for candidate in (start, *start.parents):
            if (candidate / "study.yml").is_file():
                return cls(candidate)
        raise StudyError(
            Text(
                "研究フォルダーではありません（study.yml がありません）。",
                "Not a study folder (no study.yml).",
            ),
            place=Place(file=start.name),
            remedy=Text(
                "`kumastats init フォルダー` で作るか、`--study フォルダー` で指定してください。",
                "Make one with `kumastats init DIR`, or name one with `--study DIR`.",
            ),
        )

    @classmethod
    def lay_out(cls, root: Path) -> StudyFolder:
        """Make a new study folder with a register to fill in.

        Raises
        ------
        UsageError
            If the folder already holds a study or anything else.
        """
        folder = cls(root)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(
                Text("フォルダーが空ではありません。", "The folder is not empty."),
                place=Place(file=root.name),
                remedy=Text("新しい名前を指定してください。", "Give a new name."),
            )
        for path in (folder.mappings, folder.keys, folder.warehouse, folder.runs, folder.releases):
            path.mkdir(parents=True)
        for source in RAW_SOURCES:
            (folder.raw / source).mkdir(parents=True)
        (root / ".gitignore").write_text("raw/\nkeys/\nwarehouse/\nruns/\n", encoding="utf-8")
        template = (Path(__file__).parent / "template.yml").read_text(encoding="utf-8")
        folder.register.write_text(template, encoding="utf-8")
        return folder
