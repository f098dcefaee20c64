"""How teachers' hours moved in the country as a whole: the bar an effect in one city must beat.

Facts: the education ministry's survey of teachers' working conditions of 2016 and 2022, as reported by Kyoiku Shimbun on
2023-04-28 and 2023-04-29 (time in school on weekdays, teachers without managerial duty: elementary 11 h 15 to 10 h 45, junior
high 11 h 32 to 11 h 01; estimated hours beyond the regular ones a month in 2022: 41 and 58). The survey's own sampling error
is not published with these figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kumastats.text import Text

MONTHLY_CEILING_H, YEARLY_CEILING_H = 45, 360
GUIDELINE_FROM = (
    2019  # fiscal year whose start follows the guideline of 25 January 2019; statutory from April 2020
)
FIRST, LAST = 2016, 2022


@dataclass(frozen=True)
class National:
    """A school level in the country.

    Attributes
    ----------
    first, last
        Minutes in school on a weekday in 2016 and in 2022.
    beyond
        Estimated hours beyond the regular ones, a month of 2022.
    """

    label: Text
    first: int
    last: int
    beyond: int

    @property
    def a_year(self) -> float:
        """Change of a weekday's minutes a year.

        >>> NATIONAL["elementary"].a_year
        -5.0
        """
        return (self.last - self.first) / (LAST - FIRST)

    def change(self, first: int, last: int) -> float:
        """Return the change of a weekday's minutes between two fiscal years, by a straight line through the two surveys.

        >>> NATIONAL["elementary"].change(2016, 2022), round(NATIONAL["junior_high"].change(2018, 2020), 1)
        (-30.0, -10.3)
        """
        return self.a_year * (last - first)


NATIONAL: Mapping[str, National] = MappingProxyType(
    {
        "elementary": National(Text("小学校", "elementary schools"), 11 * 60 + 15, 10 * 60 + 45, 41),
        "junior_high": National(Text("中学校", "junior high schools"), 11 * 60 + 32, 11 * 60 + 1, 58),
    }
)
