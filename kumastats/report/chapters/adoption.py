"""Is it used: active users, telework and devices in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumastats import measures
from kumastats.calendar import FiscalYear, Month
from kumastats.compare.plot import two_lines_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, number, percent
from kumastats.display.dates import month_text
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.levels import as_number
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.adoption import LICENCE, SHARE, Active, Coverage, active_users, coverage

PRODUCTS: Mapping[str, Text] = {
    "teams": Text("Teams", "Teams"), "exchange": Text("メール", "email"), "onedrive": Text("OneDrive", "OneDrive"), "sharepoint": Text("SharePoint", "SharePoint"),
    "skype_for_business": Text("Skype", "Skype"), "yammer": Text("Yammer", "Yammer"), "pc": Text("PC", "PCs"), "tablet": Text("タブレット", "tablets"),
    "wifi": Text("無線LAN", "Wi-Fi"),
}  # fmt: skip

ROUND = 10  # to which numbers of people are rounded: the next quarter's differ by single ones
PEOPLE = Text("人", "people")


def _name(product: str) -> Text:
    return PRODUCTS.get(product, Text(product, product))


@dataclass(frozen=True, eq=False)
class Adoption:
    """Use up to the end of the quarter.

    Attributes
    ----------
    users
        Windows that may be told, by product; products without a licence are left out.
    telework
        Fiscal year to the share of days worked elsewhere; years without a record, or too few people, left out.
    devices
        Devices in place by product and fiscal year.
    """

    users: Mapping[str, tuple[Active, ...]]
    telework: Mapping[str, PublishedNumber]
    devices: tuple[Coverage, ...]

    def users_table(self, session: Session) -> HtmlTable | None:
        """Return the active share by product: the first window and the last that may be told."""
        if not self.users:
            return None
        lang = session.lang
        rows = []
        for product, told in self.users.items():
            first, last = told[0], told[-1]
            rows.append(
                [_name(product)(lang), *(v for x in (first, last) for v in (f"{x.until:%Y-%m}", percent(x.active / x.users, lang, 0), number(x.users, lang)))]
            )  # fmt: skip
        heads = [
            Text("製品", "product")(lang), Text("最初", "first")(lang), Text("利用率", "active")(lang), Text("人", "users")(lang),
            Text("最近", "latest")(lang), Text("利用率", "active")(lang), Text("人", "users")(lang),
        ]  # fmt: skip
        note = Text(
            "利用率は、報告にある人のうち、ライセンスがありその30日間に使った人の割合。重なる期間は足さない。2021年9月から氏名は秘匿され、職場とは結べない。",
            "Active: of the users in the report, those with a licence who used it in the thirty days. Overlapping windows are never added. Since September 2021 names are concealed and cannot be joined to offices.",
        )(lang)
        caption = Text("製品の利用率", "Active users by product")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({2, 3, 5, 6}))

    def users_figure(self, session: Session) -> Figure | None:
        """Draw the active share of up to three products with the widest change."""
        held = {p: t for p, t in self.users.items() if len(t) >= 3}
        if not held:
            return None
        change = {p: abs(t[-1].active / t[-1].users - t[0].active / t[0].users) for p, t in held.items()}
        chosen = sorted(held, key=lambda p: (-change[p], p))[:3]
        frame = pd.DataFrame(
            [
                (_name(p)(session.lang), str(Month.of(x.until)), 100 * x.active / x.users)
                for p in chosen
                for x in held[p]
            ],
            columns=["group", "period", "value"],
        )  # fmt: skip
        starts = [
            min(i.live_dates().values())
            for i in session.study.initiatives.values()
            if i.item == "workplace" and i.live_dates()
        ]
        events = (
            {
                min(starts): Text(
                    f"展開の始まり（{min(starts):%Y-%m}）", f"roll-out begins ({min(starts):%Y-%m})"
                )
            }
            if starts
            else {}
        )
        caption = Text(
            "四半期末までの30日間に使った人の割合（報告にある人のうち）。人数が少ない期は描かない。",
            "Of the users in the report, those active in the thirty days to a quarter's end; windows that would tell of too few are not drawn.",
        )(session.lang)
        return two_lines_figure(
            frame,
            Text("％", "%"),
            Text("利用率", "active users"),
            session.lang,
            events=events,
            caption=caption,
        )

    def telework_table(self, session: Session) -> HtmlTable | None:
        """Return the share of days worked elsewhere by fiscal year."""
        if not self.telework:
            return None
        lang = session.lang
        rows = [
            [
                FiscalYear(int(y[2:])).label(lang),
                percent(x.value, lang, 1),
                number(x.n or 0, lang),
                number(x.contributors or 0, lang),
            ]
            for y, x in self.telework.items()
        ]
        heads = [
            Text("年度", "year")(lang), Text("テレワークの日の割合", "days worked elsewhere")(lang), Text("人・日", "person-days")(lang), Text("人", "people")(lang),
        ]  # fmt: skip
        return HtmlTable(
            heads,
            rows,
            Text("テレワーク（市職員）", "Telework (city staff)")(lang),
            lang,
            right=frozenset({1, 2, 3}),
        )

    def devices_table(self, session: Session) -> HtmlTable | None:
        """Return devices in place by product and fiscal year."""
        if not self.devices:
            return None
        lang = session.lang
        rows = [
            [
                _name(c.product)(lang), FiscalYear(c.year).label(lang), number(c.reached, lang), number(c.units, lang),
                percent(c.reached / c.units, lang, 0) if c.units else "—", number(c.in_place, lang),
            ]
            for c in self.devices
        ]  # fmt: skip
        heads = [
            Text("機器", "device")(lang), Text("年度末", "end of year")(lang), Text("届いた職場", "offices reached")(lang), Text("対象の職場", "of")(lang),
            Text("割合", "share")(lang), Text("置かれた台数", "in place")(lang),
        ]  # fmt: skip
        note = Text(
            "台数は配備から返却を引いたもの。対象は、PCは学校以外の職場、無線LANは学校、タブレットは一度でも届いた職場。",
            "In place: given less returned. Of: PCs, offices other than schools; Wi-Fi, schools; tablets, offices that ever had one.",
        )(lang)
        return HtmlTable(
            heads,
            rows,
            Text("機器の行き渡り", "Devices in place")(lang),
            lang,
            note,
            right=frozenset({2, 3, 4, 5}),
        )


def adoption(session: Session) -> Adoption:
    """Return what is known of use; parts whose table is missing stay empty."""
    users: dict[str, tuple[Active, ...]] = {}
    devices: tuple[Coverage, ...] = ()
    if session.snapshot.has("usage"):
        names = ("unit_kind", "unit_id", "period_start", "period_end", "product", "metric", "value")
        end = session.quarter.end
        people = session.snapshot.frame("usage", names, end=end, where={"metric": [SHARE, LICENCE]})
        held = session.snapshot.frame("usage", names, end=end, where={"unit_kind": "office"})
        told: dict[str, list[Active]] = {}
        for x in active_users(people):
            if _may_tell(session, x):
                told.setdefault(x.product, []).append(x)
        users = {p: tuple(v) for p, v in told.items()}
        devices = coverage(held, _meant_for(session), _years(session, held))
    return Adoption(users, _telework(session), devices)


def _may_tell(session: Session, x: Active) -> bool:
    share = PublishedNumber(
        "active",
        x.active / x.users if x.users else 0.0,
        "share",
        n=x.users,
        numerator=x.active,
        contributors=x.users,
    )
    return not primary([share], session.thresholds)


def _meant_for(session: Session) -> dict[str, int]:
    if not session.snapshot.has("office"):
        return {}
    kind = session.snapshot.frame("office", ("office_id", "kind"))["kind"]
    return {"pc": int((kind != "school").sum()), "wifi": int((kind == "school").sum())}


def _years(session: Session, held: pd.DataFrame) -> dict[int, dt.date]:
    """Return the fiscal years that have ended since the first device, with their last days."""
    given = held[held["unit_kind"] == "office"]
    if not len(given):
        return {}
    first = FiscalYear.of(pd.to_datetime(given["period_end"]).min().date()).start.year
    return {
        y: FiscalYear(y).end
        for y in range(first, session.quarter.end.year)
        if FiscalYear(y).end <= session.quarter.end
    }


def _telework(session: Session) -> dict[str, PublishedNumber]:
    if not session.snapshot.has("person_day"):
        return {}
    asked = measures.measure("telework_share")
    frame = measures.series(
        measures.cells(session.snapshot, asked.id, by=(), period="year", end=session.quarter.end), asked
    )
    made = {str(row["period"]): as_number(row, asked, "telework", session) for _, row in frame.iterrows()}
    return {y: x for y, x in made.items() if not primary([x], session.thresholds)}


def records(session: Session, found: Adoption) -> list[EvidenceRecord]:
    """Return the records: the latest active share of Teams, and the last year's telework."""
    out = []
    if "teams" in found.users:
        x = found.users["teams"][-1]
        told = [
            PublishedNumber(
                name, float(ROUND * round(v / ROUND)), "count", contributors=v, unit=PEOPLE, rounded_to=ROUND
            )
            for name, v in (("active", x.active), ("users", x.users))
        ]
        if not primary(told, session.thresholds):
            out.append(
                descriptive(
                    "adoption-teams", session.origin_of("usage"), item="workplace", title=Text("Teamsの利用", "Use of Teams"),
                    statement=Text(
                        f"{{={month_text(x.until)}}}までの{{=30日間}}に、報告にある約{{users}}のうち約{{active}}がTeamsを使った。",
                        f"In the {{=thirty days}} to {{={month_text(x.until, 'en')}}}, about {{active}} of some {{users}} in the report used Teams.",
                    ),
                    numbers=told, design="measurement",
                    reasons=(Text("使ったことは、役に立ったことではない", "to use is not to profit"),),
                )
            )  # fmt: skip
    if found.telework:
        year, t = list(found.telework.items())[-1]
        out.append(
            descriptive(
                "adoption-telework", session.origin_of("person_day"), item="workplace", title=Text("テレワークの利用", "Use of telework"),
                statement=Text(
                    f"{{={year[2:]}年度}}に、市職員の勤務日の{{telework}}がテレワークだった（{{telework.n}}人・日）。",
                    f"In {{={year}}} {{telework}} of city staff's days were worked elsewhere ({{telework.n}} person-days).",
                ),
                numbers=[t], measure="telework_share", n=t.n, reasons=(measures.measure("telework_share").caveat,),
            )
        )  # fmt: skip
    return out
