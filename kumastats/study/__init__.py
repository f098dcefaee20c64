"""The study register: what was promised, tried and asked, frozen before the data are seen."""

from kumastats.study.draw import Draw
from kumastats.study.folder import StudyFolder
from kumastats.study.lock import Lock, deviations, is_retrospective, lock, read_lock
from kumastats.study.model import Deviation, Initiative, Question
from kumastats.study.register import Study

__all__ = [
    "Deviation",
    "Draw",
    "Initiative",
    "Lock",
    "Question",
    "Study",
    "StudyFolder",
    "deviations",
    "is_retrospective",
    "lock",
    "read_lock",
]
