"""The announced waits at the counters, held against tickets: from hours to forty minutes, and near zero."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kumastats.disclosure import PublishedNumber
from kumastats.evidence import EvidenceRecord, Verdict, claim_record
from kumastats.report.chapters.counters import peak
from kumastats.report.session import Session
from kumastats.study.model import AnnouncedClaim
from kumastats.text import Text

LONG_WAIT = 150.0  # minutes; what “hours” must at least mean to agree with the claim
SHORT_WAIT = 60.0
NEAR_ZERO = 10.0  # minutes; what “near zero” may at most mean, for the announcement gives no yardstick
MINUTES = Text("分", "min")
NO_TICKETS = Text(
    "改革の前と後の両方の番号札の記録がない", "there are no tickets of both before and after the reform began"
)
NO_LATER = Text("改革が始まった後の番号札の記録がない", "there are no tickets of after the reform began")


@dataclass(frozen=True, eq=False)
class _Peaks:
    """Waits of early April by year, ``year``, ``value`` and ``n``, on either side of the reform's beginning."""

    before: pd.DataFrame
    after: pd.DataFrame


def _peaks(session: Session) -> _Peaks | None:
    found = peak(session)
    if found is None or (len(found.frame) > 1 and found.record is None):
        return None
    late = found.frame["year"].astype(int) >= session.study.term.start.year
    return _Peaks(found.frame[~late], found.frame[late])


def _quantile(name: str, row: pd.Series) -> PublishedNumber:
    n = int(row["n"])
    return PublishedNumber(
        name, float(row["value"]), "quantile", n=n, contributors=n, unit=MINUTES, below=int(n * 0.9), above=int(n * 0.1)
    )  # fmt: skip


def forty_minutes(session: Session, claim: AnnouncedClaim) -> EvidenceRecord | Text:
    """Return the record of the fall to forty minutes, or why it cannot be checked."""
    found = _peaks(session)
    if found is None or not len(found.before) or not len(found.after):
        return NO_TICKETS
    before, after = found.before, found.after
    first, eve, last = (float(f["value"].iloc[i]) for f, i in ((before, 0), (before, -1), (after, -1)))
    earlier = len(before) > 1 and first > last and first - eve >= 0.5 * (first - last)
    agrees = first >= LONG_WAIT and last <= SHORT_WAIT
    years = before["year"].iloc[0], before["year"].iloc[-1], after["year"].iloc[-1]
    told = Text(f"改革前の{{={years[1]}年}}に{{eve}}", f"{{eve}} in {{={years[1]}}}, before the reform")
    if len(before) > 1:
        told = Text(
            f"改革前の{{={years[0]}年}}に{{first}}、同じく{{={years[1]}年}}に{{eve}}",
            f"{{first}} in {{={years[0]}}} and {{eve}} in {{={years[1]}}}, both before the reform",
        )
    verdict: Verdict = "not_identifiable" if first > last else "contradicted"
    if first > last and agrees:
        verdict = "holds_under_assumptions"
    return claim_record(
        claim, session.origin_of("ticket"), item="counters", verdict=verdict, design="descriptive", measure="counter_wait",
        statement=Text(
            f"{{=4月上旬}}の待ち時間の{{=90％}}点は、{told.ja}で、{{={years[2]}年}}には{{last}}だった。",
            f"In {{=early April}} the {{=90th}} percentile of waits was {told.en}, and {{last}} in {{={years[2]}}}.",
        ),
        numbers=[
            _quantile("first", before.iloc[0]), _quantile("eve", before.iloc[-1]), _quantile("last", after.iloc[-1]),
        ],
        reasons=_why(earlier, agrees, first > last),
    )  # fmt: skip


def _why(earlier: bool, agrees: bool, fell: bool) -> list[Text]:
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
    if agrees and fell:
        reasons.append(
            Text(
                "繁忙期の90パーセント点を指すと仮定すれば記録と合うが、改革の効果とは言えない",
                "it agrees with the records if the 90th percentile of the peak weeks is meant; that is no effect of the reform",
            )
        )
    else:
        reasons.append(
            Text(
                "記録にある待ち時間は、公表された4～5時間や40分と一致しない",
                "recorded waits do not match the announced 4–5 hours or 40 minutes",
            )
        )
    return reasons


def near_zero(session: Session, claim: AnnouncedClaim) -> EvidenceRecord | Text:
    """Return the record of the wish to come near zero, judged by the latest waits, or why it cannot be checked."""
    found = _peaks(session)
    if found is None or not len(found.after):
        return NO_LATER
    row = found.after.iloc[-1]
    near = float(row["value"]) <= NEAR_ZERO
    return claim_record(
        claim, session.origin_of("ticket"), item="counters", verdict="holds_under_assumptions" if near else "contradicted",
        design="measurement", measure="counter_wait",
        statement=Text(
            f"{{={row['year']}年}}の{{=4月上旬}}の待ち時間の{{=90％}}点は{{last}}で、目安とした{{near}}"
            f"{'以下である。' if near else 'を超え、まだゼロに近いとは言えない。'}",
            f"In {{=early April}} {{={row['year']}}} the {{=90th}} percentile of waits was {{last}}, "
            f"{'within' if near else 'above'} the {{near}} taken as a yardstick{'' if near else ': not yet near zero'}.",
        ),
        numbers=[_quantile("last", row), PublishedNumber("near", NEAR_ZERO, "constant", unit=MINUTES)],
        reasons=(
            Text("希望であり、期限も基準もないため、目安の分数を仮に置いた", "it is a wish without a date or a yardstick, so that one had to be assumed"),
        ),
    )  # fmt: skip
