"""What is wrong with rows that reading leaves out or sets aside, in words: the names stand in reading reports and mappings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.text import Lang, Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        # left out by every reader
        "totals_row": Text("合計の行", "row of totals"),
        "exact_duplicate": Text("まったく同じ行の重複", "exact duplicate"),
        "deleted_user": Text("削除された利用者", "deleted user"),
        # set aside where a mapping says so
        "called_before_issue": Text("発券より前の呼出", "called before issue"),
        "conflicting_person_day": Text("同じ人・日で食い違う行", "conflicting rows of a person-day"),
        "conflicting_survey_response": Text(
            "同じ回答者で食い違う答え", "conflicting answers of a respondent"
        ),
        "conflicting_usage": Text("同じ期間で食い違う利用の値", "conflicting values of usage"),
        "date_outside_banner": Text("表題の月の外の日付", "date outside the month of the heading"),
        "date_outside_month": Text("ファイルの月の外の日付", "date outside the month of the file"),
        "ends_before_start": Text("始まりより前の終わり", "end before start"),
        "finished_before_call": Text("呼出より前の終了", "finished before the call"),
        "finished_before_receipt": Text("受付より前の完了", "finished before receipt"),
        "finished_before_start": Text("開始より前の終了", "finished before the start"),
        "implausible_date": Text("ありそうもない日付", "implausible date"),
        "impossible_number": Text("ありえない数", "impossible number"),
        "impossible_time": Text("ありえない時刻・時間", "impossible time"),
        "impossible_weight": Text("0以下の重み", "weight not above zero"),
        "lost_day": Text("24時間を超えて一日分が消えた時間", "duration that lost a day beyond 24 hours"),
        "missing_date": Text("日付がない", "missing date"),
        "missing_issue": Text("発券時刻がない", "missing time of issue"),
        "missing_value": Text("値がない", "missing value"),
        "more_on_paper_than_searching": Text(
            "探していた人より多い紙の人数", "more people on paper than searching"
        ),
        "more_searching_than_seen": Text(
            "観測した人より多い探していた人", "more people searching than were seen"
        ),
        "negative_duration": Text("負の時間", "negative duration"),
        "negative_number": Text("負の数", "negative number"),
        "over_a_week": Text("一週間を超える時間", "more than a week"),
        "reply_before_post": Text("投稿より前の返信", "reply before the post"),
        "returned_before_given": Text("配備より前の返却", "returned before it was given"),
        "unknown_printer": Text("一覧にないプリンター", "unknown printer"),
        "unknown_rate": Text("一覧にない割増率", "unknown premium rate"),
        "unknown_value": Text("一覧にない値", "unknown value"),
        "unreadable_date": Text("読めない日付", "unreadable date"),
        "unreadable_period": Text("読めない期間", "unreadable period"),
        "unreadable_year": Text("読めない年", "unreadable year"),
        # planted in the synthetic city beside these
        "canaries": Text("どこにも出てはならない名前と番号", "names and numbers that may appear nowhere"),
        "clock_drift": Text("時計のずれ", "clock drift"),
        "concealed_user": Text("伏せられた利用者名", "concealed user names"),
        "era_without_name": Text("元号のない和暦", "era year without its era"),
        "exactly_44_59": Text("44時間59分ちょうどの記録", "exactly 44:59"),
        "holiday_work_unmarked": Text("休日勤務の印のない閉庁日の勤務", "holiday work without its mark"),
        "hours_minutes_quote": Text("「45‘30」のような時間の書き方", "hours written as 45‘30"),
        "late_correction": Text("後からの訂正", "late correction"),
        "machine_dependent_characters": Text("機種依存文字", "machine-dependent characters"),
        "missing_finish": Text("終了時刻がない", "missing finish"),
        "missing_month": Text("抜けた月", "missing month"),
        "missing_week": Text("抜けた週", "missing week"),
        "open_end": Text("終わりの日のない期間", "period without an end"),
        "overlapping_posts": Text("重なる在職期間", "overlapping posts"),
        "overlapping_window": Text("重なる集計期間", "overlapping windows"),
        "past_midnight": Text("24時を過ぎた時刻", "times past midnight"),
        "pc_gap": Text("PCの使用と実働の差", "PC use beyond work"),
        "renamed_column": Text("名前の変わった列", "renamed column"),
        "repeated_delivery": Text("同じファイルの再受領", "repeated delivery"),
        "repeated_file": Text("中身が同じファイル", "file of the same content"),
        "restart_at_noon": Text("途中で初めに戻る番号", "ticket numbers that restart"),
        "round_at_night": Text("夜の時刻になった観測", "rounds written as at night"),
        "schema_break": Text("途中で変わる列", "columns that change"),
        "shifted_table": Text("ずれて始まる表", "table that starts elsewhere"),
        "sudden_zero": Text("急に0になる月", "sudden zero"),
        "unknown_identity": Text("対応表にない人", "person unknown to the identity map"),
        "unknown_print_user": Text("対応表にない印刷の利用者", "print user unknown to the identity map"),
    }
)


def reason(name: str, lang: Lang) -> str:
    """Return what a name of a reading report means; a name without words stays as it is.

    >>> reason("totals_row", "ja"), reason("lost_day", "en"), reason("own_kind", "ja")
    ('合計の行', 'duration that lost a day beyond 24 hours', 'own_kind')
    """
    return REASONS[name](lang) if name in REASONS else name


def counted(counts: Mapping[str, int], lang: Lang) -> str:
    """Return counts by name of a reading report in words, each with the name a mapping knows it by.

    >>> counted({"totals_row": 3, "exact_duplicate": 1200}, "ja")
    'まったく同じ行の重複 1,200件（exact_duplicate）、合計の行 3件（totals_row）'
    >>> counted({"totals_row": 3}, "en")
    'row of totals: 3 (totals_row)'
    """
    words = Text("、", "; ")
    told = (
        Text(f"{reason(k, 'ja')} {n:,}件（{k}）", f"{reason(k, 'en')}: {n:,} ({k})")
        for k, n in sorted(counts.items())
    )
    return words(lang).join(t(lang) for t in told)
