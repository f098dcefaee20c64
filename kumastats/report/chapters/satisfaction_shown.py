"""The surveys as tables and records; counts of too few people are not shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kumastats.compare.multiple import adjusted
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, decimals_by_error, interval, number, percent
from kumastats.display.offices import kind_name
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.template import literal_text
from kumastats.report.chapters.satisfaction import TABLE, Asked, Survey
from kumastats.report.chapters.satisfaction_figures import WITHHELD, share_of, share_told, upper, wave_name
from kumastats.report.session import Session
from kumastats.text import Lang, Text
from kumastats.workload.satisfaction import answers_needed, bounds, weighted_share

DETECT = (0.1, 0.2, 0.3)
KINDS = ("head_office", "ward_office", "branch", "school")


def who_answered(session: Session, survey: Survey) -> HtmlTable:
    """Return response and habits of answering by wave."""
    lang, rows = session.lang, []
    for wave in survey.waves:
        habit, held = survey.habits[wave], survey.responses.get(wave)
        rows.append(
            [
                wave_name(wave, lang),
                number(survey.respondents[wave], lang),
                number(held.asked, lang) if held else WITHHELD,
                share_told(min(held.answered, held.asked), held.asked, session) if held else WITHHELD,
                share_told(habit.middle, habit.answers, session),
                share_told(habit.ends, habit.answers, session),
                share_told(habit.alike, habit.respondents, session),
                percent(habit.alike_expected / habit.respondents, lang, 0) if habit.respondents else WITHHELD,
            ]
        )
    heads = [
        Text(*h)(lang)
        for h in (
            ("回", "wave"), ("回答者", "respondents"), ("対象者", "people asked"), ("回答率", "response"), ("真ん中の答え", "middle answers"),
            ("両端の答え", "answers at the ends"), ("全問同じ答え", "same answer to all"), ("（偶然なら）", "(by chance)"),
        )
    ]  # fmt: skip
    note = Text(
        "対象者は回答期間の真ん中の日の在籍者。「偶然なら」は、設問どうしに関係がないとしたときの割合で、差は、似た問いに似た答えをした人と、流して答えた人を合わせたもの。",
        "People asked: on the roster on the middle day of the answers. “By chance”: the share if questions had nothing to do with one another; the excess is people who feel alike about both and people who answered without reading.",
    )(lang)
    if not survey.responses:
        note = Text(
            "対象者の人数が分からないので、回答率も、答えなかった人の影響も測れない。",
            "How many were asked is not known, so neither response nor the weight of silence can be measured.",
        )(lang)
    title = Text(
        f"{survey.label.ja}: 誰がどう答えたか", f"{survey.label.en.capitalize()}: who answered, and how"
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note, right=frozenset(range(1, 8)))


def response_by_kind(session: Session, survey: Survey) -> HtmlTable | None:
    """Return the response of the last wave by kind of office; None where the head count is not known."""
    if not survey.responses:
        return None
    lang = session.lang
    wave = max(survey.responses)
    held = survey.responses[wave]
    rows = []
    for kind in dict.fromkeys([*KINDS, ""]):
        mine = [v for u, v in held.by_unit.items() if survey.kinds.get(u, "") == kind]
        asked, answered = sum(a for a, _ in mine), sum(n for _, n in mine)
        if asked:
            name = kind_name(kind or "other")(lang)
            rows.append(
                [
                    name,
                    number(len(mine), lang),
                    number(asked, lang) if asked >= session.thresholds.min_n else WITHHELD,
                    share_told(min(answered, asked), asked, session),
                ]
            )
    heads = [
        Text(*h)(lang) for h in (("区分", "kind"), ("職場", "offices"), ("対象者", "people asked"), ("回答率", "response"))
    ]  # fmt: skip
    spread = number(100 * held.spread, lang, 0)
    note = Text(
        f"職場による回答率の違いは、偶然による分を除くと標準偏差で{spread}ポイント。",
        f"Beyond chance, response differs between offices by a standard deviation of {spread} points.",
    )(lang)
    title = Text(f"職場の区分ごとの回答率（{wave_name(wave, 'ja')}）", f"Response by kind of office ({wave})")
    return HtmlTable(heads, rows, title(lang), lang, note=note, right=frozenset({1, 2, 3}))


def waves_table(session: Session, survey: Survey) -> HtmlTable | None:
    """Return the last wave against the first by four measures of difference; None with one wave."""
    lang = session.lang
    compared = [(q, q.change) for q in survey.questions if q.change is not None]
    if not compared:
        return None
    p = adjusted([c.mean.p if math.isfinite(c.mean.p) else 1.0 for _, c in compared])
    rows = []
    for (q, change), one in zip(compared, p, strict=True):
        odds = change.odds.odds_ratio("late") if change.odds is not None else None
        rows.append(
            [
                upper(q.measure.label(lang)),
                _with_ends(change.mean.estimate, change.mean.ci, lang, 2),
                _with_ends(
                    100 * change.satisfied.estimate,
                    (100 * change.satisfied.ci[0], 100 * change.satisfied.ci[1]),
                    lang,
                    0,
                ),
                _with_ends(change.delta.estimate, change.delta.ci, lang, 2),
                _odds(odds, lang) if odds else WITHHELD,
                number(float(one), lang, 2),
            ]
        )
    first, last = compared[0][1].first, compared[0][1].last
    heads = [
        Text(*h)(lang)
        for h in (
            ("設問", "question"), ("平均の差（点）", "mean (points)"), ("満足の割合の差（ポイント）", "satisfied (percentage points)"),
            ("クリフのδ", "Cliff’s δ"), ("オッズ比", "odds ratio"), ("p（ホルム補正）", "p (Holm)"),
        )
    ]  # fmt: skip
    how = (
        Text("職場でまとめた誤差", "errors clustered by office")
        if compared[0][1].clustered
        else Text(
            "一人ひとりを独立とみなした誤差（まとまりの数が少ない）",
            "errors of independent answers (too few groups to cluster by)",
        )
    )
    note = Text(
        f"かっこは95％区間、{how.ja}。オッズ比は、より高い答えのオッズが何倍か（比例オッズモデル）。同じ人を追っていないので、答えた人の入れ替わりも含む。",
        f"95% intervals in brackets, {how.en}. Odds ratio: of a higher answer (proportional odds). Nobody is followed, so who answered may have changed too.",
    )(lang)
    title = Text(
        f"{survey.label.ja}: {wave_name(first, 'ja')}から{wave_name(last, 'ja')}への差",
        f"{survey.label.en.capitalize()}: {last} less {first}",
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note, right=frozenset(range(1, 6)))


def _with_ends(value: float, ends: tuple[float, float], lang: Lang, most: int) -> str:
    """Return a difference and its interval, with as many decimals as the interval is worth."""
    decimals = decimals_by_error(*ends, most, 0)
    told = number(value, lang, decimals, signed=True)
    return f"{told} ({interval(*ends, lang, decimals)})" if math.isfinite(ends[0]) else told


def _odds(odds: tuple[float, float, float], lang: Lang) -> str:
    decimals = decimals_by_error(odds[1], odds[2], 2, 0)
    return f"{number(odds[0], lang, decimals)} ({interval(odds[1], odds[2], lang, decimals)})"


def checks(session: Session, survey: Survey) -> HtmlTable:
    """Return what weights, silence and the form of the model do to the result, by question."""
    lang, rows = session.lang, []
    for q in survey.questions:
        wave = q.held.waves[-1]
        mine = q.held.of(wave)
        plain = share_of(q, wave)
        balanced = silence = WITHHELD
        if share_told(plain.hits, plain.n, session) == WITHHELD:
            rows.append([upper(q.measure.label(lang)), *[WITHHELD] * 5])
            continue
        digits = decimals_by_error(100 * plain.low, 100 * plain.high, 1, 0)
        if q.balanced is not None:
            weight = q.balanced[q.held.wave == wave]
            balanced = percent(weighted_share(mine.satisfied, weight).value, lang, digits)
        if wave in survey.responses:
            limits = bounds(mine, survey.responses[wave].asked)
            silence = f"{percent(limits.low, lang, 0)}–{percent(limits.high, lang, 0)}"
        change = WITHHELD
        if q.balanced_change is not None:
            change = _with_ends(q.balanced_change.mean.estimate, q.balanced_change.mean.ci, lang, 2)
        odds = q.change.odds if q.change is not None else None
        rows.append(
            [
                upper(q.measure.label(lang)),
                percent(plain.value, lang, digits),
                balanced,
                silence,
                change,
                number(odds.parallel, lang, 2)
                if odds is not None and math.isfinite(odds.parallel)
                else WITHHELD,
            ]
        )
    heads = [
        Text(*h)(lang)
        for h in (
            ("設問", "question"), ("満足の割合（最後の回）", "satisfied (last wave)"), ("職場の人数に合わせた重みで", "weighted to the offices’ head count"),
            ("答えなかった人が全員不満～全員満足なら", "if all the silent were dissatisfied – satisfied"), ("平均の差、同じ重みで", "difference of means, so weighted"),
            ("平行性の検定 p", "parallel lines, p"),
        )
    ]  # fmt: skip
    note = Text(
        "重みをつけて結果が変わらなければ、職場ごとの回答率の違いは結果を左右していない。同じ職場の中で満足な人ほど答えるのなら、重みでは直せない。平行性のpが0.05を下回れば、オッズ比を一つの数にまとめてはいけない。",
        "If weights change nothing, uneven response between offices does not drive the result. If within an office the satisfied answer more readily, no weight mends it. A p below 0.05 for parallel lines means that one odds ratio does not sum up the change.",
    )(lang)
    title = Text(f"{survey.label.ja}: 確かめたこと", f"{survey.label.en.capitalize()}: checks")
    return HtmlTable(heads, rows, title(lang), lang, note=note, right=frozenset(range(1, 6)))


def planner(session: Session, survey: Survey) -> HtmlTable:
    """Return how many answers a wave needs to tell differences of the mean."""
    lang = session.lang
    rows = []
    for q in survey.questions:
        last = q.held.of(q.held.waves[-1])
        rows.append(
            [
                upper(q.measure.label(lang)),
                number(len(last), lang),
                *(number(answers_needed(last, d), lang) for d in DETECT),
            ]
        )
    heads = [
        Text("設問", "question")(lang),
        Text("最後の回の回答", "answers in the last wave")(lang),
        *(
            Text(f"{number(d, 'ja', 1)}点の差", f"{number(d, 'en', 1)} points")(lang)
            for d in DETECT
        ),
    ]  # fmt: skip
    title = Text(
        "差を見分けるのに要る、1回あたりの回答数（検出力80％）",
        "Answers a wave needs to tell a difference (power 80%)",
    )
    return HtmlTable(heads, rows, title(lang), lang, right=frozenset(range(1, 5)))


def records(session: Session, survey: Survey) -> Sequence[EvidenceRecord]:
    """Return the records: response of the last wave, and each question's first and last wave."""
    made = [r for q in survey.questions if (r := _waves_record(session, q)) is not None]
    response = _response_record(session, survey)
    return [*([response] if response is not None else []), *made]


