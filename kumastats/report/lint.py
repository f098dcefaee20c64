"""Every number a reader sees is the register's: on the page, in the PDF, in both languages alike.

A number that came from the register is marked on the page with its reference (``data-n``) and must be what the register
gives for it. Any other digit must belong to a name the register lists. The PDF must show the same numbers in the same
order as the page, and both languages must show the same references section by section.
"""

from __future__ import annotations

import html.parser
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display import number
from kumastats.errors import EvidenceError, ReleaseError
from kumastats.evidence import show
from kumastats.evidence.sentence import point
from kumastats.report import pdf_text
from kumastats.text import LANGS, Lang, Text

PAGES = ("case_study", "evidence")
MOST = 30
_REFERENCE = re.compile(
    r"(?P<id>[a-z0-9-]+)\.(?P<name>[a-z][a-z0-9_]*)(?:\[(?P<at>[^\]]*)\])?(?:\.(?P<view>[a-z]+))?"
)
_TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[△−]")
_LABEL = re.compile(r"^\(?(?:図|表|Figure|Table)\s*\d+\s*[:)]?")
_SKIPPED = frozenset({"svg", "style", "script", "nav", "title", "head"})
_OF_RECORD = ("n", "n_units", "n_clusters")


@dataclass(frozen=True, order=True)
class Wrong:
    """A number that is not what it should be.

    Attributes
    ----------
    file, place
        The document, and the section, table or page in it.
    number
        As it is shown.
    """

    file: str
    place: str
    number: str
    found: Text

    @property
    def text(self) -> Text:
        """File, place, number and what is wrong with it."""
        return Text(
            f"{self.file}「{self.place}」の「{self.number}」: {self.found.ja}",
            f"{self.file}, “{self.place}”, “{self.number}”: {self.found.en}",
        )


@dataclass(frozen=True)
class Seen:
    """A piece of text of a page, with the reference of its number, if it is one.

    Attributes
    ----------
    aside
        It stands on the page only, not in the PDF: the table behind a figure.
    """

    section: str
    place: str
    text: str
    reference: str
    aside: bool


class Page(html.parser.HTMLParser):
    """Reads a page of ours into pieces of text in reading order."""

    def __init__(self, content: str):
        super().__init__(convert_charrefs=True)
        self.seen: list[Seen] = []
        self.section = self.place = ""
        self._skip = 0
        self._aside = 0
        self._reference = ""
        self._catch: list[str] | None = None
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        css = (held.get("class") or "").split()
        if tag in _SKIPPED:
            self._skip += 1
        elif tag == "details" or "sub-links" in css:
            self._aside += 1
        elif held.get("data-n"):
            self._reference = held["data-n"] or ""
        elif tag in ("h2", "caption", "figcaption"):
            self._catch = []
        if tag in ("p", "li", "td", "th", "dd", "dt", "caption", "figcaption", "h1", "h2", "h3"):
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skip -= 1
        elif tag == "details":
            self._aside -= 1
        elif tag in ("a", "span"):
            self._reference = ""
        elif tag in ("h2", "caption", "figcaption") and self._catch is not None:
            said = " ".join("".join(self._catch).split())
            if tag == "h2":
                self.section = said
            self.place = said if tag == "h2" else f"{self.section} / {said}"
            self._catch = None
        elif tag in ("table", "figure"):
            self.place = self.section

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._catch is not None:
            self._catch.append(data)
        self._add(data)

    def _add(self, text: str) -> None:
        self.seen.append(Seen(self.section, self.place, text, self._reference, self._aside > 0))


class Numbers:
    """Every number of a released register, by reference, as it is shown in a language."""

    def __init__(self, view: bytes):
        body = json.loads(view)
        self.records: Mapping[str, Mapping[str, Any]] = {r["id"]: r for r in body["records"]}
        self.facts: Mapping[str, Mapping[str, str]] = body.get("facts", {})
        self._body = body

    @cached_property
    def names(self) -> frozenset[str]:
        """Digits that stand in the register's own words and names."""
        found: set[str] = set()
        for said in _strings(self._body):
            found.update(tokens(said))
        return frozenset(found)

    def shown(self, reference: str, lang: Lang) -> str | None:
        """Return what the register gives for a reference, or None where it has no such number."""
        if reference.startswith("fact."):
            fact = self.facts.get(reference.removeprefix("fact."))
            return fact[lang] if fact else None
        match = _REFERENCE.fullmatch(reference)
        record = self.records.get(match["id"]) if match else None
        if match is None or record is None:
            return None
        name, at, view = match["name"], match["at"], match["view"] or ""
        try:
            if at is not None:
                return self._point(record, name, at, view, lang)
            held = next((x for x in record["numbers"] if x["name"] == name), None)
            if held is not None:
                return show(PublishedNumber.from_dict(held), lang, view)
        except (EvidenceError, IndexError):
            return None
        value = record.get(name) if name in _OF_RECORD else None
        return number(value, lang) if value is not None else None

    @staticmethod
    def _point(record: Mapping[str, Any], name: str, at: str, view: str, lang: Lang) -> str | None:
        held = next((s for s in record["series"] if s["name"] == name), None)
        if held is None:
            return None
        series = PublishedSeries.from_dict(held)
        if at == "*":
            return number(sum(series.n), lang)
        where = [i for i, x in enumerate(series.x) if str(x) == at and series.y[i] is not None]
        return show(point(series, where[0]), lang, view) if where else None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for v in value.values():
            yield from _strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from _strings(v)


