"""2016 once more: what the public figures of the earthquake would ask of staff, within the caps."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber
from kumastats.display import Figure, HtmlTable, by_error, decimals_by_error, interval, number, percent
from kumastats.evidence import EvidenceRecord, model
from kumastats.report.chapters.claimed_figures import CITY
from kumastats.report.chapters.disaster import Shelters
from kumastats.report.session import Session
from kumastats.study.model import Range
from kumastats.text import Text
from kumastats.workload.surge.caps import HETERONOMOUS, ORDINARY
from kumastats.workload.surge.plot import again_figure
from kumastats.workload.surge.scenario import Again, Assumptions, Band, again

STAFF, STAFF_DAYS = Text("人", "staff"), Text("人・日", "staff-days")


@dataclass(frozen=True, eq=False)
class Scenario:
    """2016 once more: under the limit of duties others decide, and under the ordinary one.

    Attributes
    ----------
    measured
        Whether staff for shelters and people come from the shelters' log.
    logged
        Days until half had left by the shelters' log, to stand beside the public figures.
    """

    assumptions: Assumptions
    measured: bool
    found: Again
    ordinary: Again
    logged: float | None = None

    def table(self, session: Session) -> HtmlTable:
        """Return the answers."""
        lang, f, o = session.lang, self.found, self.ordinary

        def band(b: Band) -> list[str]:
            mean, low, high = by_error(b.mean, b.low, b.high)
            return [number(mean, lang), interval(low, high, lang)]

        half = decimals_by_error(f.half_life.low, f.half_life.high, 1, 0)
        rows = [
            [Text("避難者が半分になるまで（日、公表の2時点から）", "days until half had left (from two public points)")(lang),
             number(f.half_life.mean, lang, half), interval(f.half_life.low, f.half_life.high, lang, half)],
            [Text("ピークで同時に要る職員", "staff at a time at the peak")(lang), *band(f.peak_staff)],
            [Text("60日間に要る延べ（人・日、24時間）", "needed over 60 days (staff-days round the clock)")(lang), *band(f.staff_days)],
            [Text("市職員（公表の約数）", "city staff (announced, about)")(lang), number(CITY, lang), "—"],
            [Text("うち来られる職員", "of these, able to come")(lang), *band(f.present)],
            [Text("うち本来の仕事を離れられる職員", "of these, able to leave their own work")(lang), *band(f.free)],
            [Text("その職員が2～6か月平均80時間を守って担える延べ（人・日）", "staff-days they can do within a 2–6-month mean of 80 h")(lang), *band(f.carried)],
            [Text("同じく月45時間を守って（人・日）", "the same within 45 h a month")(lang), *band(o.carried)],
            [Text("前提の幅のうち足りる割合（80時間／45時間）", "share of the assumptions under which that is enough (80 h / 45 h)")(lang),
             f"{percent(f.enough, lang, 0)}／{percent(o.enough, lang, 0)}" if lang == "ja" else f"{percent(f.enough, lang, 0)} / {percent(o.enough, lang, 0)}", "—"],
            [Text("健康のための上限（2～6か月平均80時間）を守る人数", "people so that nobody passes a 2–6-month mean of 80 h")(lang), *band(f.people)],
            [Text("原則の上限（月45時間）を守る人数", "people so that nobody passes 45 h a month")(lang), *band(o.people)],
            [Text("罹災証明の受付に要る職員（一日2,040件の日）", "staff for certificates of damage (2,040 a day)")(lang), *band(f.certificate_staff)],
            [Text("罹災証明の未発行（2016年5月17日）", "certificates not yet issued (17 May 2016)")(lang), number(f.backlog, lang), "—"],
            [Text("未発行の増え方（一日）", "growing by, a day")(lang), number(f.backlog_growth, lang), "—"],
            [Text("申請が止まっても、その日の発行の速さで片づく日数", "days to clear it at that day's pace, had nobody applied any more")(lang), number(f.backlog_days, lang), "—"],
        ]  # fmt: skip
        if self.logged is not None:
            beside = Text("（参考）避難所の記録では（日）", "for comparison, by the shelters' log (days)")
            rows.insert(1, [beside(lang), number(self.logged, lang, 1), "—"])
        heads = [
            Text("問い", "what")(lang),
            Text("中心", "middle")(lang),
            Text("前提による幅（95％）", "95% of the assumptions")(lang),
        ]
        note = Text(
            "公表値: ピーク約11万人・267避難所（CNET Japan）、5月18日に1,616人・74か所、罹災証明の申請62,786件・発行21,308件（西日本新聞 2016-05-18）。市職員約7,000人（取組の発表。教職員約4,500人は含まない）。"
            "来られない職員も数に入れた「守る人数」は、市職員の数と比べられる。災害対応は法律上の上限の外だが、80時間は健康のための線として置いた。",
            "Public figures: about 110,000 people in 267 shelters at the peak (CNET Japan); 1,616 in 74 on 18 May; 62,786 certificates applied for, 21,308 issued "
            "(Nishinippon Shimbun, 18 May 2016); about 7,000 city staff (announcement of the programme; the 4,500 teachers are not among them). “People so that nobody passes” "
            "count those who cannot come, and so stand beside the whole staff. Disaster work is exempt from the legal caps; 80 h stands as a line for health.",
        )(lang)
        caption = Text("2016年の避難が今起きたら", "If the evacuation of 2016 came again")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2}))

    def assumptions_table(self, session: Session) -> HtmlTable:
        """Return the assumptions with their ranges."""
        lang, a = session.lang, self.assumptions
        rows = [
            [name(lang), *(number(v, lang, d) for v in (r.low, r.likely, r.high))]
            for name, r, d in (
                (Text("ピークの避難者（人）", "people at the peak"), a.peak, 0),
                (Text("避難所ごとに要る職員（人）", "staff for each shelter"), a.per_site, 1),
                (Text("避難者100人あたりの職員（人）", "staff for 100 people"), _hundred(a.per_person), 1),
                (Text("減り方の形（1なら毎日同じ割合、小さいほど初めに多く去る）", "how people left (1: the same share each day; less: more of them at first)"), a.shape, 1),
                (Text("来られない職員の割合（％）", "staff who cannot come (%)"), _hundred(a.absent), 0),
                (Text("来られる職員のうち、本来の仕事を離れられる割合（％）", "of those who come, able to leave their own work (%)"), _hundred(a.spared), 0),
                (Text("ほかの仕事の時間外（時間／月）", "overtime on other work (h a month)"), a.base, 1),
                (Text("職員一人が一日に扱う罹災証明", "certificates a member of staff does a day"), a.certificates_a_day, 0),
            )
        ]  # fmt: skip
        note = (
            Text("避難所と避難者あたりの職員の「中」は避難所の記録から求めた。記録は別の避難所のもので、幅は狭めない。ほかは公表値がなく、置いた前提である。",
                 "The likely staff for shelters and people come from the shelters' log; it is of other shelters, so the ranges stay. The rest is not public and assumed.")
            if self.measured
            else Text("公表値がなく、置いた前提である。", "Not public: assumed.")
        )  # fmt: skip
        heads = [
            Text("前提", "assumption")(lang),
            Text("低", "low")(lang),
            Text("中", "likely")(lang),
            Text("高", "high")(lang),
        ]
        return HtmlTable(
            heads,
            rows,
            Text("前提と幅", "Assumptions and their ranges")(lang),
            lang,
            note(lang),
            right=frozenset({1, 2, 3}),
        )

    def figure(self, session: Session) -> Figure:
        """Draw the staff by day."""
        caption = Text(
            "線は前提の中心、帯は前提の幅の95％。公表の2時点を結ぶ減り方による試算。",
            "Line: middle of the assumptions; band: 95% of their range. The course joins two public points.",
        )(session.lang)
        return again_figure(self.found, session.lang, caption=caption)


def _hundred(r: Range) -> Range:
    """Return a range of shares in per cent."""
    return Range(100 * r.low, 100 * r.likely, 100 * r.high)


def scenario(session: Session, held: Shelters | None) -> Scenario:
    """Return 2016 once more; staff for shelters and people from the shelters' log where it tells them."""
    assumed, measured = Assumptions(), False
    if held is not None and held.need is not None and held.need.per_person > 0:
        n = held.need
        assumed = assumed.with_need(
            (n.per_site, math.sqrt(float(n.cov[0, 0]))), (n.per_person, math.sqrt(float(n.cov[1, 1])))
        )
        measured = True
    draw = [
        again(assumed, limits, seed_of("again", session.study.title.en), roster=CITY)
        for limits in (HETERONOMOUS, ORDINARY)
    ]
    logged = held.half_life[0] if held is not None and held.half_life is not None else None
    return Scenario(assumed, measured, draw[0], draw[1], logged)


