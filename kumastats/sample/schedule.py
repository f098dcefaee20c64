"""Which initiative reached which unit when; `off` names initiatives that a twin city goes without."""

from __future__ import annotations

import datetime as dt

from kumastats.sample import config
from kumastats.sample.city import City

Off = frozenset[str]
NONE: Off = frozenset()


def documents(city: City) -> dict[str, dt.date]:
    """Return the day each office's documents were digitised: by bureau, offices of a bureau together."""
    waves = config.DOCUMENTS_WAVES
    return {o.id: waves[i % len(waves)] for i, o in enumerate(city.offices)}


def meeting_rules(city: City) -> dict[str, dt.date]:
    """Return the day the meeting rules came into force in each office."""
    waves = config.MEETING_RULES_WAVES
    return {o.id: waves[i % len(waves)] for i, o in enumerate(city.offices)}


def telework(city: City) -> dict[str, dt.date]:
    """Return the day telework was opened to each office."""
    waves = config.TELEWORK_WAVES
    order = city.rng(20).permutation(len(city.offices))
    return {o.id: waves[int(order[i]) % len(waves)] for i, o in enumerate(city.offices)}


def school_affairs(city: City) -> dict[str, dt.date]:
    """Return the day each school's affairs system went live."""
    waves = config.SCHOOL_SYSTEM_WAVES
    return {s.id: waves[i % len(waves)] for i, s in enumerate(city.schools)}


def pupil_tablets(city: City) -> dict[str, dt.date]:
    """Return the day each school's pupils got their tablets."""
    waves = config.PUPIL_TABLET_WAVES
    return {s.id: waves[i // 2 % len(waves)] for i, s in enumerate(city.schools)}


def areas() -> list[str]:
    """Return the areas of the community network, four a ward."""
    return [f"{ja.removesuffix('区')}{number:02d}" for _, ja, _ in config.WARDS for number in range(1, 5)]


def community() -> dict[str, dt.date]:
    """Return the day the community network opened in each area."""
    waves = config.COMMUNITY_WAVES
    return {area: waves[(i + i // 4) % len(waves)] for i, area in enumerate(areas())}
