"""Every source system that can be read, and the one way to read it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kumastats.errors import HeaderError, Place, SourceError, UsageError
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.report import ReadResult
from kumastats.text import Text

TEXT = (".csv", ".txt", ".tsv")
BOOKS = (".xlsx", ".xlsm", ".xls", ".zip")
ANY = (*TEXT, *BOOKS)


@dataclass(frozen=True)
class Source:
    """A source system.

    Attributes
    ----------
    table
        The canonical table it fills.
    suffixes
        File names it may have.
    personal
        Whether it holds identities of staff, so that it needs the key.
    """

    name: str
    label: Text
    table: str
    suffixes: tuple[str, ...] = ANY
    personal: bool = False

    @property
    def module(self) -> Any:
        """The module that reads it, loaded on first use."""
        return importlib.import_module(f"kumastats.sources.{self.name}")

    @property
    def usual(self) -> Map[str, Sequence[str]]:
        """The usual headers of each canonical column, first choice first."""
        usual: Map[str, Sequence[str]] = self.module.USUAL
        return usual


def _source(
    name: str, table: str, ja: str, en: str, *, suffixes: tuple[str, ...] = ANY, personal: bool = False
) -> Source:
    return Source(name, Text(ja, en), table, suffixes, personal)


SOURCES: Map[str, Source] = MappingProxyType(
    {
        s.name: s
        for s in (
            _source("offices", "office", "職場・学校の一覧", "offices and schools"),
            _source("roster", "person", "人事台帳", "personnel roster", personal=True),
            _source("attendance", "person_day", "出退勤・時間外勤務命令", "attendance and ordered overtime", personal=True),
            _source("school_hours", "person_day", "教員の在校等時間（月別）", "teachers' time in school, by month", suffixes=BOOKS, personal=True),
            _source("school_year", "school_year", "在校等時間（年間の印刷物）", "time in school, yearly print"),
            _source("viva_person", "person_week", "Viva Insights person query", "Viva Insights person query", personal=True),
            _source("viva_meeting", "meeting", "Viva Insights meeting query", "Viva Insights meeting query"),
            _source("document_diary", "document_diary", "文書を探した時間の日記", "diaries of searching for documents", personal=True),
            _source("work_sample", "work_sample", "文書を探す人の観測（ワークサンプリング）", "rounds of work sampling"),
            _source("tickets", "ticket", "窓口の番号札", "counter tickets"),
            _source("cases", "case", "申請の処理", "application cases"),
            _source("enquiries", "enquiry", "電話・窓口・遠隔の問い合わせ", "enquiries by phone, counter and remote support"),
            _source("bot", "enquiry", "チャットボットの記録", "chatbot transcripts", suffixes=(".json", ".jsonl", ".transcript")),
            _source("m365", "usage", "Microsoft 365 利用状況レポート", "Microsoft 365 usage reports", personal=True),
            _source("devices", "usage", "端末・無線LANの台帳", "device and Wi-Fi registers"),
            _source("print_log", "print_day", "印刷ログ（PaperCut）", "print logs (PaperCut)", suffixes=(*ANY, ".log")),
            _source("lesson_share", "lesson_share", "授業の共有の記録", "lesson-sharing logs"),
            _source("survey", "survey_response", "アンケート（Forms）", "surveys (Forms)"),
            _source("rollout", "rollout", "展開の日程", "roll-out dates"),
            _source("costs", "cost", "予算・契約・決算", "budget, contracts and actual cost"),
            _source("shelters", "shelter_day", "避難所の記録", "shelter logs"),
            _source("community", "community_post", "地域ネットワークの投稿", "community-network posts"),
            _source("watch_over", "watch_over", "見守りの記録", "watch-over logs"),
        )
    }
)  # fmt: skip


UNKNOWN_IDENTITY = "unknown_identity"
SHOWN = 10


def source_named(name: str) -> Source:
    """Return the source called `name`.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in SOURCES:
        known = ", ".join(SOURCES)
        raise UsageError(
            Text(f"データの種類「{name}」はありません。", f"There is no source “{name}”."),
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    return SOURCES[name]


def read(source: str, path: Path, *, mapping: Mapping | None = None, identity: IdentityKey) -> ReadResult:
    """Read one raw file as its canonical table.

    Parameters
    ----------
    source
        One of `SOURCES`.
    mapping
        The city's mapping; None for the usual headers.
    identity
        The key that replaces staff numbers.

    Raises
    ------
    SourceError, DateError, DurationError, Problems
        With file, row, column and remedy. Nothing is half read.
    """
    known = source_named(source)
    if not path.is_file():
        raise SourceError(
            Text("ファイルがありません。", "There is no such file."), place=Place(file=path.name),
            remedy=Text("名前と場所を確かめてください。", "Check its name and folder."),
        )  # fmt: skip
    key = identity.afresh()
    try:
        result: ReadResult = known.module.read(path, mapping or Mapping.default(source), key)
    except HeaderError as error:
        raise HeaderError(error.found, place=error.place, remedy=_heads_of(known)) from error
    return _with_matching(result, key)


def _heads_of(source: Source) -> Text:
    """Return what to do about headers that are not those of a source, which are named."""
    first = [heads[0] for heads in source.usual.values() if heads]
    names = Text("、".join(first[:SHOWN]), ", ".join(first[:SHOWN]))
    draft = (
        f"`kumastats ingest --source {source.name} --explain FILE --save-mapping mappings/{source.name}.yml`"
    )
    return Text(
        f"「{source.label.ja}」の見出しは {names.ja} など。名前が違うなら、{draft} で対応表の下書きを作り、右側を実際の見出しに"
        "直してください。別の種類のデータなら --source で指定してください。",
        f"Headers of {source.label.en}: {names.en} … If yours differ, let {draft} write a draft mapping and put your headers "
        "on its right-hand side; if it is another kind of export, name it with --source.",
    )


def _with_matching(result: ReadResult, key: IdentityKey) -> ReadResult:
    """Say in the report how many users of the file the identity map does not know; nothing without a map."""
    if not len(key.identities) or not key.met:
        return result
    counts = {k: n for k, n in result.report.counts.items() if k != UNKNOWN_IDENTITY}
    unknown = sum(key.unmatched.values())
    if unknown:
        counts[UNKNOWN_IDENTITY] = unknown
    told = replace(
        result.report,
        decisions=(*result.report.decisions, *key.matching),
        counts=dict(sorted(counts.items())),
    )
    return replace(result, report=told)
