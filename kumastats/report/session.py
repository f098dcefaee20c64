"""What a notebook opens: the study, its data, the quarter, the language, and the register to write findings into."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.calendar import Quarter
from kumastats.disclosure import Thresholds, enforce
from kumastats.display import HtmlTable, word
from kumastats.errors import UsageError, names_known
from kumastats.evidence import EvidenceRecord, Origin, Register, sentence
from kumastats.report import assets
from kumastats.study import Deviation, Study, StudyFolder, deviations, read_lock
from kumastats.text import LANGS, Lang, Text
from kumastats.warehouse import Delivery, Snapshot, Warehouse, reading

if TYPE_CHECKING:
    from kumastats.compare.answer import Answer

STUDY_VARIABLE = "KUMASTATS_STUDY"
EVIDENCE_VARIABLE = "KUMASTATS_EVIDENCE"  # set by `kumastats run`: where the findings of this run go
DEMO_PEOPLE, DEMO_SEED = 500, 1


@dataclass(frozen=True)
class Session:
    """An open study, seen by one notebook.

    Attributes
    ----------
    truth
        True effects by question, where the city is synthetic; empty otherwise.
    """

    study: Study
    snapshot: Snapshot
    quarter: Quarter
    lang: Lang
    notebook: str
    as_of: str
    demo: bool
    truth: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Session {self.quarter} ({self.lang}), {self.study.title(self.lang)}, snapshot {self.snapshot.id}>"

    def _repr_markdown_(self) -> str:
        return self._heading

    def answer(self, question: str) -> Answer:
        """Answer a question of the study's register by its id.

        Raises
        ------
        UsageError
            If the register has no such question.
        CompareError, MeasureError, WarehouseError
            If the data do not allow it.
        """
        from kumastats.compare.answer import answer

        if question not in self.study.questions:
            raise UsageError(
                Text(
                    f"問い「{question}」は台帳にありません。", f"The register has no question “{question}”."
                ),
                remedy=names_known(question, self.study.questions),
            )
        return answer(self.study.questions[question], self.study, self.snapshot)

    def ask(
        self, measure: str, initiative: str, *, start: dt.date | str, end: dt.date | str, design: str = "did",
        comparison: str = "not_yet_live", cohorts: Sequence[dt.date | str] = (), negative_control: str | None = None,
    ) -> Answer:  # fmt: skip
        """Ask whether an initiative changed a measure, without writing it into the register; always exploratory.

        Parameters
        ----------
        measure, initiative, negative_control
            Ids: those of `kumastats.measures.overview` and of ``study.initiatives``.
        start, end
            The window compared, as days or ``2018-07-01``.
        design, comparison, cohorts
            As in ``study.yml``: ``did``, ``staggered``, …; ``not_yet_live`` or ``never``; live dates asked about, by default all
            within the window.

        Raises
        ------
        UsageError
            If a name or a day is not known.
        CompareError, MeasureError, WarehouseError
            If the data do not allow it.
        """
        from kumastats.compare.own_question import ask

        return ask(
            self.study, self.snapshot, measure=measure, initiative=initiative, start=start, end=end, design=design,
            comparison=comparison, cohorts=cohorts, negative_control=negative_control,
        )  # fmt: skip

    @property
    def folder(self) -> StudyFolder:
        """Paths of the study."""
        return self.study.folder

    @cached_property
    def thresholds(self) -> Thresholds:
        """Disclosure settings of the study."""
        return Thresholds.of(dict(self.study.thresholds))

    @cached_property
    def deviations(self) -> tuple[Deviation, ...]:
        """Differences from the locked register."""
        locked = read_lock(self.study)
        return deviations(self.study, locked) if locked else ()

    @cached_property
    def origin(self) -> Origin:
        """Where a finding that rests on everything held came from."""
        return self._origin(self.snapshot.deliveries)

    @cached_property
    def told_truth(self) -> Mapping[str, Any]:
        """All that a synthetic city tells of itself, what is wrong in its exports included; empty otherwise."""
        return _truth(self.study)

    def origin_of(self, *tables: str) -> Origin:
        """Return the origin of a finding that rests on these tables only."""
        return self._origin(self.snapshot.of(*tables))

    def _origin(self, deliveries: Sequence[Delivery]) -> Origin:
        return Origin(
            quarter=str(self.quarter),
            snapshot=self.snapshot.id,
            deliveries=tuple(d.id for d in deliveries),
            code_version=assets.code_version(),
            notebook=self.notebook,
            parameters={"quarter": str(self.quarter), "as_of": self.as_of},
        )

    @cached_property
    def _writing(self) -> Register:
        given = os.environ.get(EVIDENCE_VARIABLE)
        return Register(Path(given) if given else self.folder.runs / str(self.quarter) / "drafts")

    @cached_property
    def register(self) -> Register:
        """The findings of this quarter: of the run, or the drafts of notebooks run by hand."""
        reading.note(reading.EVIDENCE)
        made = Register(self.folder.evidence(str(self.quarter)))
        return made if made.ids() else Register(self.folder.runs / str(self.quarter) / "drafts")

    def say(self, ja: str, en: str) -> Any:
        """Return a sentence in the notebook's language, to be shown."""
        from IPython import display

        markdown: Any = display.Markdown
        return markdown(Text(ja, en)(self.lang))

    def record(self, made: EvidenceRecord) -> Any:
        """Hold a finding to the disclosure rules, keep it in the register, and return it to be shown.

        Raises
        ------
        DisclosureError
            If one of its numbers may not leave; nothing is kept then.
        """
        enforce(made.published, self.thresholds, "internal")
        self._writing.write(made)
        return Shown(made, self.lang)

    def notice(self) -> Any:
        """Return what a reader must know first: which study, whether it is synthetic, which data."""
        return self.say(self._heading, self._heading)

    @property
    def _heading(self) -> str:
        lines = [f"**{self.study.title(self.lang)}** — {self.quarter.label(self.lang)}"]
        if self.demo:
            lines.append(
                Text(
                    "研究の指定がないので、見本の市を開きました。",
                    "No study was named, so the cached demo is open.",
                )(self.lang)
            )
        if self.study.synthetic:
            lines.append(word("synthetic", self.lang))
        lines.append(
            Text(f"スナップショット `{self.snapshot.id}`", f"snapshot `{self.snapshot.id}`")(self.lang)
        )
        return "  \n".join(lines)


