"""What each theme frees: minutes of its own comparison where that decides, else what its chapter can tell, else nothing."""

from __future__ import annotations

from dataclasses import dataclass

from kumastats import measures
from kumastats.calendar import FiscalYear, count_workdays
from kumastats.compare import Comparison
from kumastats.compare.answer import answer
from kumastats.display import HtmlTable
from kumastats.errors import CompareError, MeasureError
from kumastats.report.chapters import enquiries
from kumastats.report.chapters.documents import Diaries
from kumastats.report.session import Session
from kumastats.study.model import Range
from kumastats.text import Text
from kumastats.workload.savings import Assumptions, Theme

WEEK = 5  # working days
DOCUMENTS = Text("文書探し", "searching for documents")
MEETINGS = Text("会議", "meetings")
ENQUIRIES = Text("問い合わせへの応対", "answering enquiries")
OVERTIME = Text("時間外勤務", "overtime")
COMPARED = Text(
    "短縮した分は、まだ電子化していない職場との比較による",
    "minutes saved come from the comparison with offices not yet digitised",
)
DIARIES = Text(
    "短縮した分は日記の前後差で、比べる職場がない",
    "minutes saved are the change between diaries, without comparison offices",
)
ASSUMED = Text(
    "短縮した分は公表された前提であり、測っていない",
    "minutes saved are the announced assumption, not measured",
)
RULES = Text(
    "会議の時間は、まだ決まりのない職場との比較による",
    "minutes in meetings come from the comparison with offices without the rules yet",
)
BALANCE = Text(
    "問い合わせの時間は、チャットボットの前と後の一年の差し引きで、比べる話題がない",
    "minutes on enquiries are a balance of the years before and after the chatbot, without comparison topics",
)
FALL = Text(
    "時間外勤務の変化は、まだ導入していない職場との比較による",
    "the change in overtime comes from the comparison with offices not yet live",
)
UNDECIDED = Text(
    "比較で判断できないか、データがないので、数えない",
    "not counted: no comparison decides it, or nothing is held",
)


@dataclass(frozen=True, eq=False)
class Freed:
    """What themes free.

    Attributes
    ----------
    themes
        Those counted.
    overtime
        Hours of overtime a year no longer ordered and their standard error; None where not measured.
    basis
        Every theme and overtime, counted or not, and what it rests on.
    """

    themes: tuple[Theme, ...]
    overtime: tuple[float, float] | None
    basis: tuple[tuple[Text, Text], ...]

    def table(self, session: Session) -> HtmlTable:
        """Return what each theme rests on."""
        lang = session.lang
        heads = [Text("何の時間か", "what")(lang), Text("何によるか", "what it rests on")(lang)]
        rows = [[label(lang), basis(lang)] for label, basis in self.basis]
        return HtmlTable(heads, rows, Text("それぞれの根拠", "What each rests on")(lang), lang)


def freed(session: Session, diaries: Diaries | None, held: Assumptions) -> Freed:
    """Return what themes free, each by its own question of the register if that can be decided.

    Searching falls back on the change between diaries and then on the announced assumption, enquiries on the hours on balance
    of the chatbot's chapter; meetings and overtime are counted only where a comparison decides. A rise counts against.
    """
    parts = [_documents(session, diaries, held), _meetings(session), _enquiries(session)]
    cut = _overtime(session, held)
    labels = (DOCUMENTS, MEETINGS, ENQUIRIES)
    basis = [(label, why) for label, (_, why) in zip(labels, parts, strict=True)]
    basis.append((OVERTIME, UNDECIDED if cut is None else FALL))
    return Freed(tuple(theme for theme, _ in parts if theme is not None), cut, tuple(basis))


def _documents(session: Session, diaries: Diaries | None, held: Assumptions) -> tuple[Theme, Text]:
    compared = decided(session, "search_time")
    if compared is not None:
        return Theme("documents", DOCUMENTS, _saved(compared), measured=True), COMPARED
    change = diaries.change if diaries is not None else None
    if change is not None:
        minutes = Range(-change.high, -change.mean, -change.low)
        return Theme("documents", DOCUMENTS, minutes, measured=True), DIARIES
    return Theme("documents", DOCUMENTS, held.minutes), ASSUMED


def _meetings(session: Session) -> tuple[Theme | None, Text]:
    """Return minutes a day in meetings, from hours a person-week. Attendee-hours are the same minutes and do not come again."""
    compared = decided(session, "meeting_time")
    if compared is None:
        return None, UNDECIDED
    return Theme("meetings", MEETINGS, _saved(compared, 60 / WEEK), measured=True), RULES


def _enquiries(session: Session) -> tuple[Theme | None, Text]:
    """Return minutes a working day and member of staff, from the hours on balance."""
    if not session.snapshot.has("enquiry") or not session.snapshot.has("person_day"):
        return None, UNDECIDED
    found = enquiries.balance(session)
    staff = _staff(session)
    if found is None or found.hours.settled < session.thresholds.min_n or not staff:
        return None, UNDECIDED
    net = found.hours.net
    scale = 60 / (staff * count_workdays(found.start, found.end))
    minutes = Range(net.low * scale, net.value * scale, net.high * scale)
    return Theme("enquiries", ENQUIRIES, minutes, measured=True, of_everyone=True), BALANCE


def _saved(made: Comparison, factor: float = 1.0) -> Range:
    return Range(-made.ci[1] * factor, -made.estimate * factor, -made.ci[0] * factor)


def decided(session: Session, measure: str) -> Comparison | None:
    """Return the answer to the first question of the register on `measure` whose window has closed and that can be decided."""
    if not session.snapshot.has(measures.measure(measure).table):
        return None
    for question in session.study.questions_on(measure):
        if question.end > session.quarter.end:
            continue
        try:
            made = answer(question, session.study, session.snapshot)
        except (CompareError, MeasureError):
            continue
        if made.comparison.decidable and made.contributors >= session.thresholds.min_n:
            return made.comparison
    return None


def _overtime(session: Session, held: Assumptions) -> tuple[float, float] | None:
    """Return hours of overtime a year no longer ordered, and their standard error, spread to the city staff of the assumptions."""
    made = decided(session, "ordered_overtime")
    if made is None:
        return None
    people = held.people.low * _eligible_share(session)
    half = (made.ci[1] - made.ci[0]) / 2
    return -made.estimate * 12 * people, half / 1.96 * 12 * people


def _staff(session: Session) -> int:
    """Return the city staff of the quarter's fiscal year."""
    year = FiscalYear.of(session.quarter.start)
    frame = session.snapshot.cells(
        "person_day", by=(), period="year", start=year.start, end=year.end, where={"role": "city"}
    ).frame
    return int(frame["contributors"].iloc[0]) if len(frame) else 0


def _eligible_share(session: Session) -> float:
    """Return the share of city staff that may be ordered overtime, in the quarter's fiscal year. Teachers may not and do not count."""
    year = FiscalYear.of(session.quarter.start)
    made = measures.cells(
        session.snapshot, "ordered_overtime", by=(), period="year", start=year.start, end=year.end
    ).frame
    staff = _staff(session)
    return float(made["contributors"].iloc[0] / staff) if len(made) and staff else 1.0
