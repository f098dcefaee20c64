"""The announced figures of people, schools, devices and money: what arithmetic and the study's own tables say of them.

Constants are public figures of the announcement; what an hour costs and the working days are the study's assumptions.
"""

from __future__ import annotations

from kumastats.disclosure import PublishedNumber
from kumastats.evidence import EvidenceRecord, Verdict, claim_record
from kumastats.report.chapters.costs import ANNOUNCED, MINUTES, booked
from kumastats.report.session import Session
from kumastats.study.model import AnnouncedClaim
from kumastats.text import Text
from kumastats.workload.savings import Assumptions

PEOPLE, CITY, TEACHERS = 12_500, 7_000, 4_500
COST, YEARS, NEAR = 4.7e9, 5, 0.02  # “4.7 billion” is rounded: within 2 % it is the same amount
TABLETS, TABLETS_OF = 600, "remote_support"  # the initiative whose devices the roll-out table lists
SCHOOLS = {"elementary": 92, "junior": 42, "high": 2}
ANNOUNCED_SCHOOLS = 136
NOBODY = Text("", "")
A_PERSON, A_SCHOOL, A_DEVICE, A_YEAR = (
    Text("人", "people"), Text("校", "schools"), Text("台", "tablets"), Text("年", "years"),
)  # fmt: skip


def _constant(name: str, value: float, unit: Text = NOBODY, low: float | None = None, high: float | None = None) -> PublishedNumber:  # fmt: skip
    return PublishedNumber(name, value, "constant", unit=unit, low=low, high=high)


def _money(name: str, value: float, low: float | None = None, high: float | None = None) -> PublishedNumber:
    return PublishedNumber(name, value, "money", low=low, high=high)


