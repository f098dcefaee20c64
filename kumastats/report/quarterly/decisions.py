"""What needs a decision, from the register, the data and the run: each with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kumastats.display.dates import day_text, days_left_text
from kumastats.evidence import EvidenceRecord
from kumastats.report.quarterly.lights import CAP_BROKEN, Light, joined
from kumastats.report.quarterly.quality import failures, words_of
from kumastats.report.running.manifest import Ran
from kumastats.study import Study
from kumastats.text import Lang, Text
from kumastats.warehouse.rules import CheckReport


@dataclass(frozen=True)
class Decision:
    """Something a manager has to decide or have done.

    Attributes
    ----------
    what, why
        What it is about, and why it cannot wait.
    id
        The record it comes from; may be empty.
    """

    what: Text
    why: Text
    id: str = ""


def decisions(
    study: Study,
    records: Sequence[EvidenceRecord],
    lights: Sequence[Light],
    checked: CheckReport,
    ran: Sequence[Ran],
    locked: bool,
    on: dt.date,
) -> tuple[Decision, ...]:
    """Return them, the most pressing first."""
    return (
        *_stopped(ran),
        *_caps(lights),
        *_bad(lights),
        *_data(checked),
        *_claims(records),
        *_undecidable(lights),
        *_missing(study, records, on),
        *_plan(locked),
    )


def _stopped(ran: Sequence[Ran]) -> Iterator[Decision]:
    for name in sorted({r.notebook for r in ran if r.error}):
        yield Decision(
            Text(f"ノートブック {name} が止まった", f"Notebook {name} stopped"),
            Text(
                "この頁のその部分は前の実行のままか、空である。担当者に原因を確かめさせる。",
                "That part of this page is of an earlier run, or empty. Have the analyst look into it.",
            ),
        )


def _caps(lights: Sequence[Light]) -> Iterator[Decision]:
    for light in lights:
        if light.level == "bad" and light.id.startswith(CAP_BROKEN):
            yield Decision(
                Text(
                    f"{light.subject.ja}: 超えた理由を確かめ、仕事の量と分担をどう見直すか",
                    f"{_upper(light.subject.en)}: find out why, and decide how to cut or share the work",
                ),
                Text(f"{light.said.ja}{light.words('ja')[3]}", f"{light.said.en} {light.words('en')[3]}"),
                light.id,
            )


def _bad(lights: Sequence[Light]) -> Iterator[Decision]:
    for light in lights:
        if light.level == "bad" and not light.id.startswith(CAP_BROKEN):
            why = Text(*(light.words(lang)[3] for lang in _LANGS))
            yield Decision(
                Text(
                    f"{light.subject.ja}: 手を打つか、見守るか",
                    f"{_upper(light.subject.en)}: act, or keep watching",
                ),
                why,
                light.id,
            )


def _data(checked: CheckReport) -> Iterator[Decision]:
    failed = failures(checked)
    if failed:
        shown = failed[:3]
        more = len(failed) - len(shown)
        rest = Text(f"、ほか{more}件" if more else "", f"; {more} more" if more else "")
        yield Decision(
            Text(
                "元のデータを直すか、除いたまま使うか",
                "Mend the data at the source, or go on without these rows",
            ),
            Text(
                "。".join(words_of(r, "ja") for r in shown) + rest.ja + "。",
                "; ".join(words_of(r, "en") for r in shown) + rest.en + ".",
            ),
        )


def _claims(records: Sequence[EvidenceRecord]) -> Iterator[Decision]:
    for r in records:
        if r.kind == "claim" and r.verdict == "contradicted":
            yield Decision(
                Text(
                    f"公表した主張「{r.title.ja}」の扱い",
                    f"What to do about the announced claim “{r.title.en}”",
                ),
                Text(*(joined(r.reasons, lang) for lang in _LANGS)),
                r.id,
            )


def _undecidable(lights: Sequence[Light]) -> Iterator[Decision]:
    for light in lights:
        if light.level == "unknown":
            why = Text(*(light.words(lang)[3] for lang in _LANGS))
            yield Decision(
                Text(
                    f"{light.subject.ja}: 判断できるだけのデータを集めるか",
                    f"{_upper(light.subject.en)}: whether to collect what would decide it",
                ),
                why, light.id,
            )  # fmt: skip


def _missing(study: Study, records: Sequence[EvidenceRecord], on: dt.date) -> Iterator[Decision]:
    without = [i for i in study.items if not any(r.item == i.id for r in records)]
    if without:
        left = days_left_text(study.days_left(on))
        yield Decision(
            Text("証拠のない連携項目をどうするか", "What to do about partnership items without evidence"),
            Text(
                f"{'、'.join(i.label.ja for i in without)}。公表期限は{day_text(study.term.due)}（{left.ja}）。",
                f"{', '.join(i.label.en for i in without)}. The case study is due on {day_text(study.term.due, 'en')} ({left.en}).",
            ),
        )


def _plan(locked: bool) -> Iterator[Decision]:
    if not locked:
        yield Decision(
            Text("分析の計画を固定する", "Lock the plan of analysis"),
            Text(
                "固定するまで、どの結果も「事後的」か「探索的」としか言えない（kumastats lock で固定する）。",
                "Until it is locked every finding is retrospective or exploratory (kumastats lock).",
            ),
        )


_LANGS: tuple[Lang, ...] = ("ja", "en")


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
