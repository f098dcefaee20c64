"""Running notebooks, and making pages out of what they found."""

from typing import TYPE_CHECKING

from kumastats.lazy import later
from kumastats.report.status import Status, status
from kumastats.report.trace import explain

if TYPE_CHECKING:
    from kumastats.report.session import Session, open_session

__all__ = ["Session", "Status", "explain", "open_session", "status"]
__getattr__ = later(__name__, {"Session": "session", "open_session": "session"})
