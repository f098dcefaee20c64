"""Header words of public tables: one spelling for names, and the units, scales and footnote marks taken off them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WIDE = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef々〆〇・()/~-"
_GAP = re.compile(rf"(?<=[{_WIDE}])[ \t]+(?=[\d{_WIDE}])|(?<=\d)[ \t]+(?=[{_WIDE}])")
_SCALES = {"百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000,
           "億": 100_000_000, "十億": 1_000_000_000, "兆": 1_000_000_000_000}  # fmt: skip
_COUNTERS = (
    "円|人|名|世帯|件|戸|棟|台|両|隻|機|頭|羽|匹|校|園|学級|教室|冊|部|枚|本|個|箱|袋|足|着|組|班|団体|社|店|所|か所|箇所|ヵ所|ヶ所|カ所|"
    "事業所|施設|回|度|票|点|科目|種|品目|区画|筆|通|口|株|床|歳|年|ヵ月|か月|ヶ月|カ月|月|週|日|時間|時|分|秒|分/日|時間/週|時間/月|"
    "人日|人時|人/日|ページ|頁|%|‰|ポイント|pt|倍|位|指数|円/月|円/人|円/時|人/km2|世帯/km2|人/世帯|"
    "m|km|cm|mm|m2|km2|a|ha|m3|km3|l|L|kl|kL|ml|mL|リットル|ℓ|g|kg|t|トン|kW|MW|kWh|MWh|GWh|MJ|GJ|TJ|kcal|"
    "MB|GB|TB|[Bb]ytes?|℃|°C|hPa|dB|ppm|ドル|ユーロ|USD|EUR|JPY|persons?|households?|yen|hours?|minutes?|days?"
)
_UNIT = re.compile(rf"(?:(1,?000|10,?000|100,?000|1,?000,?000|[百千十万億兆]+)\s*)?({_COUNTERS})")
_SCALE_ONLY = re.compile(r"1,?000|10,?000|1,?000,?000|百|千|万|百万|億|十億")
_BASE = re.compile(r".{0,16}[=＝]\s*100(?:\.0)?")
_SAID = re.compile(r"^[<\[【(]?\s*単\s*位(\s*[:;・]\s*|\s+|)(.+?)\s*[>\]】)]?$")
_HELD = re.compile(r"[(\[【<〔]\s*(?:単位\s*[:]?\s*)?([^()\[\]【】<>〔〕]{1,24}?)\s*[)\]】>〕]")
_MARK = re.compile(
    r"(?:[(\[]?(?:注|※|\*|＊|\u2020)\s*\d{0,2}\s*[)\]]?|(?<![\d(.,])[1-9]\d?\)|[\u00b9\u00b2\u00b3\u2070-\u2079]+\)?)$"
)
_MARK_BEFORE = re.compile(r"^(?:[1-9]\d?\)|[※*＊]\s*\d{1,2}\)?)\s*(?=\D)")


@dataclass(frozen=True)
class Unit:
    """A unit as written (千円) and what one of it counts (1,000)."""

    text: str
    scale: int = 1


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return `text` in one width (NFKC), without line breaks; kanji stay the characters they are.

    >>> plain("ｼｬﾂ･ｾｰﾀｰ類　１"), plain("髙﨑"), plain("\ufa10")
    ('シャツ・セーター類 1', '髙﨑', '\ufa10')
    """
    if text.isascii():
        return re.sub(r"\s+", " ", text).strip()
    made = "".join(c if _compatibility_kanji(c) else unicodedata.normalize("NFKC", c) for c in _joined(text))
    return re.sub(r"\s+", " ", made).strip()


def _joined(text: str) -> str:
    """Join half-width kana with their voice marks, which stand as characters of their own."""
    return re.sub(r"[\uff66-\uff9f]+", lambda m: unicodedata.normalize("NFKC", m[0]), text)


def _compatibility_kanji(character: str) -> bool:
    return "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f"


def label(text: str) -> str:
    r"""Return a label without the spaces that only spread its characters.

    >>> label("項           目"), label("設備修繕\n ・維持"), label("石川県 金沢市"), label("trip id")
    ('項目', '設備修繕・維持', '石川県 金沢市', 'trip id')
    """
    made = plain(text.replace("\n", "")) if _wide(text) else plain(text)
    pieces = made.split(" ")
    # words of two characters and more are parted by their space, single characters are spread by it
    if len(pieces) > 1 and any(len(p) == 1 for p in pieces):
        made = _GAP.sub("", made)
    return re.sub(r" (?=[・、)])|(?<=[・(]) ", "", made)