@dataclass(frozen=True)
class Shown:
    """A finding as a notebook shows it: the sentence, how sure, and why."""

    record: EvidenceRecord
    lang: Lang

    def _repr_html_(self) -> str:
        import html

        r = self.record
        level = f"{word('certainty', self.lang)}: {word(r.certainty.level, self.lang)}"
        why = Text("。", ". ")(self.lang).join(t(self.lang) for t in r.certainty.reasons)
        tags = [level, word(r.design, self.lang)]
        if r.kind == "comparison":
            tags.append(word(r.status, self.lang))
        head = " · ".join(tags)
        return (
            '<div style="border-left:4px solid #00598f;padding:.3em .9em;margin:.6em 0">'
            f"<p style='margin:.2em 0;font-size:1.05em'>{html.escape(sentence(r, self.lang))}</p>"
            f"<p style='margin:.2em 0;color:#4c5660;font-size:.88em'>{html.escape(head)} — {html.escape(why)} [<code>{r.id}</code>]</p></div>"
        )


def open_session(
    study: str = "", quarter: str = "FY2022Q4", lang: str = "ja", as_of: str = "", *, notebook: str = ""
) -> Session:
    """Open a study for a notebook.

    Parameters
    ----------
    study
        The study folder; by default that of ``$KUMASTATS_STUDY``, else a cached synthetic city, which is then said.
    quarter
        ``FY2022Q4`` is January to March 2023.
    lang
        ``ja`` or ``en``.
    as_of
        Use what was received by this day (``2020-03-31``); everything by default.
    notebook
        Name of the notebook, kept in its records.

    Raises
    ------
    StudyError, WarehouseError, UsageError
        If the study, its data or a parameter is not usable.
    """
    if lang not in LANGS:
        raise UsageError(
            Text(f"言語「{lang}」はありません。", f"There is no language “{lang}”."),
            remedy=Text("ja か en", "ja or en"),
        )
    where = study or os.environ.get(STUDY_VARIABLE, "")
    register = Study.load(where if where else demo_study())
    warehouse = Warehouse.open(register.folder.warehouse, register.engine_settings)
    snapshot = warehouse.snapshot(dt.date.fromisoformat(as_of) if as_of else None)
    return Session(
        study=register, snapshot=snapshot, quarter=Quarter(quarter), lang=lang, notebook=notebook, as_of=as_of,
        demo=not where, truth=_truth(register).get("questions", {}),
    )  # fmt: skip


def _truth(study: Study) -> Mapping[str, Any]:
    import json

    path = study.folder.truth
    if not study.synthetic or not path.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def demo_study() -> Path:
    """Return the cached synthetic study, made on first use (about half a minute)."""
    import shutil

    from kumastats import sample
    from kumastats.ingest import ingest
    from kumastats.study import lock

    base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kumastats"
    root = base / f"demo-{DEMO_PEOPLE}-{DEMO_SEED}-{assets.code_version().partition('+')[2]}"
    if (root / "warehouse" / "manifest.json").is_file():
        return root
    making = base / f"{root.name}.{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    sample.write(making, people=DEMO_PEOPLE, seed=DEMO_SEED)
    lock(Study.load(making), on=dt.date(2018, 4, 3), snapshot=None, data_until={})
    ingest(making, received_on=dt.date(2023, 4, 14))
    if root.exists():
        shutil.rmtree(making)
    else:
        making.rename(root)
    return root


def findings_table(session: Session) -> HtmlTable:
    """Return every finding of the quarter as a table."""
    lang = session.lang
    rows = [[r.id, sentence(r, lang), word(r.certainty.level, lang)] for r in session.register.load_all()]
    heads = [Text("番号", "id")(lang), Text("わかったこと", "finding")(lang), word("certainty", lang)]
    return HtmlTable(
        heads, rows, Text("この四半期の証拠", "Evidence of this quarter")(lang), lang, right=frozenset()
    )