def tokens(text: str) -> list[str]:
    """Return the numbers and minus signs of a text, in order.

    >>> tokens("△0.4時間（△2.1～1,300）")
    ['△', '0.4', '△', '2.1', '1,300']
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", text))


def numbers_shown(page: str) -> int:
    """Return how many numbers of the register a page shows, tables behind figures included."""
    return sum(bool(s.reference and s.text.strip()) for s in Page(page).seen)


def check(files: Mapping[str, bytes]) -> tuple[Wrong, ...]:
    """Return every number of a release that is not what it should be.

    Parameters
    ----------
    files
        Files of a release by name; documents that are missing are not looked at.
    """
    if "register.json" not in files:
        return ()
    numbers = Numbers(files["register.json"])
    found: list[Wrong] = []
    for stem in PAGES:
        pages = {
            x: Page(files[f"{stem}_{x}.html"].decode("utf-8")) for x in LANGS if f"{stem}_{x}.html" in files
        }
        for lang, page in pages.items():
            found += _page(f"{stem}_{lang}.html", page, numbers, lang)
            pdf = files.get(f"{stem}_{lang}.pdf")
            if pdf is not None:
                found += _pdf(f"{stem}_{lang}.pdf", pdf, page)
        if len(pages) == len(LANGS):
            found += _languages(stem, pages)
    return tuple(found)


def _page(file: str, page: Page, numbers: Numbers, lang: Lang) -> Iterator[Wrong]:
    for s in page.seen:
        if s.reference:
            if not s.text.strip():
                continue
            held = numbers.shown(s.reference, lang)
            if held is None:
                yield Wrong(
                    file,
                    s.place,
                    s.text,
                    Text(f"台帳に {s.reference} がありません。", f"the register has no {s.reference}."),
                )
            elif held != s.text:
                yield Wrong(
                    file,
                    s.place,
                    s.text,
                    Text(
                        f"台帳では {s.reference} は「{held}」です。",
                        f"the register gives “{held}” for {s.reference}.",
                    ),
                )
            continue
        for token in tokens(_LABEL.sub("", s.text.strip())):
            if token not in numbers.names:
                yield Wrong(
                    file, s.place, token, Text("台帳にない数字です。", "this digit is not the register's.")
                )


def _pdf(file: str, pdf: bytes, page: Page) -> Iterator[Wrong]:
    """The PDF shows the numbers of the page in the same order; labels of figures and tables are numbered alike in both."""
    mine = [(t, f"p. {i}") for i, text in enumerate(pdf_text.pages(pdf), start=1) for t in tokens(text)]
    text = "".join(s.text for s in page.seen if not s.aside)
    theirs = tokens(text)
    for (token, where), held in _pairs(mine, theirs):
        if token != held:
            yield Wrong(
                file, where, token or "—",
                Text(f"頁（HTML）では「{held or 'なし'}」です。", f"the page (HTML) shows “{held or 'nothing'}” here."),
            )  # fmt: skip
            return


def _pairs(mine: list[tuple[str, str]], theirs: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    last = mine[-1][1] if mine else "p. 1"
    for a, b in zip_longest(mine, theirs):
        yield a or ("", last), b or ""


def _languages(stem: str, pages: Mapping[Lang, Page]) -> Iterator[Wrong]:
    """Both languages show the same references, section by section."""
    shown = {x: [{_number_of(s.reference) for s in part} for part in _sections(pages[x])] for x in LANGS}
    headings = [part[0].section if part else "" for part in _sections(pages["en"])]
    nothing: set[str] = set()
    for i, (ja, en) in enumerate(zip_longest(shown["ja"], shown["en"], fillvalue=nothing)):
        odd = sorted(ja ^ en)
        if odd:
            place = headings[i] if i < len(headings) else ""
            found = Text("日英で載せる数値が違います。", "the languages do not show the same numbers.")
            yield Wrong(f"{stem}_en.html", place, ", ".join(odd[:3]), found)


def _number_of(reference: str) -> str:
    """Return a reference without what only changes how its number is written (unit, sign)."""
    stem, _, view = reference.rpartition(".")
    if view == "range":
        return f"{stem}.interval"
    return stem if view in ("bare", "abs", "signed", "plain") else reference


def _sections(page: Page) -> list[list[Seen]]:
    out: list[list[Seen]] = []
    current = None
    for s in page.seen:
        if s.section != current:
            current = s.section
            out.append([])
        if s.reference:
            out[-1].append(s)
    return out


def enforce(files: Mapping[str, bytes]) -> None:
    """Let a release pass, or refuse it.

    Raises
    ------
    ReleaseError
        Naming file, place and number of what is wrong.
    """
    found = check(files)
    if not found:
        return
    shown = [w.text for w in found[:MOST]]
    more = len(found) - len(shown)
    rest = Text(f"\n・ほか{more}件", f"\n- and {more} more") if more else Text("", "")
    raise ReleaseError(
        Text(
            "台帳と合わない数値があります。\n" + "\n".join(f"・{t.ja}" for t in shown) + rest.ja,
            "Numbers do not agree with the register.\n" + "\n".join(f"- {t.en}" for t in shown) + rest.en,
        )
    )