def scenario_record(session: Session, made: Scenario) -> EvidenceRecord:
    """Return the record of the scenario."""
    f = made.found
    bands = (
        ("peak", f.peak_staff, STAFF), ("people", f.people, STAFF), ("ordinary", made.ordinary.people, STAFF),
        ("needed", f.staff_days, STAFF_DAYS), ("free", f.free, STAFF), ("carried", f.carried, STAFF_DAYS),
    )  # fmt: skip
    numbers = [
        PublishedNumber(name, mean, "simulated", unit=unit, low=low, high=high)
        for name, b, unit in bands
        for mean, low, high in [by_error(b.mean, b.low, b.high)]
    ]
    numbers += [
        PublishedNumber("backlog", float(f.backlog), "constant", unit=Text("件", "certificates")),
        PublishedNumber("staff", float(CITY), "constant", unit=STAFF),
    ]
    return model(
        "disaster-2016-again", session.origin_of("shelter_day"), item="community", title=Text("2016年の避難が今起きたら", "If the evacuation of 2016 came again"),
        statement=Text(
            "{=2016年}と同じ避難が起きれば、ピークで同時に{peak}（{peak.interval}）の職員が要り、{=2～6か月平均80時間}を誰も超えないには{people}（{people.interval}）、原則の{=月45時間}なら{ordinary}（{ordinary.interval}）が要る。"
            "{=60日間}に要る延べ{needed}（{needed.interval}）に対し、市職員{=約}{staff}のうち来られて本来の仕事を離れられる{free}（{free.interval}）が{=80時間}を守って担えるのは延べ{carried}（{carried.interval}）である。",
            "An evacuation like that of {=2016} would take {peak} ({peak.interval}) at a time at its peak; so that nobody passes a {=2–6-month mean of 80 hours} it takes {people} ({people.interval}), under the ordinary {=45 hours} {ordinary} ({ordinary.interval}). "
            "Over {=60 days} it takes {needed} ({needed.interval}); of about {staff.bare} city staff {free.bare} ({free.range}) could come and leave their own work, and within {=80 hours} do {carried} ({carried.interval}).",
        ),
        numbers=numbers,
        reasons=(
            Text("欠勤、本来の仕事を離れられる職員、受け持ち人数は公表されておらず、前提である", "absence, staff able to leave their own work and people for each member of staff are not public and assumed"),
            Text("減り方は公表の2時点だけで決め、その間の形は前提である", "the course rests on two public points alone; its shape between them is assumed"),
        ),
    )  # fmt: skip
