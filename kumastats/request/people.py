"""What is asked about offices, people, their hours, meetings, diaries and work sampling."""

from __future__ import annotations

from kumastats.request.ask import CORRECTIONS, HOURS, STAFF, ZEROS, Ask, SourceAsk
from kumastats.text import Text

PEOPLE = {
    "offices": SourceAsk(
        Text("CSV。offices.csv（1ファイル）", "CSV: offices.csv (one file)"),
        Text("1行が1所属・1学校。廃止した所属も含む", "a row an office or school, closed ones included"),
        (
            Ask("office_id", "A001", note=Text("全データで同じコード", "the same code in every file")),
            Ask("name_ja", "架空課"),
            Ask("name_en", "Example Division"),
            Ask("kind", "本庁", note=Text("本庁・区役所・出先・学校", "本庁, 区役所, 出先 or 学校")),
            Ask("ward", "中央区"),
            Ask("school_level", "", note=Text("小学校・中学校・高等学校。学校のみ", "schools only")),
        ),
        points=(
            Text(
                "組織改正があった年は、新旧の所属コードの対応表も添えてください。",
                "For years with a reorganisation, add a table of old and new office codes.",
            ),
        ),
    ),
    "roster": SourceAsk(
        Text("CSV。jinji_daicho.csv（1ファイル）", "CSV: jinji_daicho.csv (one file)"),
        Text("1行が1人の1つのポストの在籍期間。兼務は行を分ける", "a row a person's time in a post; a second post is a second row"),
        (
            Ask("person_id", "0001234", STAFF, note=ZEROS),
            Ask("post_id", "1", Text("ポストの番号（兼務を分ける）", "number of the post"), required=False),
            Ask("valid_from", "H30.4.1"),
            Ask("valid_to", "2222/12/31", note=Text("在籍中は空欄か 2222/12/31", "blank or 2222/12/31 while it lasts")),
            Ask("office_id", "A001"),
            Ask("role", "市職員", note=Text("市職員・教員", "市職員 or 教員")),
            Ask("employment", "正規", note=Text("正規・再任用・会計年度任用", "正規, 再任用 or 会計年度任用")),
            Ask("grade_band", "係長", note=Text("係員・係長・管理職などの帯", "a band, not the exact grade")),
            Ask("manager", "", Text("管理職（時間外勤務手当の対象外）", "a manager, not eligible for overtime pay"), kind="flag"),
            Ask("cap_regime", "原則", note=Text("原則・他律的・特例・36協定・管理職", "which cap on overtime applies")),
        ),
        ("氏名", "生年月日", "住所", "電話番号", "給与の額"),
        (
            Text(
                "異動・兼務・休職の全履歴をお願いします（現在の所属だけでは、導入前後を同じ人で比べられません）。",
                "Send the whole history of transfers, second posts and leave: the present office alone does not allow the"
                " same people to be compared before and after.",
            ),
        ),
    ),
    "attendance": SourceAsk(
        Text("CSV（Shift_JIS・UTF-8）。kinmu_YYYYMM.csv（1か月1ファイル）", "CSV: kinmu_YYYYMM.csv (a file a month)"),
        Text("1行が1人の1日。勤務しない日も含む", "a row a person's day, days off included"),
        (
            Ask("person_id", "0001234", STAFF, note=ZEROS),
            Ask("post_id", "1", Text("ポストの番号", "number of the post"), required=False),
            Ask("date", "2018/4/2"),
            Ask("office_id", "A001", Text("その日の所属コード", "the office of the day")),
            Ask("employment", "正規"),
            Ask("manager", "", Text("管理職", "a manager"), kind="flag"),
            Ask("attendance", "出勤", Text("勤務の区分（出勤・テレワーク・年休・病休・休日など）", "kind of day"), kind="text"),
            Ask("scheduled_min", "7:45", note=HOURS),
            Ask("clock_in", "8:25", Text("出勤の打刻", "clocked in"), kind="minutes"),
            Ask("clock_out", "19:30", Text("退勤の打刻。中抜けは 出勤2・退勤2 の列を加える", "clocked out; add 出勤2 and 退勤2 for a second pair"), kind="minutes"),
            Ask("break_min", "1:00", Text("休憩", "break"), kind="minutes"),
            Ask("ordered_overtime_min", "2:00", Text("時間外勤務命令の合計", "ordered overtime, all rates"), note=HOURS),
            Ask("holiday_work_min", "0:00", Text("休日勤務の合計", "work on holidays, all rates")),
            Ask("late_night_min", "0:00", Text("深夜（22時～5時）の合計", "work between 22:00 and 5:00")),
            Ask("時間外100", "0:00", Text("時間外勤務命令のうち割増100/100", "ordered overtime at 100/100"), kind="minutes"),
            Ask("時間外125", "2:00", Text("同 125/100", "at 125/100"), kind="minutes"),
            Ask("時間外150", "0:00", Text("同 150/100（深夜）", "at 150/100 (night)"), kind="minutes"),
            Ask("休日135", "0:00", Text("休日勤務のうち割増135/100", "work on holidays at 135/100"), kind="minutes"),
            Ask("休日160", "0:00", Text("同 160/100（深夜）", "at 160/100 (night)"), kind="minutes"),
            Ask("深夜25", "0:00", Text("正規の勤務時間の深夜 25/100", "scheduled work at night, 25/100"), kind="minutes"),
            Ask("pc_on", "8:20", Text("PCのログオン（最初）", "first log-on to the PC"), kind="minutes"),
            Ask("pc_off", "19:25", Text("PCのログオフ（最後）", "last log-off from the PC"), kind="minutes"),
        ),
        ("氏名", "備考", "理由", "電話番号"),
        (
            Text(
                "PCのログオン・ログオフの記録をお願いします。命令された時間と実際にPCを使った時間の差を見るためです。",
                "Please include the PC log-on and log-off times: they show the gap between ordered hours and hours at"
                " the PC.",
            ),
            Text(
                "時間外勤務命令は、割増率（100・125・150、休日135・160、深夜25）ごとの時間をお願いします。",
                "Please give ordered overtime by premium rate (100, 125, 150; holidays 135, 160; night 25).",
            ),
            CORRECTIONS,
        ),
        aside=("month",),
    ),
    "school_hours": SourceAsk(
        Text("xlsx。zaiko_<年度>_<学校コード>.xlsx（1校1年度1ファイル、1か月1シート「4月」…）", "xlsx: zaiko_YEAR_SCHOOL.xlsx (a file a school and year, a sheet a month)"),
        Text("1行が1人。列が日。題に年度と学校コード（例「平成30年度 …（S001）」）", "a row a teacher, a column a day; the title names year and school code"),
        (
            Ask("職員番号", "0004321", STAFF, required=True, note=ZEROS, kind="text"),
            Ask("1～31", "10:45", Text("その日の在校等時間", "time in school on that day"), required=True, kind="minutes", note=Text("セルの書式は [h]:mm", "cell format [h]:mm")),
            Ask("計", "215:30", Text("月の計（合計の確かめに使う）", "the month's total, used as a check"), kind="minutes"),
        ),
        ("氏名", "職名以外の個人の情報", "備考"),
    ),
    "school_year": SourceAsk(
        Text("CSV。zaiko_nenkan_<年度>.csv（1年度1ファイル）", "CSV: zaiko_nenkan_YEAR.csv (a file a year)"),
        Text("1行が1校。題に年度", "a row a school; the title names the year"),
        (
            Ask("office_id", "S001"),
            Ask("teachers", "20"),
            Ask("beyond_regular_min", "404:54", Text("一人当たりの年間の時間外在校等時間", "a teacher's time beyond regular hours in the year")),
            Ask("over_45h", "3", note=Text("小規模校で伏せる値は x、該当なしは -", "x where suppressed, - where none")),
        ),
        ("氏名",),
    ),
    "viva_person": SourceAsk(
        Text("CSV（person query の出力のまま）。person_query_FY<年度>Q<四半期>.csv", "CSV as the person query exports it: person_query_FYyyyyQn.csv"),
        Text("1行が1人の1週", "a row a person's week"),
        (
            Ask("person_id", "00000000-0000-4000-8000-000000001234", Text("PersonId（GUID）。読み込むときにハッシュにする", "PersonId (a GUID), hashed on read")),
            Ask("week_start", "2019-04-07"),
            Ask("office_id", "A001", Text("Organization。所属コードで", "Organization, as office code")),
            *(
                Ask(f"{name}_min", example, note=Text("小数の時間", "decimal hours"), kind="decimal_hours")
                for name, example in (
                    ("meeting", "6.5"), ("collaboration", "14.25"), ("email", "5.0"), ("chat", "2.0"), ("after_hours", "1.5"),
                    ("conflicting_meeting", "0.5"), ("large_long_meeting", "1.0"), ("multitasking", "0.75"),
                )
            ),
        ),
        ("表示名", "メールアドレス"),
        (
            Text(
                "指標の定義が変わった時期（版）が分かるよう、出力した日と出力条件を添えてください。",
                "Add the day and the settings of each export, so that changes of a metric's definition can be told.",
            ),
        ),
        as_exported=True,
    ),
    "viva_meeting": SourceAsk(
        Text("CSV（meeting query の出力のまま）。meeting_query_FY<年度>Q<四半期>.csv", "CSV as the meeting query exports it: meeting_query_FYyyyyQn.csv"),
        Text("1行が1会議", "a row a meeting"),
        (
            Ask("meeting_id", "m-0001", Text("会議の番号。読み込むときにハッシュにする", "the meeting's id, hashed on read")),
            Ask("organiser_office_id", "A001"),
            Ask("start", "2021-04-05 10:00:00", Text("開始（日本時間）", "start, Japan time"), required=True),
            Ask("duration_min", "1.0", Text("長さ", "length"), kind="decimal_hours"),
            Ask("invited", "8"),
            Ask("attended", "6"),
            Ask("multitasking", "1"),
            Ask("recurring", "true"),
            Ask("cancelled", "false"),
            Ask("attendee_min", "6.0", Text("延べ時間", "attendee-hours"), kind="decimal_hours"),
        ),
        ("Subject（件名）", "Organizer（主催者の氏名・アドレス）", "Attendees（出席者の一覧）"),
        as_exported=True,
        aside=("start_date", "start_time_utc"),
    ),
    "document_diary": SourceAsk(
        Text("CSV。diary_<年>.csv", "CSV: diary_YEAR.csv"),
        Text("1行が1人の1日の1媒体", "a row a person's day and medium"),
        (
            Ask("person_id", "0001234", STAFF, note=ZEROS),
            Ask("office_id", "A001"),
            Ask("date", "2018/9/3"),
            Ask(
                "search_min", "0:10", Text("文書を探した時間", "time spent searching for documents"),
                note=Text("会議中・応対中の文書探しは含めない", "without searches made in a meeting or while answering someone"),
            ),
            Ask("searches", "2"),
            Ask("medium", "紙", note=Text("紙・電子・両方", "紙, 電子 or 両方")),
            Ask("weight", "1.25", Text("抽出の重み", "survey weight")),
        ),
        ("氏名", "文書の題名", "感想などの自由記述"),
    ),
    "work_sample": SourceAsk(
        Text("CSV。work_sample_<年>.csv（1回の調査1ファイル）", "CSV: work_sample_YEAR.csv (a file a study)"),
        Text("1行が1所属の1回の観測（見回り）。くじで決めた時刻に、その場にいる人を数える", "a row a round at an office: at a time drawn by lot, those present are counted"),
        (
            Ask("office_id", "A001"),
            Ask("observed_at", "2018/11/12 10:25", note=Text("くじで決めた時刻。都合のよい時に変えない", "the time drawn by lot, not moved to a convenient one")),
            Ask("observed", "12", required=True, note=Text("席や書庫など、見回った場所にいた人", "those at desks, in archives and wherever the round went")),
            Ask("searching", "1", required=True, note=Text("その瞬間に文書を探していた人。会議中・応対中の人は数えない", "searching at that instant; not those in a meeting or answering someone")),
            Ask("searching_paper", "0"),
            Ask("on_duty_min", "7:45", required=True, note=Text("その日の正規の勤務時間など", "the regular working time of the day, for example")),
            Ask("weight", "1.5", Text("抽出の重み。なければ1", "survey weight; 1 where there is none")),
        ),
        ("氏名", "観測者の氏名", "文書の題名", "備考などの自由記述"),
        (
            Text(
                "所属・日・時刻をどう選んだか（くじの方法、対象の所属の数）を添えてください。重みの確かめに使います。",
                "Add how offices, days and times were drawn, and of how many offices: the weights are checked against it.",
            ),
        ),
    ),
}  # fmt: skip
