"""The study at a glance: who got what when, which questions are asked, which items have evidence."""

from __future__ import annotations

from collections.abc import Sequence

from kumastats.calendar import Month
from kumastats.disclosure import check
from kumastats.display import HtmlTable, number, word
from kumastats.measures import Measure, measure
from kumastats.report.session import Session
from kumastats.text import Text


def _heads(session: Session, *pairs: tuple[str, str]) -> list[str]:
    return [Text(*p)(session.lang) for p in pairs]


def rollout_table(session: Session) -> HtmlTable:
    """Return when every initiative reached how many units."""
    lang = session.lang
    rows = []
    for initiative in session.study.initiatives.values():
        waves = sorted(initiative.waves, key=lambda w: w.live_on)
        days = [w.live_on.isoformat() for w in waves]
        pilot = next((w.piloted_on.isoformat() for w in waves if w.piloted_on), "—")
        rows.append(
            [initiative.label(lang), pilot, days[0] if days else "—", days[-1] if len(days) > 1 else "—", number(len(days), lang),
             number(sum(len(w.units) for w in waves), lang)]
        )  # fmt: skip
    heads = _heads(
        session, ("取組", "initiative"), ("先行", "pilot"), ("最初", "first"), ("最後", "last"), ("段階", "waves"),
        ("届く先", "units"),
    )  # fmt: skip
    note = Text(
        "届く先は、職場・学校・庁舎・分類・地区のうち、取組ごとに比べる単位。",
        "Units are what an initiative reaches: offices, schools, counters, topics or areas.",
    )(lang)
    if not rows:
        note = Text(
            "study.yml の initiatives に取組を書くと、ここに並びます。",
            "Initiatives written in study.yml are listed here.",
        )(lang)
    title = Text("取組と開始日", "Initiatives and their dates")(lang)
    return HtmlTable(heads, rows or [["—"] * 6], title, lang, note, right=frozenset({4, 5}))


# designs of the register whose results go by another name
RESULTS = {"synthetic": "synthetic_control", "before_after": "descriptive"}


def questions_table(session: Session) -> HtmlTable:
    """Return the questions of the register."""
    lang = session.lang
    rows = []
    for q in session.study.questions.values():
        window = f"{Month.of(q.start)}–{Month.of(q.end)}"
        kind = word(q.kind, lang)
        rows.append(
            [
                q.text(lang),
                measure(q.measure).label(lang),
                word(RESULTS.get(q.design, q.design), lang),
                window,
                kind,
            ]
        )
    heads = _heads(
        session,
        ("問い", "question"),
        ("指標", "measure"),
        ("方法", "design"),
        ("期間", "window"),
        ("種別", "kind"),
    )
    none = Text(
        "study.yml の questions に問いを書くと、ここに並びます。",
        "Questions written in study.yml are listed here.",
    )(lang)
    title = Text("問い", "Questions")(lang)
    return HtmlTable(heads, rows or [["—"] * 5], title, lang, "" if rows else none, right=frozenset())


def caveats_table(session: Session, found: Sequence[Measure]) -> HtmlTable:
    """Return what each measure is not."""
    lang = session.lang
    rows = [[m.label(lang), m.numerator(lang), m.denominator(lang), m.caveat(lang)] for m in found]
    heads = _heads(
        session, ("指標", "measure"), ("分子", "numerator"), ("分母", "denominator"), ("注意", "caveat")
    )
    return HtmlTable(
        heads, rows or [["—"] * 4], Text("指標の定義", "Definitions")(lang), lang, right=frozenset()
    )


def coverage_table(session: Session) -> HtmlTable:
    """Return the partnership items with the number of records for each."""
    lang = session.lang
    held = session.register.load_all()
    rows = []
    for item in session.study.items:
        n = sum(r.item == item.id for r in held)
        rows.append([item.label(lang), number(n, lang) if n else Text("まだない", "none yet")(lang)])
    heads = _heads(session, ("連携項目", "item"), ("証拠", "records"))
    return HtmlTable(
        heads, rows, Text("連携項目と証拠", "Items and evidence")(lang), lang, right=frozenset({1})
    )


def disclosure_table(session: Session) -> HtmlTable:
    """Return what the rules of a public release find, a row a finding; none is the good case."""
    lang = session.lang
    rows = [
        [f"{r.id}.{f.subject}", f.found(lang), f.remedy(lang)]
        for r in session.register.load_all()
        for f in check(r.published, session.thresholds, "public")
    ]
    none = [Text("問題は見つかりません", "nothing was found")(lang), "—", "—"]
    heads = _heads(session, ("数値", "number"), ("見つかったこと", "finding"), ("対処", "remedy"))
    return HtmlTable(
        heads, rows or [none], Text("公開の規則", "Disclosure rules")(lang), lang, right=frozenset()
    )