def search(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    """Return the record of ¥600 million a year for ten minutes a day, over the study's range of days and hourly cost."""
    held = Assumptions.of(session.study.savings)
    days, rate = held.days, held.rate

    def yen(d: float, r: float, people: float = PEOPLE) -> float:
        return people * MINUTES / 60 * d * r

    implied = [ANNOUNCED / yen(d, 1) for d in (days.high, days.likely, days.low)]
    fewer = [round(ANNOUNCED / yen(d, r, 1), -2) for d, r in ((days.high, rate.high), (days.likely, rate.likely), (days.low, rate.low))]  # fmt: skip
    usual = [yen(d, r) for d, r in ((days.low, rate.low), (days.likely, rate.likely), (days.high, rate.high))]
    possible = fewer[0] <= held.people.high and fewer[2] >= held.people.low
    return claim_record(
        claim, session.origin_of(), item="documents", verdict="holds_under_assumptions" if possible else "contradicted",
        statement=Text(
            "{people}が一日{minutes}なら、{saving}は一時間{hourly.interval}に当たる。一般的な人件費（一時間{wage.interval}）なら{usual.interval}になり、"
            "{saving}になるのは{fewer}ほど（{fewer.interval}）の場合である。",
            "For {people} at {minutes} a day, {saving} implies {hourly.interval} an hour. At a usual cost of {wage.interval} an hour it would be "
            "{usual.interval}; {saving} corresponds to about {fewer} ({fewer.interval}).",
        ),
        numbers=[
            _constant("people", PEOPLE, A_PERSON), _constant("minutes", MINUTES, Text("分", "minutes")), _money("saving", ANNOUNCED),
            _money("hourly", implied[1], implied[0], implied[2]), _money("wage", rate.likely, rate.low, rate.high),
            _money("usual", *(round(usual[i], -6) for i in (1, 0, 2))), _constant("fewer", fewer[1], A_PERSON, fewer[0], fewer[2]),
        ],
        reasons=(
            Text("「もし一人10分なら」という前提であり、測った時間ではない", "it rests on “if each person spent ten minutes”, not on time measured"),
            Text("短くなった時間は余力であり、取りやめた時間外勤務だけが支出の減になる", "minutes saved are capacity; only overtime no longer paid is cash"),
        ),
    )  # fmt: skip


def people(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    """Return the record of 12,500 people: the parts announced leave some of them out."""
    return claim_record(
        claim, session.origin_of(), item="workplace", verdict="not_identifiable",
        statement=Text(
            "公表された内訳（市職員{city}、教職員{teachers}）の和は{sum}で、{announced}との差{gap}は内訳が示されていない。",
            "The announced parts ({city.bare} city staff, {teachers.bare} teachers) add up to {sum.bare}; the remaining {gap.bare} of {announced} are not broken down.",
        ),
        numbers=[
            _constant(n, v, A_PERSON)
            for n, v in (("city", CITY), ("teachers", TEACHERS), ("sum", CITY + TEACHERS), ("announced", PEOPLE), ("gap", PEOPLE - CITY - TEACHERS))
        ],
        reasons=(Text("差は非常勤の職員などと考えられるが、公表資料からは確かめられない", "the gap may be part-time staff; the announcement does not say"),),
    )  # fmt: skip


def schools(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    """Return the record of 136 schools: the city's schools by kind add up to it, if no other kind is counted."""
    return claim_record(
        claim, session.origin_of(), item="schools", verdict="holds_under_assumptions",
        statement=Text(
            "市立の小学校{elementary}、中学校{junior}、高等学校{high}の和は{sum}で、公表された学校数は{announced}である。",
            "The city's {elementary.bare} elementary, {junior.bare} junior high and {high.bare} high schools add up to {sum.bare}, against {announced} announced.",
        ),
        numbers=[
            *(_constant(name, count, A_SCHOOL) for name, count in SCHOOLS.items()),
            _constant("sum", sum(SCHOOLS.values()), A_SCHOOL), _constant("announced", ANNOUNCED_SCHOOLS, A_SCHOOL),
        ],
        reasons=(Text("小・中・高等学校だけを数えるという仮定のもとで合う（幼稚園と特別支援学校は含まない）", "they agree if elementary, junior high and high schools alone are counted, without kindergartens and special schools"),),
    )  # fmt: skip


def tablets(session: Session, claim: AnnouncedClaim) -> EvidenceRecord | Text:
    """Return the record of 600 tablets beside the devices of the roll-out table, or why it cannot be checked."""
    known = session.snapshot.has("rollout")
    frame = session.snapshot.frame("rollout", ("initiative_id", "devices")) if known else None
    counts = (
        frame.loc[frame["initiative_id"].astype(str) == TABLETS_OF, "devices"].dropna()
        if frame is not None
        else ()
    )
    if not len(counts):
        return Text(
            "展開の表に、配った端末の数がない",
            "the roll-out table does not say how many devices were handed out",
        )
    found = int(sum(counts))
    verdict: Verdict = "holds" if found == TABLETS else "not_identifiable"
    why = Text("配った数であり、使われた数ではない", "it counts devices handed out, not used")
    rest = Text(
        "表にない端末がほかの取組や避難所に配られたのか、記録からは分からない",
        "whether other devices went to other initiatives or to shelters is not recorded",
    )
    return claim_record(
        claim, session.origin_of("rollout"), item="counters", verdict=verdict, design="measurement",
        statement=Text(
            "展開の表にある遠隔支援の端末は{found}で、公表された台数は{announced}である。",
            "The roll-out table lists {found.bare} devices of remote support, against {announced} announced.",
        ),
        numbers=[_constant("found", found, A_DEVICE), _constant("announced", TABLETS, A_DEVICE)],
        reasons=(why,) if verdict == "holds" else (why, rest),
    )  # fmt: skip


def cost(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    """Return the record of ¥4.7 billion in five years: budget against outturn where both are held, else its arithmetic."""
    each = _money("each", COST / PEOPLE / YEARS)
    announced = [_constant("years", YEARS, A_YEAR), _money("budget", COST), each]
    lead = Text(
        "{years}で{budget}は、一人一年あたり{each}に当たる",
        "{budget} over {years} is {each} a person and year",
    )
    budget, outturn, held = _accounts(session)
    if not held:
        return claim_record(
            claim, session.origin_of(), item="workplace", verdict="not_identifiable",
            statement=Text(f"{lead.ja}。", f"{lead.en}."), numbers=announced,
            reasons=(Text("予算の額であり、決算ではない", "it is a budget, not an outturn"),),
        )  # fmt: skip
    verdict, why = _judged(budget, outturn, held)
    return claim_record(
        claim, session.origin_of("cost"), item="workplace", verdict=verdict, design="measurement",
        statement=Text(
            f"{lead.ja}。予算と決算がそろう{{held}}では、予算は{{planned}}、決算は{{spent}}だった。",
            f"{lead.en}. Where both are held ({{held}}), the budget was {{planned}} and the outturn {{spent}}.",
        ),
        numbers=[
            *announced, _constant("held", held, Text("年度", "fiscal year" if held == 1 else "fiscal years")),
            _money("planned", round(budget, -6)), _money("spent", round(outturn, -6)),
        ],
        reasons=(why,),
    )  # fmt: skip


def _judged(budget: float, outturn: float, held: int) -> tuple[Verdict, Text]:
    """Return the verdict on the announced cost, and why."""
    if held < YEARS:
        return "not_identifiable", Text(
            "予算と決算がそろうのは、まだ5年分に満たない",
            "budget and outturn are held for fewer than 5 years so far",
        )
    if abs(outturn / COST - 1) <= NEAR:
        return "holds", Text("決算が公表された額と合う", "the outturn agrees with the announced amount")
    if abs(budget / COST - 1) <= NEAR:
        return "holds_under_assumptions", Text(
            "公表された額を予算と読めば合う。決算とは合わない",
            "it agrees if the amount announced is read as a budget; the outturn differs",
        )
    return "contradicted", Text(
        "予算も決算も、公表された額と合わない", "neither budget nor outturn agrees with the announced amount"
    )


def _accounts(session: Session) -> tuple[float, float, int]:
    """Return yen of budget and of outturn, and the fiscal years that hold both, up to the quarter."""
    frame = booked(session)
    sums = frame.groupby(["year", "kind"], observed=True)["yen"].sum()
    both = [
        y for y in sorted(set(frame["year"])) if (y, "budget") in sums.index and (y, "actual") in sums.index
    ]
    planned, spent = (sum(float(sums[y, kind]) for y in both) for kind in ("budget", "actual"))
    return planned, spent, len(both)
