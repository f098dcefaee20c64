"""Everything that is true in the synthetic city, in one place. Numbers are invented; their size follows public figures."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

FIRST_YEAR, LAST_YEAR = 2015, 2022
FULL_SIZE = 12_500
CITY_SHARE = 0.64  # city staff and fiscal-year appointees; the rest are teachers
SCHOOLS_FULL_SIZE = 136
STAFF_A_OFFICE = 16
MOST_OFFICES = 210
WARDS = (("W1", "中央区", "Chuo"), ("W2", "東区", "Higashi"), ("W3", "西区", "Nishi"), ("W4", "南区", "Minami"), ("W5", "北区", "Kita"))  # fmt: skip

# every 1 April
MOVE_CITY, MOVE_TEACHER, LEAVE = 0.28, 0.18, 0.04
APPOINTEES, MANAGERS = 0.12, 0.09

# overtime: a day has any with odds of its own; its length is lognormal
ANY_INTERCEPT = -0.45
LOG_MINUTES = 4.4
LOG_SD_DAY, LOG_SD_PERSON, ODDS_SD_PERSON = 0.55, 0.55, 0.95
OFFICE_SD, OFFICE_MONTH_SD, OFFICE_MONTH_AR = 0.18, 0.07, 0.6
KIND_SHIFT = MappingProxyType({"head_office": 0.25, "ward_office": 0.0, "branch": -0.25})
MONTH_SHIFT = MappingProxyType({4: 0.20, 3: 0.22, 5: 0.04, 10: 0.05, 8: -0.08, 12: 0.04, 2: 0.05})
LONGEST_DAY = 11 * 60
HOLIDAY_WORK = 0.010

# what happens, and what it does
ANNOUNCED = dt.date(2018, 4, 3)
PILOT_ON = dt.date(2018, 6, 1)
PILOT_OFFICES = 0.06  # the offices with the most overtime in FY2017
WAVES = tuple(
    dt.date(*d)
    for d in ((2018, 10, 1), (2018, 12, 1), (2019, 2, 1), (2019, 3, 1), (2019, 4, 1), (2019, 6, 1))
)
EFFECT = MappingProxyType({"head_office": -0.09, "ward_office": -0.03, "branch": -0.06})
PHASED_OVER_DAYS = 90
CAPS_ON = dt.date(2019, 4, 1)
CAPS_TRUE = -0.026
CAP_MINUTES = 45 * 60
UNRECORDED_BEYOND_CAP = 0.85

# schools
SCHOOL_HOURS_FROM = 2017
IN_SCHOOL_MEAN, IN_SCHOOL_SD, IN_SCHOOL_PERSON_SD = 655, 45, 40
SCHOOL_TREND_A_YEAR = -4
SCHOOL_SYSTEM_WAVES = tuple(
    dt.date(*d) for d in ((2019, 7, 1), (2019, 10, 1), (2020, 1, 1), (2020, 7, 1), (2020, 10, 1))
)
SCHOOL_SYSTEM_MINUTES = -8
SCHOOL_SYSTEM_SETTLES = 92  # days, by when it is in full effect
TABLETS_MINUTES = 3  # for a term

# counters
TICKETS_FROM = 2016
TICKETS_A_DAY = 48
PEAK = 3.4  # around 1 April
SERVICE_MINUTES, SERVICE_LOG_SD = 16.0, 0.75
DESKS = 3
REDESIGN_ON = dt.date(2017, 4, 1)  # not the reform: it came a year earlier
REDESIGN_SERVICE, REDESIGN_ARRIVALS = -0.18, -0.10
REDESIGN_PEAK_DESKS = 0.33  # with it came reserve desks for the peak days, as a share of the others
CERTIFICATES_ELSEWHERE_A_YEAR = -0.03
REMOTE_SUPPORT_ON, REMOTE_SUPPORT_WARDS, REMOTE_SUPPORT_SERVICE = dt.date(2018, 6, 1), ("W1", "W2"), -0.05
PATIENCE_MEAN_MINUTES = 900

# Microsoft 365
VIVA_FROM = dt.date(2019, 1, 6)
VIVA_SHARE = 0.8
MEETING_RULES = -0.12
MEETING_RULES_WAVES = tuple(dt.date(*d) for d in ((2019, 10, 1), (2020, 1, 1), (2020, 4, 1)))
MISSING_WEEK = dt.date(2021, 5, 2)

# dated shocks to overtime: first and last day, size in logs, share of offices hit hard, extra there
SHOCKS = (
    ("S_earthquake", dt.date(2016, 4, 14), dt.date(2016, 9, 30), 0.35, 0.25, 0.5),
    ("S_election_2017", dt.date(2017, 10, 10), dt.date(2017, 10, 22), 0.05, 0.10, 0.5),
    ("S_new_era", dt.date(2019, 4, 8), dt.date(2019, 5, 31), 0.08, 0.10, 0.3),
    ("S_covid", dt.date(2020, 3, 1), dt.date(2021, 9, 30), 0.02, 0.08, 0.8),
    ("S_benefit", dt.date(2020, 5, 1), dt.date(2020, 8, 31), 0.04, 0.08, 0.5),
)

# documents digitised by bureau, telework by office, and what else reached whom when
DOCUMENTS_FROM = dt.date(2019, 1, 4)
DOCUMENTS_WAVES = tuple(
    dt.date(*d) for d in ((2019, 1, 4), (2019, 4, 1), (2019, 7, 1), (2019, 10, 1), (2020, 1, 6), (2020, 3, 2))
)
SEARCH_MINUTES, DOCUMENTS, DOCUMENTS_SPREAD = 10.0, -0.30, 0.10
SEARCH_UNTOLD = 0.2  # short searches, as a share of what diaries tell: only those who go round see them
TELEWORK_WAVES = tuple(dt.date(*d) for d in ((2019, 4, 1), (2019, 7, 1), (2019, 10, 1), (2020, 1, 6)))
TELEWORK_SATISFACTION = 0.15
SCHOOL_PRINTING = -0.20
PUPIL_TABLET_WAVES = tuple(dt.date(*d) for d in ((2020, 9, 1), (2021, 1, 8), (2021, 4, 8)))
PUPIL_TABLET_DAYS = 120
COMMUNITY_WAVES = tuple(dt.date(*d) for d in ((2018, 7, 1), (2018, 12, 1), (2019, 6, 1), (2019, 12, 1)))
COMMUNITY_REPLY = -0.20

# the chatbot: a topic the day it was taught; so many enquiries fewer on balance, some of the deflected coming back
TOPICS = MappingProxyType(
    {
        "転入・転出": dt.date(2019, 7, 1), "証明書": dt.date(2019, 7, 1), "国保・年金": dt.date(2019, 7, 1),
        "ごみ": dt.date(2019, 10, 1), "子育て": dt.date(2019, 10, 1), "その他": None,
    }
)  # fmt: skip
CHATBOT_NET, CHATBOT_COME_BACK, CHATBOT_LONGER = -0.08, 0.30, 0.06

CANARIES = (
    "9990001",
    "架空 太郎カナリア",
    "9990002",
    "架空 花子カナリア",
    "99900011-0000-4000-8000-00000ca0a71a",
    "u9990001@city.example.jp",
    "u9990001",
    "096-000-9990",
    "canary@city.example.jp",
    "カナリア件名 架空の打合せ",
    "カナリア文書 架空の起案.docx",
    "カナリアの自由記述 架空の相談",
    "PC-CANARY-9990",
)
# the identity that stands in every source with identities, and what stands in columns that are never read
STAFF_CANARY, STAFF_CANARY_NAME, TEACHER_CANARY, TEACHER_CANARY_NAME, GUID_CANARY = CANARIES[:5]
UPN_CANARY, PRINT_CANARY, PHONE_CANARY, MAIL_CANARY = CANARIES[5:9]
SUBJECT_CANARY, TITLE_CANARY, TEXT_CANARY, CLIENT_CANARY = CANARIES[9:]
