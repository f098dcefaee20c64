"""Running notebooks, and making pages out of what they found."""

from kumastats.report.session import Session, open_session
from kumastats.report.status import Status, status
from kumastats.report.trace import explain

__all__ = ["Session", "Status", "explain", "open_session", "status"]