def unspread(text: str) -> str:
    """Return a row label without line breaks and spreading spaces, its characters as they are.

    >>> unspread("消     費     支    出"), unspread("平成 29 年平均\u3000"), unspread("ｼｬﾂ １")
    ('消費支出', '平成 29 年平均', 'ｼｬﾂ １')
    """
    made = re.sub(r"\s+", " ", text.replace("\n", "")).strip()
    pieces = made.split(" ")
    if len(pieces) > 1 and any(len(p) == 1 and _wide(p) and not p.isdecimal() for p in pieces):
        made = re.sub(r"(?<=[\u3000-\u9fff]) (?=[\u3000-\u9fff])", "", made)
    return made


def _wide(text: str) -> bool:
    return any(ord(c) > 0x2FFF for c in text)


@lru_cache(maxsize=100_000)
def squeezed(text: str) -> str:
    """Return a text without any space, for comparing.

    >>> squeezed("年　次 ・月")
    '年次・月'
    """
    return re.sub(r"\s+", "", plain(text))


def unit_of(text: str) -> Unit | None:
    """Return the unit a text is, or None.

    >>> unit_of("百万円"), unit_of("1,000人"), unit_of("国内"), unit_of("100g"), unit_of("令和2年＝100").text
    (Unit(text='百万円', scale=1000000), Unit(text='1,000人', scale=1000), None, None, '令和2年=100')
    """
    made = squeezed(text)
    if _BASE.fullmatch(made):
        return Unit(made)
    found = _UNIT.fullmatch(made)
    if found:
        return Unit(made, _scale(found[1]))
    if _SCALE_ONLY.fullmatch(made):
        return Unit(made, _scale(made))
    return None


def _scale(text: str | None) -> int:
    if not text:
        return 1
    digits = text.replace(",", "")
    return int(digits) if digits.isdecimal() else _SCALES.get(text, 1)


def stated_units(text: str) -> tuple[Unit, ...] | None:
    """Return the units a whole cell states (単位：千円, （人）, (1,000人)), or None if it states none.

    >>> stated_units("（単位：人、世帯、％）")
    (Unit(text='人', scale=1), Unit(text='世帯', scale=1), Unit(text='%', scale=1))
    >>> stated_units("【百万円】"), stated_units("（計）")
    ((Unit(text='百万円', scale=1000000),), None)
    """
    made = plain(text)
    said = _SAID.match(made)
    if said:
        pieces = [p for p in re.split(r"[、,・](?!\d)|\s+及び\s*", said[2]) if p.strip()]
        units = [unit_of(p) for p in pieces]
        if said[1] or all(units):  # 単位費用 is a word of its own
            return tuple(u or Unit(squeezed(p)) for u, p in zip(units, pieces, strict=True))
    held = _HELD.fullmatch(made)
    unit = unit_of(held[1]) if held else None
    return (unit,) if unit else None


def split_unit(text: str) -> tuple[str, Unit | None]:
    """Return a header's words and the unit held in brackets at its end.

    >>> split_unit("令和4年度概算要求額（百万円）")
    ('令和4年度概算要求額', Unit(text='百万円', scale=1000000))
    >>> split_unit("転入者数（国内）")
    ('転入者数(国内)', None)
    """
    made = label(text)
    alone = stated_units(made)
    if alone is not None and len(alone) == 1:
        return "", alone[0]
    for found in reversed(list(_HELD.finditer(made))):
        unit = unit_of(found[1])
        if unit and (found.end() == len(made) or _MARK.fullmatch(made[found.end() :])):
            return (made[: found.start()] + made[found.end() :]).strip(), unit
    return made, None


def split_mark(text: str) -> tuple[str, str]:
    """Return a name and the footnote mark at its end or before it.

    >>> split_mark("人口 1)"), split_mark("2)保育所保育料"), split_mark("世帯数*1"), split_mark("人口(1)")
    (('人口', '1)'), ('保育所保育料', '2)'), ('世帯数', '*1'), ('人口(1)', ''))
    """
    found = _MARK.search(text)
    open_before = found is not None and text[: found.start()].count("(") > text[: found.start()].count(")")
    if found and found.start() and not open_before:
        return text[: found.start()].strip(), found[0]
    before = _MARK_BEFORE.match(text)
    if before:
        return text[before.end() :].strip(), before[0].strip()
    return text, ""
