"""What is asked about counters, applications, enquiries, printing, use of systems, lessons and surveys."""

from __future__ import annotations

from kumastats.request.ask import CORRECTIONS, Ask, SourceAsk
from kumastats.text import Text

SECONDS = Text("秒まで", "to the second")

SERVICES = {
    "tickets": SourceAsk(
        Text("CSV・タブ区切り。tickets_YYYYMM.csv（庁舎ごと・月ごと）", "CSV or tab-separated: tickets_YYYYMM.csv (by building and month)"),
        Text("1行が1枚の番号札。抽出・間引きをしない", "a row a ticket; no sampling"),
        (
            Ask("number", "101", Text("受付番号（札の番号）", "number on the ticket"), kind="text"),
            Ask("office_id", "W01"),
            Ask("service", "住民異動"),
            Ask("issued_at", "2019/4/1 8:31:05", note=SECONDS),
            Ask("called_at", "2019/4/1 8:40:12", note=SECONDS),
            Ask("finished_at", "2019/4/1 8:52:40", note=SECONDS),
            Ask("left_at", "", Text("呼ばれる前に帰った時刻（分かる場合）", "left before being called, where known")),
            Ask("desk_id", "3", Text("窓口の番号（職員の番号ではなく）", "the desk, not the clerk")),
            Ask("outcome", "完了", note=Text("完了・不在・取消・離脱・転送", "完了, 不在, 取消, 離脱 or 転送")),
        ),
        ("氏名", "電話番号", "用件の自由記述", "担当者の氏名"),
        (
            Text(
                "繁忙期（3月・4月）の全件の出力をお願いします。集計表や抜き出しでは、混雑の分布が分かりません。",
                "Please send the complete export of the busy season (March and April): summaries or samples do not show"
                " how crowding is spread.",
            ),
            Text(
                "番号機の時計のずれ、番号の付け直し、開庁時間と窓口数の変更の記録も添えてください。",
                "Add records of clock drift, restarted numbers, and changes of opening hours and desks.",
            ),
        ),
    ),
    "cases": SourceAsk(
        Text("CSV。cases_FY<年度>.csv", "CSV: cases_FYyyyy.csv"),
        Text("1行が1申請。未完了も含む", "a row an application, open ones included"),
        (
            Ask("case_id", "X-001", Text("受付番号。読み込むときにハッシュにする", "case number, hashed on read")),
            Ask("office_id", "A001"),
            Ask("procedure", "転入届"),
            Ask("channel", "窓口", note=Text("窓口・郵送・電子", "窓口, 郵送 or 電子")),
            Ask("received_at", "2019/4/1 9:00:00"),
            Ask("returned_at", "", Text("差戻し（補正）の日時", "returned for correction")),
            Ask("completed_at", "2019/4/2 10:00:00"),
            Ask("standard_days", "7"),
            Ask("approvals", "3"),
        ),
        ("申請者氏名", "住所", "電話番号", "摘要", "件名"),
    ),
    "enquiries": SourceAsk(
        Text("CSV。enquiries_FY<年度>Q<四半期>.csv", "CSV: enquiries_FYyyyyQn.csv"),
        Text("1行が1件の問い合わせ", "a row an enquiry"),
        (
            Ask("enquiry_id", "E-0001", Text("受付番号。読み込むときにハッシュにする", "enquiry number, hashed on read")),
            Ask("channel", "電話", note=Text("電話・窓口・遠隔", "電話, 窓口 or 遠隔")),
            Ask("office_id", "A001"),
            Ask("topic", "税", Text("用件の分類（決まった語から）", "topic, from a fixed list")),
            Ask("started_at", "2019/10/1 9:00:05"),
            Ask("ended_at", "2019/10/1 9:05:00"),
            Ask("resolved", "済", note=Text("済・未", "済 or 未")),
            Ask("escalated_to", "窓口", Text("引き継いだ先の経路", "channel it was handed over to")),
        ),
        ("発信者番号", "氏名", "内容", "録音"),
    ),
    "bot": SourceAsk(
        Text("JSON（Bot Framework の activity の配列）。transcripts_YYYYMM.json", "JSON, an array of Bot Framework activities: transcripts_YYYYMM.json"),
        Text("会話ごとの activity（type、timestamp、conversation.id、from.role）", "activities with type, timestamp, conversation.id and from.role"),
        (
            Ask("type", "message", Text("activity の種類", "type of the activity"), required=True, kind="text"),
            Ask("timestamp", "2019-07-01T00:31:05Z", Text("協定世界時", "UTC"), required=True, kind="text"),
            Ask("conversation.id", "c-0001", Text("会話の番号。読み込むときにハッシュにする", "the conversation, hashed on read"), required=True, kind="text"),
            Ask("from.role", "user", Text("発言者が利用者かボットか", "user or bot"), kind="text"),
            Ask("topic", "{\"topic\": \"住民票\"}", Text("event「topic」の value", "value of the event “topic”")),
            Ask("resolved", "{\"resolved\": true}", Text("event「resolved」の value", "value of the event “resolved”")),
            Ask("escalated_to", "{\"to\": \"phone\"}", Text("event「handoff」の value", "value of the event “handoff”")),
        ),
        ("text（発言）", "from.name", "attachments", "電話番号"),
        (
            Text(
                "発言の本文（text）は空にしてお送りください。分類は event「topic」で分かります。",
                "Empty the text of messages before sending; the event “topic” tells what it was about.",
            ),
        ),
    ),
    "m365": SourceAsk(
        Text("CSV（管理センターの利用状況レポートのまま）", "CSV as the admin centre exports its usage reports"),
        Text("1行が1利用者の1期間（30日の窓。重ねて足さない）", "a row a user and window of 30 days; windows are never added"),
        (
            Ask("unit_id", "u1234@city.example.jp", Text("UPN。読み込むときにハッシュにする", "UPN, hashed on read")),
            Ask("period_end", "2019-04-30", Text("レポートの更新日（窓の末日）", "last day of the window")),
            Ask("period_days", "30", Text("窓の日数", "days of the window"), required=True, kind="count"),
            Ask("deleted", "False", Text("削除された利用者か", "whether the user was deleted"), kind="flag"),
        ),
        ("Display Name", "サイトの名前・URL", "ファイル名"),
        (
            Text(
                "Teams・メール・OneDrive・アクティブユーザー・Skype for Business の利用者別レポートを、四半期に1回お願いします。",
                "Please export the per-user reports of Teams, Email, OneDrive, Active users and Skype for Business once a"
                " quarter.",
            ),
            Text(
                "「レポートで名前を伏せる」設定を使う場合は、お知らせください（人に結び付けずに数だけを使います）。",
                "Tell us when names are concealed in reports: such users are counted, never joined.",
            ),
        ),
        as_exported=True,
    ),
    "devices": SourceAsk(
        Text("CSV。devices_<年>.csv（端末台帳）", "CSV: devices_YEAR.csv (the device register)"),
        Text("1行が1台。返却済みも含む", "a row a device, returned ones included"),
        (
            Ask("number", "D0001", Text("管理番号（取り込まない。重なりの確かめだけに使う）", "asset number, used only to find repeats"), required=True, kind="text"),
            Ask("product", "タブレット", Text("種類（タブレット・PC・無線AP）", "kind of device")),
            Ask("unit_id", "A001", Text("配備先の所属・学校のコード（利用者の番号ではなく）", "office or school it is placed in, not its user"), required=True),
            Ask("given_on", "H30.6.1", Text("配備した日", "day it was given out"), required=True, kind="date"),
            Ask("returned_on", "", Text("返却した日", "day it came back"), kind="date"),
            Ask("rooms", "", Text("無線APが届く部屋の数", "rooms an access point covers"), kind="count"),
        ),
        ("利用者の氏名・番号", "シリアル番号"),
    ),
    "print_log": SourceAsk(
        Text("CSV（PaperCut Print Logger のまま）か、NG/MF の printlog_YYYY_MM_DD.log", "CSV as PaperCut Print Logger writes it, or printlog_YYYY_MM_DD.log of NG/MF"),
        Text("1行が1回の印刷", "a row a print job"),
        (
            Ask("at", "2019-04-01 09:00:00", Text("印刷した日時", "when it was printed"), required=True, kind="instant"),
            Ask("office_id", "A001-MFP1", Text("プリンターの名前（先頭が所属コード。違う場合は対応表を添える）", "the printer; its name begins with the office code, or a table is added")),
            Ask("pages", "4", Text("面数", "sides"), required=True, kind="count"),
            Ask("copies", "2", Text("部数", "copies"), kind="count"),
            Ask("colour_pages", "", Text("カラーの面数（NG/MF）", "sides in colour (NG/MF)"), kind="count"),
            Ask("duplex", "DUPLEX", Text("両面", "duplex"), kind="text"),
            Ask("grey", "GRAYSCALE", Text("白黒", "grey"), kind="text"),
        ),
        ("Document Name（文書の題名）", "Client（端末名）", "User（利用者。所属の集計だけに使うため不要）"),
        as_exported=True,
    ),
    "lesson_share": SourceAsk(
        Text("CSV。lesson_share_FY<年度>.csv", "CSV: lesson_share_FYyyyy.csv"),
        Text("1行が1回の操作", "a row an event"),
        (
            Ask("at", "2019/4/8 10:00:00", Text("操作の日時", "when"), required=True, kind="instant"),
            Ask("school_id", "S001"),
            Ask("action", "登録", Text("登録・取得・再利用", "upload, download or reuse"), required=True, kind="text"),
        ),
        ("教材名", "利用者"),
    ),
    "survey": SourceAsk(
        Text("xlsx（Forms の出力のまま）。survey_<対象>_FY<年度>.xlsx", "xlsx as Forms exports it: survey_GROUP_FYyyyy.xlsx"),
        Text("1行が1人の回答。質問が列", "a row a person's answers, a column a question"),
        (
            Ask("response_id", "1", Text("回答の番号。読み込むときにハッシュにする", "number of the answer, hashed on read")),
            Ask("started_at", "2018/9/1 9:00", Text("開始時刻", "started"), kind="instant"),
            Ask("answered_at", "2018/9/1 9:05", Text("完了時刻", "finished"), required=True, kind="instant"),
            Ask("office_id", "A001"),
            Ask("ward", "中央区"),
            Ask("weight", "1.0"),
            Ask("Q1", "とても満足", Text("質問（選択肢の語か点。複数選択は ; 区切り）", "a question: word or score; several joined by ;"), required=True, kind="text"),
        ),
        ("メール", "名前", "自由記述の質問の列"),
        (
            Text(
                "配った数・回収した数・抽出の方法と、調査票（質問と選択肢の一覧）を添えてください。",
                "Add how many were asked and answered, how they were drawn, and the questionnaire.",
            ),
            CORRECTIONS,
        ),
        as_exported=True,
    ),
}  # fmt: skip
