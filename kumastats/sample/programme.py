"""Roll-out dates of every initiative, and the programme's money."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kumastats.sample import config, files, schedule, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.overtime import Live

ROLLOUT = ("取組", "所属コード", "発表日", "先行日", "本稼働日", "端末数")
COSTS = ("年度", "取組", "費目", "区分", "金額（千円）")
TOTAL = 4_700_000  # thousand yen over five years, for the city at full size and for every smaller one
# initiative, share of the total, items
MONEY = (
    ("cloud_workplace", 0.46, ("機器購入費", "使用料", "委託料")), ("documents", 0.12, ("委託料",)),
    ("chatbot", 0.06, ("使用料", "委託料")), ("remote_support", 0.05, ("機器購入費",)),
    ("school_affairs", 0.25, ("機器購入費", "使用料")), ("community_network", 0.06, ("使用料",)),
)  # fmt: skip
BY_YEAR = (0.10, 0.28, 0.27, 0.20, 0.15)


def write(city: City, live: Live, raw: Path, defects: Defects) -> None:
    """Write the roll-out table and the costs."""
    files.put(raw / "rollout" / "rollout.csv", [ROLLOUT, *_rollout(city, live)], "cp932")
    rows = _costs()
    total = sum(amount for *_, kind, amount in rows if kind == "決算")
    table = [[*head, _yen(amount)] for *head, amount in rows]
    files.put(raw / "costs" / "costs.csv", [COSTS, *table, ["合計", "", "", "決算", _yen(total)]], "cp932")
    defects.note("totals_row", "costs.csv", 1, "a row of totals", source="costs", table="cost")


def _yen(thousands: int) -> str:
    return f"△{-thousands:,}" if thousands < 0 else f"{thousands:,}"


def _rollout(city: City, live: Live) -> list[list[str]]:
    rows = []

    def add(
        name: str, unit: str, day: dt.date, piloted: dt.date | None = None, count: int | None = None
    ) -> None:
        announced = (
            "" if name in ("counter_redesign", "pupil_tablets") else spelling.slashed(config.ANNOUNCED)
        )
        rows.append(
            [
                name, unit, announced, spelling.slashed(piloted) if piloted else "", spelling.slashed(day),
                "" if count is None else str(count),
            ]
        )  # fmt: skip

    for i, (start, piloted) in live.items():
        add("cloud_workplace", city.offices[i].id, start, piloted, 3)
    for name, days in (
        ("documents", schedule.documents(city)), ("meeting_rules", schedule.meeting_rules(city)),
        ("telework", schedule.telework(city)), ("school_affairs", schedule.school_affairs(city)),
        ("pupil_tablets", schedule.pupil_tablets(city)), ("community_network", schedule.community()),
    ):  # fmt: skip
        for unit, day in sorted(days.items()):
            add(name, unit, day)
    for t, since in enumerate(config.TOPICS.values(), start=1):
        if since is not None:
            add("chatbot", f"T{t}", since)  # the chatbot reached topics, not offices
    for ward, _, _ in config.WARDS:
        add("counter_redesign", ward, config.REDESIGN_ON)
    for ward in config.REMOTE_SUPPORT_WARDS:
        add("remote_support", ward, config.REMOTE_SUPPORT_ON, config.REMOTE_SUPPORT_ON, 10)
    return rows


def _costs() -> list[tuple[str, str, str, str, int]]:
    """Return budget, contract and actual of each year, initiative and item; contracts below, one refund."""
    rows = []
    for y, share_of_year in enumerate(BY_YEAR):
        year = 2018 + y
        # the money of a fiscal year is of the era its April is in
        title = spelling.fiscal_title(year)
        for name, share, items in MONEY:
            for i, item in enumerate(items):
                budget = round(TOTAL * share * share_of_year / len(items))
                contract = round(budget * (0.93 + 0.01 * ((y + i) % 5)))
                rows += [(title, name, item, "予算", budget), (title, name, item, "契約", contract)]
                rows.append((title, name, item, "決算", round(contract * (0.97 + 0.01 * (i % 4)))))
        if year == 2021:
            rows.append((title, "cloud_workplace", "返納金", "決算", -12_340))
    return rows
