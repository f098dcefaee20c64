"""What may leave: the form of every number, the primary rules, the profiles and the approvals."""

from kumastats.disclosure.findings import Finding
from kumastats.disclosure.numbers import (
    FORMS,
    NOT_ATTACKED,
    NOT_PERSON_DATA,
    Form,
    PublishedNumber,
    PublishedSeries,
)
from kumastats.disclosure.profiles import (
    PROFILES,
    Approval,
    Profile,
    check,
    check_approvals,
    enforce,
    profile_named,
)
from kumastats.disclosure.rules import primary, safe_series
from kumastats.disclosure.thresholds import Thresholds

__all__ = [
    "FORMS",
    "NOT_ATTACKED",
    "NOT_PERSON_DATA",
    "PROFILES",
    "Approval",
    "Finding",
    "Form",
    "Profile",
    "PublishedNumber",
    "PublishedSeries",
    "Thresholds",
    "check",
    "check_approvals",
    "enforce",
    "primary",
    "profile_named",
    "safe_series",
]
