"""The ids a study's records can have: what the words may ask for, whether or not this quarter holds it.

Ids made from the study register (questions, claims, measures) follow from it; the others are what the chapters write.
A test holds `CHAPTERS` against them.
"""

from __future__ import annotations

from kumastats.measures import MEASURES
from kumastats.study import Study

LEVEL, NAIVE, COURSE, DISTRIBUTION, CLAIM = "level-", "naive-", "course-", "distribution-", "claim-"
SEEN = "-seen"  # a question put to diaries, answered by work sampling
BESIDE = "schools-beside-"  # an arrival at schools with another in the model
CHAPTERS = (
    "adoption-dose-overtime", "adoption-teams", "adoption-telework", "cap-broken-city", "cap-broken-teacher", "cap-bunching",
    "cap-expected-city", "cap-expected-teacher", "cap-unrecorded", "chatbot-deflection", "chatbot-hours", "community-drills", "community-first-reply", "costs-by-initiative",
    "costs-to-date", "counter-desks", "counter-peak", "counter-since-before", "counter-waits", "disaster-2016-again",
    "documents-search-seen", "documents-search-time", "enquiries-forecast", "meetings-attended", "meetings-changes", "meetings-weeks",
    "overtime-change-parts", "pilot-counter-wait", "pilot-service-time", "processing-within", "response-citizens", "response-staff",
    "savings-to-date", "savings-year", "schools-ceilings", "schools-lessons", "schools-national", "schools-printing", "shelters-half-life",
    "shelters-staff", "teachers-against-nation-elementary", "teachers-against-nation-junior-high", "watch-over",
    "waves-satisfaction-asking", "waves-satisfaction-counters", "waves-satisfaction-place", "waves-satisfaction-work",
)  # fmt: skip


# questions and claims of the partnership's plan, for which the packaged words ask; a study may ask others, or not these
PLANNED = (
    "attendee-hours-rules", "enquiries-chatbot", "enquiry-time-chatbot", "first-reply-community", "in-school-school-affairs",
    "meetings-rules", "overtime-cloud-workplace", "overtime-telework", "printing-school-affairs", "replies-community",
    "satisfaction-telework", "search-documents", "service-remote-support", "visits-community", "wait-remote-support",
    "work-satisfaction-telework",
)  # fmt: skip
CLAIMS = (
    "cost-4-7bn", "counter-40min", "counter-near-zero", "people-12500", "schools-136", "search-600m", "tablets-600",
)  # fmt: skip


def ids_of(study: Study) -> frozenset[str]:
    """Return every id a record of this study can have."""
    made = {m.replace("_", "-") for m in MEASURES}
    put = {*PLANNED, *study.questions}
    asked = {*put, *(f"{q}{SEEN}" for q in put)}
    return frozenset(
        {
            *CHAPTERS, *asked, *(f"{NAIVE}{q}" for q in asked), *(f"{LEVEL}{m}" for m in made), *(f"{COURSE}{m}" for m in made),
            *(f"{DISTRIBUTION}{m}" for m in made), *(f"{CLAIM}{c.id}" for c in study.claims), *(f"{CLAIM}{c}" for c in CLAIMS),
            *(f"{BESIDE}{x.replace('_', '-')}" for x in (*study.initiatives, "school_affairs", "pupil_tablets")),
        }
    )  # fmt: skip
