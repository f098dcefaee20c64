"""Days and months as a sentence writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kumastats.calendar import Month
from kumastats.text import Lang, Text

FEW_MONTHS = 20  # an axis of up to so many shows its quarters
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def short_month(month: str, lang: Lang = "ja") -> str:
    """Write a month (``2018-04``) as short as an axis or a table's first column wants it.

    >>> short_month("2018-04"), short_month("2018-04", "en")
    ('2018年4月', 'Apr 2018')
    """
    year, number = month[:4], int(month[5:])
    return f"{year}年{number}月" if lang == "ja" else f"{SHORT_MONTHS[number - 1]} {year}"


def month_ticks(months: Sequence[str], lang: Lang = "ja") -> dict[int, str]:
    """Return what an axis of months shows and where: each April, or where these are few, each quarter's first month.

    Parameters
    ----------
    months
        ``2018-04``, … in order.

    >>> month_ticks(["2018-03", "2018-04", "2018-05", "2018-06", "2018-07"], "en")
    {1: 'Apr 2018', 4: 'Jul 2018'}
    >>> month_ticks([f"{y}-{m:02}" for y in (2018, 2019, 2020) for m in range(1, 13)])
    {3: '2018年4月', 15: '2019年4月', 27: '2020年4月'}
    """
    few = len(months) <= FEW_MONTHS
    shown = [i for i, m in enumerate(months) if int(m[5:]) in ((1, 4, 7, 10) if few else (4,))]
    return {i: short_month(months[i], lang) for i in shown}


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
