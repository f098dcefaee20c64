"""The assumptions of a yen figure, each a range with its source; every one can be set in study.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from kumastats.display import HtmlTable, number, percent
from kumastats.errors import WorkloadError
from kumastats.study.model import Range
from kumastats.text import Lang, Text

SHARES = ("adoption", "realisation", "discount")
PRICES = ("side_mono", "side_colour")  # no part of what saved minutes are worth
WAGES = ("rate", "overtime_rate")  # nobody works for nothing, at the low end neither


@dataclass(frozen=True)
class Assumptions:
    """Ranges (low, likely, high).

    Attributes
    ----------
    people
        Those whose minutes count. The announcement says 12,500; a survey of city staff would be 7,000. The low end is city
        staff alone: overtime is ordered to them only, and its saving is spread to no one else.
    days
        Working days a year (243 to 245 by the calendar; 240 in FY2019).
    minutes
        Saved a day and person where nothing was measured: the announced ten, which was an “if”.
    rate
        Yen an hour of time freed: base pay at the low end, with bonuses and the employer's share at the high end.
    overtime_rate
        Yen an hour of overtime no longer paid (base pay with the 25 % premium).
    adoption
        Share of people whom the change reaches.
    realisation
        Share of saved minutes that are put to other work instead of trickling away.
    discount
        Social discount rate a year.
    side_mono, side_colour
        Yen a printed side where print logs hold no cost: the charge a side (カウンター料金) that copier dealers publish as usual
        (black ¥1 to 3, full colour ¥10 to 25 a side, copykiyasan.com and emeao.jp, 2019–2024). Paper and leases come on top,
        and public contracts may lie below.
    """

    people: Range = Range(7_000, 7_000, 12_500)
    days: Range = Range(240, 244, 245)
    minutes: Range = Range(10, 10, 10)
    rate: Range = Range(1_900, 2_100, 3_800)
    overtime_rate: Range = Range(2_000, 2_500, 2_800)
    adoption: Range = Range(0.6, 0.9, 1.0)
    realisation: Range = Range(0.2, 0.5, 1.0)
    discount: Range = Range(0.02, 0.04, 0.04)
    side_mono: Range = Range(1, 2, 3)
    side_colour: Range = Range(10, 15, 25)

    def __post_init__(self) -> None:
        for f in fields(self):
            held: Range = getattr(self, f.name)
            share = f.name in SHARES
            wage = f.name in WAGES and held.low <= 0
            if (
                wage
                or held.low < 0
                or (share and held.high > 1)
                or (held.likely <= 0 and f.name != "minutes")
            ):
                raise WorkloadError(
                    Text(
                        f"前提「{LABELS[f.name].ja}」の範囲（{held.low}、{held.likely}、{held.high}）は使えません。",
                        f"The range of “{LABELS[f.name].en}” ({held.low}, {held.likely}, {held.high}) cannot be used.",
                    ),
                    remedy=Text(
                        f"study.yml の savings.{f.name} を直してください（割合は0～1、ほかは正の数）。",
                        f"Mend savings.{f.name} in study.yml (shares lie between 0 and 1, the others above 0).",
                    ),
                )

    @classmethod
    def of(cls, given: Mapping[str, Range]) -> Assumptions:
        """Return the defaults with what a study sets instead.

        Raises
        ------
        WorkloadError
            For a name that is no assumption, or a range that cannot be.
        """
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise WorkloadError(
                Text(
                    f"知らない前提があります: {', '.join(unknown)}",
                    f"Unknown assumptions: {', '.join(unknown)}",
                ),
                remedy=Text(f"使えるのは {', '.join(sorted(known))}", f"Known: {', '.join(sorted(known))}"),
            )
        return replace(cls(), **given)

    @classmethod
    def of_savings(cls) -> tuple[str, ...]:
        """Return the names of those that what saved minutes are worth rests on."""
        return tuple(f.name for f in fields(cls) if f.name not in PRICES)

    def likely(self) -> dict[str, float]:
        """Return the likely value of each."""
        return {f.name: getattr(self, f.name).likely for f in fields(self)}

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return them as a table."""
        rows = []
        for f in fields(self):
            held: Range = getattr(self, f.name)

            def told(value: float, share: bool = f.name in SHARES) -> str:
                return (
                    percent(value, lang, 0)
                    if share
                    else number(value, lang, 0 if value == round(value) else 1)
                )

            rows.append([LABELS[f.name](lang), told(held.low), told(held.likely), told(held.high)])
        heads = [
            Text("前提", "assumption")(lang), Text("低い場合", "low")(lang), Text("見込み", "likely")(lang), Text("高い場合", "high")(lang),
        ]  # fmt: skip
        note = Text("study.yml の savings で変えられる。", "Each can be changed under savings in study.yml.")(
            lang
        )
        return HtmlTable(heads, rows, Text("金額の前提", "Assumptions of the yen figures")(lang), lang, note)


LABELS: Mapping[str, Text] = {
    "people": Text("対象の人数", "people"),
    "days": Text("年間の勤務日", "working days a year"),
    "minutes": Text("一日の短縮（分、測定がない場合）", "minutes saved a day, where not measured"),
    "rate": Text("一時間の人件費（円）", "yen an hour of time freed"),
    "overtime_rate": Text("時間外勤務の単価（円）", "yen an hour of overtime"),
    "adoption": Text("取組が届く割合", "share of people reached"),
    "realisation": Text("浮いた時間が活かされる割合", "share of saved time put to use"),
    "discount": Text("割引率（年）", "discount rate a year"),
    "side_mono": Text(
        "印刷1面の費用、白黒（円、記録がない場合）", "yen a printed side in black, where not logged"
    ),
    "side_colour": Text(
        "印刷1面の費用、カラー（円、記録がない場合）", "yen a printed side in colour, where not logged"
    ),
}
