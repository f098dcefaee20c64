"""Numbers, shares, money and durations as they are written in either language.

Japanese tables write a negative number with △; English text uses the true minus sign. Rounding is half-even on the
decimal value, the same in both languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

from kumastats.text import Lang

MINUS: Mapping[Lang, str] = MappingProxyType({"ja": "△", "en": "\u2212"})
OKU, MAN = 100_000_000, 10_000


def in_decimals(value: float, decimals: int) -> Decimal:
    """Return `value` rounded as it is written: half-even on the decimal value, and no negative zero."""
    step = Decimal(1).scaleb(-decimals)
    made = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_EVEN)
    return abs(made) if made == 0 else made


def decimals_by_error(low: float, high: float, most: int = 2, fewest: int = -9) -> int:
    """Return the decimals a number is worth whose interval is `low` to `high`; negative: tens, hundreds.

    Half the interval keeps one digit, two where it begins with 1 or 2 (the rounding rule of the Particle Data Group, simplified);
    an end that is not 0 is not written as 0, as long as `most` allows. Without a width, `most` is returned.

    >>> decimals_by_error(0.1, 0.34), decimals_by_error(-1, 2), decimals_by_error(1_700, 4_000), decimals_by_error(3, 3)
    (2, 1, -2, 2)
    >>> decimals_by_error(0.04, 0.98), decimals_by_error(0.2, 1.1)
    (2, 1)
    """
    half = (high - low) / 2
    if not (half > 0 and math.isfinite(half)):
        return most
    power = math.floor(math.log10(half))
    decimals = max(min(-power + (1 if half / 10.0**power < 3 else 0), most), fewest)
    while decimals < most and any(end and round(end, decimals) == 0 for end in (low, high)):
        decimals += 1
    return decimals


def by_error(value: float, low: float, high: float) -> tuple[float, float, float]:
    """Return a large number and its interval in the steps (ones, tens, hundreds …) that its interval is worth.

    >>> by_error(2_486.3, 1_712.0, 3_644.1), by_error(12_480, 8_200, 17_900)
    ((2500.0, 1700.0, 3600.0), (12000.0, 8000.0, 18000.0))
    """
    decimals = decimals_by_error(low, high, most=0)
    first, second, third = (round(float(v), decimals) for v in (value, low, high))
    return first, second, third


def _sign(negative: bool, lang: Lang, signed: bool) -> str:
    if negative:
        return MINUS[lang]
    return "+" if signed else ""


def number(value: float, lang: Lang = "ja", decimals: int = 0, *, signed: bool = False) -> str:
    """Write `value` with thousands separators.

    >>> number(-1234.5, "ja", 1), number(-1234.5, "en", 1), number(2, "en", signed=True), number(-0.04, "ja", 1)
    ('△1,234.5', '−1,234.5', '+2', '0.0')
    """
    made = in_decimals(value, decimals)
    return _sign(made < 0, lang, signed and made != 0) + f"{abs(made):,.{decimals}f}"


def percent(share: float, lang: Lang = "ja", decimals: int = 1, *, signed: bool = False) -> str:
    """Write a share between 0 and 1 as a percentage.

    >>> percent(0.0283, "ja"), percent(0.5, "en", 0)
    ('2.8％', '50%')
    """
    return number(share * 100, lang, decimals, signed=signed) + ("％" if lang == "ja" else "%")


def yen(value: float, lang: Lang = "ja") -> str:
    """Write yen in 億・万円, or in million and billion yen; from 1億円 on in steps of 1万円, the same in both languages.

    >>> yen(4_700_000_000, "ja"), yen(4_700_000_000, "en")
    ('47億円', '¥4.7 billion')
    >>> yen(600_000_000, "en"), yen(123_450_000, "ja"), yen(2_500, "ja")
    ('¥600 million', '1億2,345万円', '2,500円')
    >>> yen(75_200, "ja"), yen(2_143_750_000, "en")
    ('7万5,200円', '¥2,143.75 million')
    """
    whole = int(in_decimals(value, 0))
    sign, size = _sign(whole < 0, lang, False), abs(whole)
    if lang == "ja":
        if size < MAN:
            return f"{sign}{size:,}円"
        if size < OKU:
            man, rest = divmod(size, MAN)
            return f"{sign}{man:,}万" + (f"{rest:,}円" if rest else "円")
        oku, man = divmod(int(in_decimals(size / MAN, 0)), OKU // MAN)
        return f"{sign}{oku:,}億" + (f"{man:,}万円" if man else "円")
    if size < 1_000_000:
        return f"{sign}¥{size:,}"
    if size < OKU:
        return f"{sign}¥{_plain(Decimal(size) / 1_000_000)} million"
    man = int(in_decimals(size / MAN, 0))  # the same step as 万円
    if man % 100 == 0 and man >= 100_000:
        return f"{sign}¥{_plain(Decimal(man) / 100_000)} billion"
    return f"{sign}¥{_plain(Decimal(man) / 100)} million"


def yen_together(values: Sequence[float], lang: Lang = "ja") -> list[str]:
    """Write several yen as they are compared, in one unit: English million throughout unless all come out even in billions.

    >>> yen_together([1_050_000_000, 2_143_750_000], "en"), yen_together([750_000, 2_500_000], "en")
    (['¥1,050 million', '¥2,143.75 million'], ['¥0.75 million', '¥2.5 million'])
    >>> yen_together([0, 4_700_000_000], "en"), yen_together([-300, 1_200], "en"), yen_together([1e6, 2e8], "ja")
    (['¥0', '¥4.7 billion'], ['−¥300', '¥1,200'], ['100万円', '2億円'])
    """
    told = [yen(v, lang) for v in values]
    units = {t.rsplit(" ", 1)[-1] if " " in t else "" for t, v in zip(told, values, strict=True) if v}
    if lang == "ja" or len(units) < 2:
        return told
    step = 10_000 if max(abs(v) for v in values) >= OKU else 1  # the same step as `yen`
    out = []
    for value in values:
        whole = int(in_decimals(value / step, 0)) * step
        size = f"¥{_plain(Decimal(abs(whole)) / 1_000_000)} million" if whole else "¥0"
        out.append(_sign(whole < 0, lang, False) + size)
    return out


def yen_interval(low: float, high: float, lang: Lang = "ja") -> str:
    """Write a range of yen in one unit.

    >>> yen_interval(-5e6, 1.25e9, "en"), yen_interval(1e8, 2e9, "ja")
    ('−¥5 million to ¥1,250 million', '1億円～20億円')
    """
    return ("～" if lang == "ja" else " to ").join(yen_together([low, high], lang))


def _plain(value: Decimal) -> str:
    return f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def interval(low: float, high: float, lang: Lang = "ja", decimals: int = 0, unit: str = "") -> str:
    """Write a range from `low` to `high`, the unit once at its end.

    >>> interval(-2.1, -0.4, "ja", 1, "時間"), interval(-2.1, -0.4, "en", 1, "h"), interval(20, 27, "en", unit="%")
    ('△2.1～△0.4時間', '−2.1 to −0.4 h', '20 to 27%')
    """
    ends = number(low, lang, decimals), number(high, lang, decimals)
    if lang == "ja":
        return "～".join(ends) + unit
    return " to ".join(ends) + ("" if unit in ("", "%") else " ") + unit
