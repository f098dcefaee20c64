"""Sources that are lists: every kind of cell reads right, what is not for us is not read, bad rows have their place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kumastats.errors import KumastatsError
from kumastats.sources import IdentityKey, Mapping, read
from kumastats.sources.recognise import recognise
from kumastats.tables import CATALOGUE

KEY = IdentityKey(b"k" * 32)
ROSTER = (
    "職員番号,氏名,ポスト,所属コード,所属名,職種,任用区分,職級,管理職,上限区分,発令日,終了日\n"
    "0001234,髙﨑 架空,1,A001,総務課,市職員,正規,係員,,原則,H30.4.1,2222/12/31\n"
    "0001235,架空 花子,1,A001,総務課,市職員,再任用,課長,該当,管理職,H30.4.1,H31.3.31\n"
)
SCHOOL_YEAR = (
    "令和元年度 在校等時間（一人当たり年間）\n学校コード,学校名,教員数,年間時間外,月45時間超の人数\n"
    "S001,架空小,20,404‘54,3\nS002,架空中,5,x,-\n計,,25,,3\n"
)
CASES = (
    "受付番号,所属コード,手続,経路,受付日時,差戻日時,完了日時,標準処理期間,決裁段数,申請者氏名,電話番号,摘要\n"
    "X-001,A001,転入,窓口,2019/04/01 9:00:00,,2019/04/02 10:00:00,7,3,架空 花子,096-000-9990,相談\n"
)
ENQUIRIES = (
    "受付番号,経路,所属コード,分類,開始日時,終了日時,解決,引継先,発信者番号,内容\n"
    "E-0001,電話,A001,税,2019/10/01 9:00:05,2019/10/01 9:05:00,済,窓口,096-000-9990,困った\n"
)
ROLLOUT = "取組,所属コード,発表日,先行日,本稼働日,端末数\ncloud,A001,H30.4.3,,H30.10.1,12\n"
COSTS = '年度,取組,費目,区分,金額（千円）\n平成30年度,cloud,使用料,予算,"1,234"\n令和元年度,cloud,使用料,決算,△5\n'
DIARY = "職員番号,所属コード,日付,探した時間,回数,媒体,重み\n0001234,A001,2018/9/3,0:10,2,紙,1.25\n"
SAMPLED = (
    "所属コード,観測日時,観測人数,文書を探していた人数,うち紙,勤務時間,重み,観測者,備考\n"
    "A001,R1.11.12 10:25,１２,2,1,7:45,1.538,架空 花子,相談\nA001,R1.11.12 14:05,…,-,,7:45,1.538,架空,\n"
)
SHELTERS = (
    "平成28年熊本地震 避難所の記録\n避難所,地区,日付,避難者数,従事職員数,必要職員数\n"
    "架空小体育館,A地区,4月14日,120,5,8\n架空小体育館,A地区,4月15日,…,5,8\n"
)
COMMUNITY = (
    "投稿ID,地区,種類,投稿日時,最初の返信日時,返信数,投稿者,本文\n"
    "P0001,A地区,依頼,2019/4/1 10:00:00,2019/4/1 10:30:59,2,架空,助けて\n"
)
WATCH = "地区,年月,訪問予定世帯,訪問済世帯,期限超過世帯,活動回数,参加者数\nA地区,平成31年4月,20,18,-,3,12\n"
LESSONS = (
    "日時,学校コード,操作,教材名,利用者\n2019/4/8 10:00:00,S001,登録,算数,架空\n2019/4/8 11:00:00,S001,取得,算数,架空\n"
    "2019/4/9 11:00:00,S001,取得,算数,架空\n"
)
DEVICES = (
    "管理番号,種類,所属コード,配備日,返却日,利用者,対応室数\nD0001,タブレット,A001,H30.6.1,,架空,\n"
    "D0002,タブレット,A001,H30.6.20,H31.3.31,架空,\nW0001,無線AP,S001,2018/9/1,,,4\n"
)
# source, text, encoding, what a row of the canonical table must hold
WRITTEN = (
    ("roster", ROSTER, "cp932", {"valid_from": dt.date(2018, 4, 1), "valid_to": None, "employment": "regular", "overtime_eligible": True, "cap_regime": "ordinary", "role": "city"}),
    ("school_year", SCHOOL_YEAR, "utf-8-sig", {"year_start": dt.date(2019, 4, 1), "beyond_regular_min": 404 * 60 + 54, "teachers": 20, "missing_reason": None}),
    ("school_year", SCHOOL_YEAR, "utf-16", {"beyond_regular_min": None, "missing_reason": "suppressed", "over_45h": None}),
    ("cases", CASES, "utf-8", {"received_at": dt.datetime(2019, 4, 1, 9), "returned_at": None, "completed_at": dt.datetime(2019, 4, 2, 10), "standard_days": 7, "approvals": 3, "channel": "counter"}),
    ("cases", CASES.replace("差戻日時", "返戻日").replace("決裁段数", "決裁数").replace(",,2019/04/02", ",2019/04/01,2019/04/02"), "utf-8", {"returned_at": dt.datetime(2019, 4, 1), "approvals": 3}),
    ("enquiries", ENQUIRIES, "cp932", {"channel": "phone", "resolved": True, "escalated_to": "counter", "ended_at": dt.datetime(2019, 10, 1, 9, 5)}),
    ("rollout", ROLLOUT, "utf-8", {"announced_on": dt.date(2018, 4, 3), "piloted_on": None, "live_on": dt.date(2018, 10, 1), "devices": 12}),
    ("costs", COSTS, "utf-8", {"fiscal_year": "FY2018", "kind": "budget", "yen": 1_234_000}),
    ("costs", COSTS, "cp932", {"fiscal_year": "FY2019", "kind": "actual", "yen": -5_000}),
    ("document_diary", DIARY, "cp932", {"search_min": 10, "searches": 2, "medium": "paper", "weight": 1250}),
    ("work_sample", SAMPLED, "cp932", {"observed_at": dt.datetime(2019, 11, 12, 10, 25), "observed": 12, "searching": 2, "searching_paper": 1, "on_duty_min": 465, "weight": 1538}),
    ("work_sample", SAMPLED, "cp932", {"observed": None, "searching": None, "missing_reason": "unknown"}),
    ("work_sample", SAMPLED.replace(",重み", "").replace(",1.538", ""), "utf-8", {"observed": 12, "weight": 1000}),
    ("shelters", SHELTERS, "utf-8", {"date": dt.date(2016, 4, 14), "evacuees": 120, "staff_needed": 8}),
    ("shelters", SHELTERS, "utf-8", {"date": dt.date(2016, 4, 15), "evacuees": None, "missing_reason": "unknown"}),
    ("community", COMMUNITY, "utf-8", {"kind": "request", "first_reply_min": 30, "replies": 2}),
    ("watch_over", WATCH, "utf-8", {"month": dt.date(2019, 4, 1), "households_due": 20, "households_overdue": None, "missing_reason": "none"}),
    ("lesson_share", LESSONS, "utf-8", {"date": dt.date(2019, 4, 8), "uploads": 1, "downloads": 1, "reuses": 0}),
    ("devices", DEVICES, "cp932", {"unit_id": "A001", "product": "tablet", "metric": "given", "value": 2, "period_start": dt.date(2018, 6, 1), "period_end": dt.date(2018, 6, 30)}),
    ("devices", DEVICES, "cp932", {"unit_id": "A001", "metric": "returned", "period_start": dt.date(2019, 3, 1)}),
)  # fmt: skip
SECRET = ("架空", "花子", "096-000-9990", "相談", "困った", "助けて", "算数", "髙﨑")


def _put(folder: Path, text: str, encoding: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text.replace("…", "…").encode(encoding))
    return path


@pytest.mark.parametrize(("source", "text", "encoding", "expected"), WRITTEN)
def test_cells_read_right(
    source: str, text: str, encoding: str, expected: dict[str, object], tmp_path: Path
) -> None:
    result = read(source, _put(tmp_path, text, encoding), identity=KEY)
    held = [{k: r[k] for k in expected} for r in result.data.to_pylist()]
    assert expected in held
    assert result.data.schema == CATALOGUE[result.table].schema


@pytest.mark.parametrize(("source", "text", "encoding", "expected"), WRITTEN)
def test_names_and_free_text_are_never_read(
    source: str, text: str, encoding: str, expected: dict[str, object], tmp_path: Path
) -> None:
    result = read(source, _put(tmp_path, text, encoding), identity=KEY)
    told = str(result.data.to_pylist()) + result.report.text("ja") + str(result.report.to_dict())
    # the shelters' own names are places, not people
    secrets = [s for s in SECRET if not (s == "架空" and source == "shelters")]
    assert not [s for s in secrets if s in told]


@pytest.mark.parametrize(("source", "text", "encoding", "expected"), WRITTEN)
def test_a_source_is_recognised_by_its_content(
    source: str, text: str, encoding: str, expected: dict[str, object], tmp_path: Path
) -> None:
    assert recognise(_put(tmp_path, text, encoding), {})[0] == source


BAD = (
    ("roster", ROSTER.replace("H31.3.31", "H29.3.31"), 3, "終了日", "ends_before_start"),
    ("roster", ROSTER.replace("原則", "げんそく"), 2, "上限区分", "unknown_value"),
    ("cases", CASES.replace("2019/04/02 10", "2019/03/02 10"), 2, "完了日時", "finished_before_receipt"),
    ("cases", CASES.replace(",7,3,", ",7日,3,"), 2, "標準処理期間", "unreadable_number"),
    ("cases", CASES.replace("X-001", ""), 2, "受付番号（ハッシュ）", "missing_value"),
    ("enquiries", ENQUIRIES.replace("9:05:00", "8:05:00"), 2, "終了日時", "finished_before_start"),
    ("enquiries", ENQUIRIES.replace("9:05:00", "9:65:00"), 2, "終了日時", "unreadable_date"),
    ("costs", COSTS.replace("△5", "△△5"), 3, "金額(千円)", "unreadable_number"),
    ("costs", COSTS.replace("令和元年度", "平成元禄"), 3, "年度", "unreadable_year"),
    ("document_diary", DIARY.replace("0:10", "25:10"), 2, "探した時間", "impossible_time"),
    (
        "work_sample",
        SAMPLED.replace(",2,1,", ",13,1,"),
        2,
        "文書を探していた人数",
        "more_searching_than_seen",
    ),
    ("work_sample", SAMPLED.replace(",2,1,", ",2,3,"), 2, "うち紙", "more_on_paper_than_searching"),
    ("work_sample", SAMPLED.replace(",１２,2,1,", ",-12,,,"), 2, "観測人数", "negative_number"),
    ("work_sample", SAMPLED.replace("1,7:45", "1,0:00"), 2, "勤務時間", "impossible_time"),
    (
        "work_sample",
        SAMPLED.replace("7:45,1.538,架空 花子", "7:45,0,架空 花子"),
        2,
        "重み",
        "impossible_weight",
    ),
    ("work_sample", SAMPLED.replace("10:25", "10:65"), 2, "観測日時", "unreadable_date"),
    ("shelters", SHELTERS.replace("4月15日", "4月31日"), 4, "日付", "unreadable_date"),
    ("community", COMMUNITY.replace("10:30:59", "9:30:59"), 2, "最初の返信日時", "reply_before_post"),
    ("devices", DEVICES.replace("H31.3.31", "H29.3.31"), 3, "返却日", "returned_before_given"),
    ("school_year", SCHOOL_YEAR.replace("404‘54", "404‘64"), 3, "年間時間外", "impossible_time"),
)


@pytest.mark.parametrize(("source", "text", "row", "column", "kind"), BAD)
def test_a_bad_cell_is_refused_with_its_place(
    source: str, text: str, row: int, column: str, kind: str, tmp_path: Path
) -> None:
    with pytest.raises(KumastatsError) as refused:
        read(source, _put(tmp_path, text, "utf-8"), identity=KEY)
    told = refused.value.text("ja")
    assert f"{row}行目" in told
    assert kind in told
    assert column in told


def test_a_mapping_names_other_headers_and_constants(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(
        "source: cases\ncolumns:\n  case_id: No\n  office_id: {constant: A009}\n  procedure: 名称\n  received_at: 到着\n",
        encoding="utf-8",
    )
    mapping = Mapping.load(tmp_path / "m.yml")
    path = _put(tmp_path, "No,名称,到着,氏名\n1,転入,H31.4.1 9:30,架空\n", "cp932")
    assert recognise(path, {"cases": [mapping]}) == ("cases", mapping)
    (row,) = read("cases", path, mapping=mapping, identity=KEY).data.to_pylist()
    assert (row["office_id"], row["received_at"]) == ("A009", dt.datetime(2019, 4, 1, 9, 30))


def test_symbols_are_set_per_source(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text("source: watch_over\nsymbols: {'-': suppressed}\n", encoding="utf-8")
    mapping = Mapping.load(tmp_path / "m.yml")
    (row,) = read(
        "watch_over", _put(tmp_path, WATCH, "utf-8"), mapping=mapping, identity=KEY
    ).data.to_pylist()
    assert row["missing_reason"] == "suppressed"


def test_an_exact_duplicate_is_dropped_and_a_conflicting_one_refused(tmp_path: Path) -> None:
    again = ROLLOUT + ROLLOUT.split("\n")[1] + "\n"
    result = read("rollout", _put(tmp_path, again, "utf-8"), identity=KEY)
    assert (result.data.num_rows, result.report.dropped) == (1, {"exact_duplicate": 1})
    with pytest.raises(KumastatsError, match="conflicting_rollout"):
        read("rollout", _put(tmp_path, again.replace(",12\ncloud", ",13\ncloud"), "utf-8"), identity=KEY)
