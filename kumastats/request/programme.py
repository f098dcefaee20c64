"""What is asked about the programme itself, its cost, disasters and neighbours, and about identities and totals."""

from __future__ import annotations

from kumastats.request.ask import STAFF, ZEROS, Ask, SourceAsk
from kumastats.text import Text

PROGRAMME = {
    "rollout": SourceAsk(
        Text("CSV。rollout.csv（1ファイル）", "CSV: rollout.csv (one file)"),
        Text("1行が1取組の1所属・1学校", "a row an initiative and office or school"),
        (
            Ask("initiative_id", "cloud"),
            Ask("unit_id", "A001"),
            Ask("announced_on", "H30.4.3"),
            Ask("piloted_on", "", Text("先行して始めた日", "day the pilot began")),
            Ask("live_on", "H30.10.1", Text("その所属・学校で実際に使い始めた日", "day it really went into use there"), required=True),
            Ask("devices", "12"),
        ),
        points=(
            Text(
                "所属・学校ごとの本稼働日をお願いします。全体の導入日だけでは、導入の効果とほかの変化を分けられません。",
                "Please give the go-live date of each office and school: one date for the whole city does not tell the"
                " roll-out from other changes.",
            ),
            Text(
                "まだ導入していない所属・学校も、本稼働日を空欄にして入れてください。",
                "List units that are not live yet as well, with a blank date.",
            ),
        ),
    ),
    "costs": SourceAsk(
        Text("CSV。costs.csv（1ファイル）", "CSV: costs.csv (one file)"),
        Text("1行が1年度の1取組の1費目", "a row a fiscal year, initiative and item"),
        (
            Ask("fiscal_year", "平成30年度"),
            Ask("initiative_id", "cloud"),
            Ask("item", "使用料"),
            Ask("kind", "予算", note=Text("予算・契約・決算", "予算, 契約 or 決算")),
            Ask("yen", "1234000", note=Text("円。千円なら見出しに（千円）、負は △", "yen; in thousands, say so in the header; △ for negatives")),
        ),
        ("担当者の氏名",),
    ),
    "shelters": SourceAsk(
        Text("CSV。shelters_<年>.csv", "CSV: shelters_YEAR.csv"),
        Text("1行が1避難所の1日", "a row a shelter's day"),
        (
            Ask("site_id", "架空小体育館"),
            Ask("area", "A地区"),
            Ask("date", "2016/4/14"),
            Ask("evacuees", "120", note=Text("数えていない日は …", "… where it was not counted")),
            Ask("staff", "5"),
            Ask("staff_needed", "8"),
        ),
        ("避難者の氏名・住所・健康状態", "従事した職員の氏名"),
    ),
    "community": SourceAsk(
        Text("CSV。community_FY<年度>.csv", "CSV: community_FYyyyy.csv"),
        Text("1行が1投稿", "a row a post"),
        (
            Ask("post_id", "P0001", Text("投稿の番号。読み込むときにハッシュにする", "the post, hashed on read")),
            Ask("area", "A地区"),
            Ask("kind", "依頼", note=Text("依頼・報告・お知らせ・訓練", "依頼, 報告, お知らせ or 訓練")),
            Ask("posted_at", "2019/4/1 10:00:00"),
            Ask("first_reply_at", "2019/4/1 10:30:00", Text("最初の返信の日時", "first reply"), kind="instant"),
            Ask("replies", "2"),
        ),
        ("投稿者", "本文", "写真"),
    ),
    "watch_over": SourceAsk(
        Text("CSV。watch_over_FY<年度>.csv", "CSV: watch_over_FYyyyy.csv"),
        Text("1行が1地区の1か月", "a row an area's month"),
        (
            Ask("area", "A地区"),
            Ask("month", "2019/4/1"),
            Ask("households_due", "20"),
            Ask("households_visited", "18"),
            Ask("households_overdue", "2", note=Text("なしは -、不明は …", "- where none, … where unknown")),
            Ask("activities_held", "3"),
            Ask("activities_attended", "12"),
        ),
        ("世帯主の氏名・住所", "訪問の記録の本文"),
    ),
}  # fmt: skip

IDENTITIES = SourceAsk(
    Text("CSV。identities.csv（1ファイル。ほかのデータとは別の経路で）", "CSV: identities.csv (one file, by another road than the rest)"),
    Text("1行が1人。退職した人も、記録のある期間に在籍していれば含む", "a row a person, those who left included"),
    (
        Ask("staff", "0001234", STAFF, required=True, note=ZEROS, kind="text"),
        Ask("upn", "u1234@city.example.jp", Text("Microsoft 365 の利用者名", "user name in Microsoft 365"), kind="text"),
        Ask("print", "u1234", Text("印刷サーバーの利用者名", "user name on the print server"), kind="text"),
        Ask("viva", "00000000-0000-4000-8000-000000001234", Text("Viva Insights の PersonId", "PersonId in Viva Insights"), kind="text"),
    ),
    ("氏名", "生年月日", "電話番号", "私用のメールアドレス"),
    (
        Text(
            "異なるシステムの記録を同じ人のものとして数えるためだけに使い、鍵と同じ場所に置き、鍵とともに廃棄します。",
            "It serves only to count the records of several systems as one person's. It is kept with the key and"
            " destroyed with it.",
        ),
        Text(
            "共用の利用者は空欄にしてください。同じ利用者名を別の人に使い回した場合は、お知らせください。",
            "Leave shared accounts blank, and tell us where a user name was given on to somebody else.",
        ),
    ),
)  # fmt: skip
TOTALS = SourceAsk(
    Text("CSV。control_totals.csv（お送りいただくファイルと同じフォルダー）", "CSV: control_totals.csv, in the folder of the files it speaks for"),
    Text("1行が1ファイルの1項目。件数は必ず、時間や金額の列は合計も", "a row a file and item: always the rows, and the totals of times and amounts"),
    (
        Ask("ファイル", "kinmu_201804.csv", Text("ファイル名", "name of the file"), required=True, kind="text"),
        Ask("項目", "件数", Text("件数、または列の見出し", "件数 (rows), or a column's header"), required=True, kind="text"),
        Ask("値", "24310", Text("件数、または合計（時間は 10542:30）", "rows, or the total (times as 10542:30)"), required=True, kind="text"),
    ),
    points=(
        Text(
            "毎回の送付に付けてください。1分でも合わないデータは受け取らず、ご連絡します。",
            "Please add it to every delivery: data that differ by a minute are not taken in, and we will tell you.",
        ),
    ),
)  # fmt: skip
