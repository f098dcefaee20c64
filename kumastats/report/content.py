"""The case study as content: sections of sentences, figures and tables, before it becomes a PDF or a page.

Its words come from ``reports/case_study.yml``, its numbers from the register by id; an unknown id stops the build. Each
number stays marked with its reference (`kumastats.evidence.marks`) until it is written out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from kumastats.calendar import Quarter
from kumastats.disclosure.assessment import Assessment
from kumastats.display import Figure, HtmlTable
from kumastats.evidence import EvidenceRecord
from kumastats.report.revisions import Revision
from kumastats.study import Deviation, Study
from kumastats.text import Lang, Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A finding: the sentence an official can quote, how sure it is, and why."""

    id: str
    text: str
    certainty: str
    level: str
    why: str


@dataclass(frozen=True)
class Lamp:
    """A traffic light in words: a shape and a word beside its colour, what was found, and why.

    Attributes
    ----------
    level
        ``good``, ``steady``, ``watch``, ``bad`` or ``unknown``.
    id
        The record behind it; may be empty.
    """

    level: str
    shape: str
    word: str
    subject: str
    said: str
    why: str
    id: str = ""


@dataclass(frozen=True)
class Link:
    """A link to a file beside the page, and what is said of it."""

    href: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Links:
    """Links, one a line."""

    links: tuple[Link, ...]


Block = Paragraph | Heading | Bullets | Finding | Figure | HtmlTable | Lamp | Links


@dataclass(frozen=True)
class Section:
    """A section and what stands in it, in order; `alone` gives it a page of its own in print."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    alone: bool = False


@dataclass(frozen=True)
class Fact:
    """A number of the study itself, not of a finding: a date, a count of workshops.

    Attributes
    ----------
    value
        The same in both languages.
    shown
        As it is written in each.
    """

    value: str
    shown: Text

    def to_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return {"value": self.value, **self.shown.to_dict()}


@dataclass(frozen=True, order=True)
class Absent:
    """A record that the words ask for and this release does not hold.

    Attributes
    ----------
    id
        Its id, or ``prefix-*`` where none begins so.
    file, row
        Where it is asked for.
    """

    id: str
    file: str
    row: int


@dataclass(frozen=True)
class Document:
    """A publication in one language.

    Attributes
    ----------
    date
        The day the latest data were received; a rebuild carries the same.
    notices
        What a reader must know first: synthetic, internal, who wrote it.
    facts
        Numbers of the study itself that it shows, by name.
    names
        Names with digits in them that it shows: no findings.
    name
        What its files are called, ``<name>_<lang>.html``.
    absent
        Records that the words ask for and this release does not hold.
    """

    lang: Lang
    title: str
    subtitle: str
    author: str
    date: dt.date
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    name: str = "case_study"
    absent: tuple[Absent, ...] = ()


@dataclass(frozen=True)
class Held:
    """What is held of one canonical table."""

    table: str
    deliveries: int
    files: int
    rows: int
    first: dt.date | None
    last: dt.date | None
    received_on: dt.date
    digest: str


@dataclass(frozen=True)
class Source:
    """What a document is made from.

    Attributes
    ----------
    view
        The register as it leaves.
    records
        The records it was made of.
    tables
        The data held, by canonical table.
    attack
        What an attacker learns of everything published.
    previous, revisions
        The release before, and what has changed since.
    """

    study: Study
    quarter: Quarter
    view: bytes
    records: tuple[EvidenceRecord, ...]
    profile: str
    received_on: dt.date
    snapshot: str
    tables: tuple[Held, ...]
    locked_on: dt.date | None
    deviations: tuple[Deviation, ...]
    attack: Assessment | None = None
    previous: str = ""
    revisions: tuple[Revision, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