def _response_record(session: Session, survey: Survey) -> EvidenceRecord | None:
    if not survey.responses:
        return None
    wave = max(survey.responses)
    held = survey.responses[wave]
    answered = min(held.answered, held.asked)
    rate = PublishedNumber(
        "rate", held.rate, "share", n=held.asked, numerator=answered, contributors=held.asked
    )
    if primary([rate], session.thresholds):
        return None
    return descriptive(
        f"response-{survey.population}", session.origin_of(TABLE, "person"), item=survey.questions[0].measure.item,
        title=Text(f"アンケートの回答率（{survey.label.ja}）", f"Response to the survey ({survey.label.en})"),
        statement=Text(
            f"{{={wave_name(wave, 'ja')}}}のアンケートには、対象の{survey.label.ja}の{{rate}}が答えた（対象{{rate.n}}人）。",
            f"{{rate}} of the {survey.label.en} asked answered the survey of {{={wave}}} (n = {{rate.n}}).",
        ),
        numbers=[rate], n=held.asked,
        reasons=(Text("答えなかった人のことは分からない", "nothing is known of those who did not answer"),),
    )  # fmt: skip


def _waves_record(session: Session, q: Asked) -> EvidenceRecord | None:
    """Return the record of the share satisfied in the first and the last wave, and of the difference of means."""
    ends = q.held.waves[0], q.held.waves[-1]
    numbers = []
    for name, wave in zip(("first", "last"), ends, strict=True):
        share = share_of(q, wave)
        numbers.append(
            PublishedNumber(
                name, share.value, "share", n=share.n, numerator=share.hits, contributors=share.n, low=share.low, high=share.high
            )
        )  # fmt: skip
    label = literal_text(q.measure.label, first=True)
    if q.change is None:
        numbers = numbers[1:]
        statement = Text(
            f"「{label.ja}」の設問で「満足」以上と答えたのは、{{={wave_name(ends[1], 'ja')}}}に{{last}}（{{=95％信頼区間}} {{last.interval}}、{{last.n}}件）。",
            f"{label.en}: {{last}} were satisfied in {{={ends[1]}}} ({{=95% CI}} {{last.interval}}; n = {{last.n}}).",
        )
    else:
        few = min(int(n.n or 0) for n in numbers)
        mean = q.change.mean
        sure = math.isfinite(mean.ci[0])
        numbers.append(
            PublishedNumber(
                "change", mean.estimate, "difference", n=few, contributors=few, unit=q.measure.unit,
                decimals=min(session.thresholds.decimals(few, 2), decimals_by_error(*mean.ci, 2, 0)), low=mean.ci[0] if sure else None, high=mean.ci[1] if sure else None,
            )
        )  # fmt: skip
        tail = (
            Text("（{=95％信頼区間} {change.interval}）", " ({=95% CI} {change.interval})")
            if sure
            else Text("", "")
        )
        statement = Text(
            f"「{label.ja}」の設問で「満足」以上と答えたのは、{{={wave_name(ends[0], 'ja')}}}に{{first}}、{{={wave_name(ends[1], 'ja')}}}に{{last}}。平均点は{{change.signed}}{tail.ja}。答えた人の変化であり、取組の効果ではない。",
            f"{label.en}: {{first}} were satisfied in {{={ends[0]}}}, {{last}} in {{={ends[1]}}}; the mean changed by {{change.signed}}{tail.en}. A change of those who answered, not an effect.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        f"waves-{q.measure.id.replace('_', '-')}", session.origin_of(TABLE), item=q.measure.item, title=q.measure.label,
        statement=statement, numbers=numbers, measure=q.measure.id, unit=q.measure.unit,
        design="descriptive" if q.change is not None else "measurement", n=len(q.held), reasons=(q.measure.caveat,),
        dropped={"no_answer": sum(q.held.unanswered.values())} if q.held.unanswered else None,
    )  # fmt: skip
