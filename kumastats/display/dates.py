"""Days and months as a sentence writes them."""

from __future__ import annotations

import datetime as dt

from kumastats.calendar import Month
from kumastats.text import Lang, Text


def day_text(day: dt.date, lang: Lang = "ja") -> str:
    """Write a day.

    >>> day_text(dt.date(2016, 4, 14)), day_text(dt.date(2016, 4, 14), "en")
    ('2016年4月14日', '14 April 2016')
    """
    if lang == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {month_text(day, lang)}"


def month_text(day: dt.date, lang: Lang = "ja") -> str:
    """Write the month of a day.

    >>> month_text(dt.date(2023, 3, 31)), month_text(dt.date(2023, 3, 31), "en")
    ('2023年3月', 'March 2023')
    """
    return Month.of(day).label(lang)


def months_text(first: dt.date, last: dt.date) -> Text:
    """Write the months from one day to another in both languages.

    >>> months_text(dt.date(2022, 4, 1), dt.date(2023, 3, 31)).en
    'April 2022 to March 2023'
    """
    return Text(
        f"{month_text(first)}から{month_text(last)}まで",
        f"{month_text(first, 'en')} to {month_text(last, 'en')}",
    )


def days_left_text(days: int) -> Text:
    """Write how many days are left until a term, or by how many it is over.

    >>> days_left_text(30).ja, days_left_text(1).en, days_left_text(-1155).en
    ('あと30日', '1 day left', '1,155 days overdue')
    """
    n, unit = abs(days), "day" if abs(days) == 1 else "days"
    if days >= 0:
        return Text(f"あと{n:,}日", f"{n:,} {unit} left")
    return Text(f"{n:,}日超過", f"{n:,} {unit} overdue")
