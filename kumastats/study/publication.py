"""Who wrote and paid for a case study, who was consulted, who reviewed it, and what was corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kumastats.study.yaml_reader import Node
from kumastats.text import Text

NOWHERE = Text("", "")


@dataclass(frozen=True)
class Author:
    """A partner's part in writing: a role, never a name."""

    party: str
    role: Text
    part: Text


@dataclass(frozen=True)
class Funding:
    """What a partner paid for or gave."""

    party: str
    what: Text


@dataclass(frozen=True)
class Consultation:
    """A meeting with staff, a union or the public, and what came of it."""

    on: dt.date
    whom: Text
    topic: Text
    outcome: Text


@dataclass(frozen=True)
class Review:
    """A reading of the case study before it was published."""

    on: dt.date
    by: Text
    outcome: Text


@dataclass(frozen=True)
class Erratum:
    """Why a published number was corrected.

    Attributes
    ----------
    id
        The evidence, or ``id.number``.
    """

    id: str
    on: dt.date
    reason: Text


@dataclass(frozen=True)
class Publication:
    """What a reader must know of how the case study came about; what is left out is told as not recorded."""

    authors: tuple[Author, ...] = ()
    funding: tuple[Funding, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    reviews: tuple[Review, ...] = ()
    errata: tuple[Erratum, ...] = ()
    contact: Text = NOWHERE
    licence: Text = NOWHERE


def publication(node: Node, partners: tuple[str, ...]) -> Publication:
    """Read the key ``publication`` of a study register.

    Parameters
    ----------
    partners
        Ids of the partners: who may be named as author or funder.

    Raises
    ------
    StudyError
        With line and key.
    """
    node.known("authors", "funding", "consultations", "reviews", "errata", "contact", "licence")
    return Publication(
        authors=tuple(
            Author(n.one_of("party", partners), n.text("role"), n.text("part")) for n in node.items("authors")
        ),
        funding=tuple(Funding(n.one_of("party", partners), n.text("what")) for n in node.items("funding")),
        consultations=tuple(
            Consultation(n.date("date"), n.text("whom"), n.text("topic"), n.text("outcome"))
            for n in node.items("consultations")
        ),
        reviews=tuple(Review(n.date("date"), n.text("by"), n.text("outcome")) for n in node.items("reviews")),
        errata=tuple(Erratum(n.string("id"), n.date("date"), n.text("reason")) for n in node.items("errata")),
        contact=node.text("contact") if node.has("contact") else NOWHERE,
        licence=node.text("licence") if node.has("licence") else NOWHERE,
    )
