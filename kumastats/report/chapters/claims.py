"""The announced figures, each looked into: formula, range, verdict.

They are claims, not results. Constants below are public figures of the announcement and of public pay tables; the range
of each verdict follows from them by arithmetic a reader can repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kumastats.disclosure import PublishedNumber
from kumastats.display import HtmlTable, word
from kumastats.evidence import EvidenceRecord, Verdict, claim_record, sentence
from kumastats.report.chapters.counters import Peak, peak
from kumastats.report.session import Session
from kumastats.study.model import AnnouncedClaim
from kumastats.text import Text

PEOPLE, CITY, TEACHERS = 12_500, 7_000, 4_500
SAVING, MINUTES, DAYS = 600e6, 10, (240, 245)
# hourly cost: a month's base pay in the prefecture (330,600 yen, FY2018 settlement card) over 20.3 days of 7.75 hours,
# and twice that with allowances, bonuses and the employer's share
HOURLY = (2_100, 4_200)
BUDGET, YEARS = 4.7e9, 5
TABLETS, SCHOOLS = 600, 136
LONG_WAIT = 150.0  # minutes; what “hours” must at least mean to support the claim
SHORT_WAIT = 60.0


def _constant(name: str, value: float, unit: Text = Text("", ""), decimals: int = 0) -> PublishedNumber:  # noqa: B008 - frozen
    return PublishedNumber(name, value, "constant", unit=unit, decimals=decimals)


def _money(name: str, value: float, low: float | None = None, high: float | None = None) -> PublishedNumber:
    return PublishedNumber(name, value, "money", low=low, high=high)


def _search(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    hours = [PEOPLE * MINUTES / 60 * d for d in DAYS]
    implied = [SAVING / h for h in hours]
    usual = hours[0] * HOURLY[0], hours[1] * HOURLY[1]
    fewer = SAVING / (MINUTES / 60 * DAYS[0] * HOURLY[0])
    return claim_record(
        claim, session.origin_of(), item="documents", verdict="arithmetic_only",
        statement=Text(
            "{people}が一日{minutes}なら、{saving}は一時間{hourly.interval}に当たる。一般的な人件費（一時間{wage.interval}）なら{usual.interval}になり、"
            "{saving}になるのは{fewer}ほどの場合である。",
            "For {people} at {minutes} a day, {saving} implies {hourly.interval} an hour. At a usual cost of {wage.interval} an hour it would be "
            "{usual.interval}; {saving} corresponds to about {fewer}.",
        ),
        numbers=[
            _constant("people", PEOPLE, Text("人", "people")), _constant("minutes", MINUTES, Text("分", "minutes")), _money("saving", SAVING),
            _money("hourly", sum(implied) / 2, min(implied), max(implied)), _money("wage", sum(HOURLY) / 2, *map(float, HOURLY)),
            _money("usual", sum(usual) / 2, *usual), _constant("fewer", round(fewer, -2), Text("人", "people")),
        ],
        reasons=(
            Text("「もし一人10分なら」という前提であり、測った時間ではない", "it rests on “if each person spent ten minutes”, not on time measured"),
            Text("短くなった時間は余力であり、取りやめた時間外勤務だけが支出の減になる", "minutes saved are capacity; only overtime no longer paid is cash"),
        ),
    )  # fmt: skip


def _people(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    return claim_record(
        claim, session.origin_of(), item="workplace", verdict="partly_supported",
        statement=Text(
            "公表された内訳（市職員{city}、教職員{teachers}）の和は{sum}で、{announced}との差{gap}は内訳が示されていない。",
            "The announced parts ({city.bare} city staff, {teachers.bare} teachers) add up to {sum.bare}; the remaining {gap.bare} of {announced} are not broken down.",
        ),
        numbers=[
            _constant(n, v, Text("人", "people"))
            for n, v in (("city", CITY), ("teachers", TEACHERS), ("sum", CITY + TEACHERS), ("announced", PEOPLE), ("gap", PEOPLE - CITY - TEACHERS))
        ],
        reasons=(Text("差は会計年度任用職員などと考えられるが、公表資料からは確かめられない", "the gap may be fiscal-year appointees; the announcement does not say"),),
    )  # fmt: skip


def _cost(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    return claim_record(
        claim, session.origin_of(), item="workplace", verdict="arithmetic_only",
        statement=Text("{years}で{budget}は、一人一年あたり{each}に当たる。", "{budget} over {years} is {each} a person and year."),
        numbers=[
            _constant("years", YEARS, Text("年", "years")), _money("budget", BUDGET), _money("each", BUDGET / PEOPLE / YEARS),
        ],
        reasons=(Text("予算の額であり、決算ではない", "it is a budget, not an outturn"),),
    )  # fmt: skip


def _tablets(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    return claim_record(
        claim, session.origin_of(), item="schools", verdict="arithmetic_only",
        statement=Text("{tablets}は{schools}で割ると一校あたり{each}。", "{tablets} over {schools} are {each} a school."),
        numbers=[
            _constant("tablets", TABLETS, Text("台", "tablets")), _constant("schools", SCHOOLS, Text("校", "schools")),
            _constant("each", TABLETS / SCHOOLS, Text("台", "tablets"), 1),
        ],
        reasons=(Text("配った数であり、使われた数ではない", "it counts devices handed out, not used"),),
    )  # fmt: skip


def _counter(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    found: Peak | None = peak(session)
    start = session.study.term.start.year
    frame = found.frame if found is not None else None
    before = frame[frame["year"].astype(int) < start] if frame is not None else None
    after = frame[frame["year"].astype(int) >= start] if frame is not None else None
    if (
        found is None
        or frame is None
        or before is None
        or after is None
        or not len(before)
        or not len(after)
        or found.record is None
    ):
        return _undecided(
            session,
            claim,
            Text(
                "改革の前と後の両方の番号札の記録がない",
                "there are no tickets of both before and after the reform began",
            ),
        )
    last_before = float(before["value"].iloc[-1])
    first, last = float(before["value"].iloc[0]), float(after["value"].iloc[-1])
    minutes = Text("分", "min")

    def quantile(name: str, value: float, n: int) -> PublishedNumber:
        return PublishedNumber(
            name, value, "quantile", n=n, contributors=n, unit=minutes, below=int(n * 0.9), above=int(n * 0.1)
        )

    numbers = [
        quantile("first", first, int(before["n"].iloc[0])), quantile("eve", last_before, int(before["n"].iloc[-1])),
        quantile("last", last, int(after["n"].iloc[-1])),
    ]  # fmt: skip
    fell_before = first - last_before
    earlier = len(before) > 1 and first > last and fell_before >= 0.5 * (first - last)
    long_enough = first >= LONG_WAIT and last <= SHORT_WAIT
    years = before["year"].iloc[0], before["year"].iloc[-1], after["year"].iloc[-1]
    told = Text(f"改革前の{{={years[1]}年}}に{{eve}}", f"{{eve}} in {{={years[1]}}}, before the reform")
    if len(before) > 1:
        told = Text(
            f"改革前の{{={years[0]}年}}に{{first}}、同じく{{={years[1]}年}}に{{eve}}",
            f"{{first}} in {{={years[0]}}} and {{eve}} in {{={years[1]}}}, both before the reform",
        )
    reasons = [
        Text(
            "40分は「4月1日時点」の値とされるが、その日は日曜日で、何の統計かも示されていない",
            "the 40 minutes were quoted as of 1 April, a Sunday, and of what they are a statistic is not said",
        )
    ]
    if earlier:
        reasons.append(
            Text(
                "短くなった分の半分以上は、改革が始まる前に起きていた",
                "at least half of the fall came before the reform began",
            )
        )
    if not long_enough:
        reasons.append(
            Text(
                "記録にある待ち時間は、公表された4～5時間や40分と一致しない",
                "recorded waits do not match the announced 4–5 hours or 40 minutes",
            )
        )
    if not earlier and long_enough:
        reasons.append(
            Text(
                "記録は公表値と合うが、比べる窓口がなく原因は分からない",
                "records agree with the announcement, but without comparison counters the cause is not known",
            )
        )
    verdict: Verdict = "partly_supported" if first > last else "not_supported"
    return claim_record(
        claim, session.origin_of("ticket"), item="counters", verdict=verdict, design="descriptive", measure="counter_wait",
        statement=Text(
            f"{{=4月上旬}}の待ち時間の{{=90％}}点は、{told.ja}で、{{={years[2]}年}}には{{last}}だった。",
            f"In {{=early April}} the {{=90th}} percentile of waits was {told.en}, and {{last}} in {{={years[2]}}}.",
        ),
        numbers=numbers, reasons=reasons,
    )  # fmt: skip


def _undecided(session: Session, claim: AnnouncedClaim, why: Text) -> EvidenceRecord:
    return claim_record(
        claim, session.origin_of(), item=session.study.items[0].id, verdict="cannot_be_decided",
        statement=Text("この資料では確かめられない。", "It cannot be checked with these data."), numbers=[], reasons=(why,),
    )  # fmt: skip


_BY_ID: Mapping[str, Callable[[Session, AnnouncedClaim], EvidenceRecord]] = MappingProxyType(
    {
        "search-600m": _search,
        "people-12500": _people,
        "cost-4-7bn": _cost,
        "tablets-600": _tablets,
        "counter-40min": _counter,
    }
)


def examined(session: Session) -> tuple[EvidenceRecord, ...]:
    """Look into every claim of the study register."""
    no_rule = Text("確かめ方がまだ決められていない", "no way to check it has been laid down yet")
    return tuple(
        _BY_ID[c.id](session, c) if c.id in _BY_ID else _undecided(session, c, no_rule)
        for c in session.study.claims
    )


def table(session: Session, found: tuple[EvidenceRecord, ...]) -> HtmlTable:
    """Return claims, formulas, findings and verdicts as a table."""
    lang = session.lang
    heads = [
        word("claim", lang),
        word("formula", lang),
        Text("確かめた結果", "what was found")(lang),
        word("verdict", lang),
        word("reason", lang),
    ]
    rows = []
    for r in found:
        formula = r.formula(lang) if r.formula else ""
        why = Text("。", "; ")(lang).join(t(lang) for t in r.reasons)
        rows.append([r.title(lang), formula, sentence(r, lang), word(r.verdict or "", lang), why])
    return HtmlTable(
        heads, rows, Text("公表された主張の検証", "Announced claims examined")(lang), lang, right=frozenset()
    )
