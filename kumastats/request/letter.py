"""The letter that asks a city's offices for their exports, in official Japanese with English beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kumastats.calendar import era_year
from kumastats.request.sheets import ColumnSheet
from kumastats.study import Study
from kumastats.text import Text

# what has so far been missing from deliveries, and without which no effect can be shown
MISSING = (
    Text("所属ごとの本稼働日（一斉導入の日だけでなく、実際に使い始めた日）", "go-live dates per unit (not only the city-wide date: the day each really began)"),
    Text("PCのログオン・ログオフの記録（命令簿の時間と突き合わせるため）", "PC log-on and log-off times (to set beside ordered overtime)"),
    Text("3月1日から4月30日までの番号発券機の全件（1枚ごと）", "every counter ticket from 1 March to 30 April, one by one"),
    Text("割増率ごとの時間外勤務命令（125・135・150・160/100）", "overtime orders by premium rate (125, 135, 150, 160/100)"),
    Text("件数・合計（control_totals.csv）を、毎回のデータと一緒に", "control totals (control_totals.csv) with every delivery"),
    Text("識別子の対応表（職員番号・UPN・印刷利用者・PersonId）", "the identity map (staff number, UPN, print user, PersonId)"),
    Text("訂正の履歴（訂正した月・受領した日・理由の区分）", "the history of corrections (month, day, kind of reason)"),
)  # fmt: skip
NEVER = ("氏名", "メールの件名・本文", "会議の件名・出席者名", "文書名", "電話番号", "自由記述", "住所")
NEVER_EN = "names, subjects and bodies of mail, subjects and attendees of meetings, document titles, telephone numbers, free text, addresses"


def letter(study: Study, sheets: Sequence[ColumnSheet], on: dt.date | None) -> str:
    """Return the letter as Markdown.

    Parameters
    ----------
    on
        The date on the letter; left blank by default.
    """
    day = f"{era_year(on)}年{on.month}月{on.day}日" if on else "　　年　　月　　日"
    senders = "・".join(p.name.ja for p in study.partners)
    senders_en = ", ".join(p.name.en for p in study.partners)
    term = study.term
    start, end, due = (f"{era_year(d)}年{d.month}月{d.day}日" for d in (term.start, term.end, term.due))
    listed = "\n".join(f"- {s.label.ja}（シート「{s.name}」）: {s.ask.grain.ja}" for s in sheets)
    listed_en = "\n".join(f"- {s.label.en} (sheet “{s.name}”): {s.ask.grain.en}" for s in sheets)
    missing = "\n".join(f"{i}. {m.ja}" for i, m in enumerate(MISSING, start=1))
    missing_en = "\n".join(f"{i}. {m.en}" for i, m in enumerate(MISSING, start=1))
    return f"""# データ提供のお願い

{day}

関係所属長　様

{senders}

「{study.title.ja}」に使うデータの提供について（依頼）

　日頃より標記の取組に御協力いただき、ありがとうございます。
　この取組（{start}から{end}まで）の結果は、{due}までに事例研究として公表することとしています。効果を正しく、かつ個人が特定されない形で示すため、下記によりデータの提供をお願いします。

記

## 1 お願いするデータ

項目の一覧（列の表）は `column_sheets.xlsx` にあります。

{listed}

## 2 これまで足りなかったもの

{missing}

## 3 送らないでいただくもの

{"、".join(NEVER)}は、送らないでください。届いた場合も、決めた列だけを読むため取り込まれません。

## 4 送り方

- 形式は CSV（CP932 または UTF-8）か Excel。システムから出したままとし、手で直さないでください。
- 職員番号の先頭の 0 を落とさないでください。時間は 25:30 のように 24 時を超えてもそのまま書いてください。
- 訂正があれば、その月の全部を、訂正版として改めてお送りください。
- `control_totals.csv`（ファイル、項目、値）に件数と合計を書き、一緒にお送りください。合わないデータは取り込みません。
- 庁内で定める安全な方法で受け渡し、メールには添付しないでください。

## 5 取扱い

- 職員番号などは、読み込むときに鍵付きハッシュに置き換えます。鍵は倉庫と別に保管し、研究の終了後に廃棄します。ハッシュも個人情報として扱います。
- 公表するのは 10 人以上の集計だけです。職員個人の評価には使いません。
- 利用の根拠となる条例・規程と手続は、貴市の個人情報保護の担当課の確認を受けてください（　　　　　　　　　　）。

---

# Request for data

{on.isoformat() if on else "Date: ____"}

To the heads of the offices concerned

From: {senders_en}

Data for “{study.title.en}”

The results of this programme ({term.start} to {term.end}) are to be published as a case study by {term.due}. So that its effects can be shown rightly, and no person be identified, we ask for the data below.

## 1 Data asked for

The columns are listed in `column_sheets.xlsx`.

{listed_en}

## 2 What has so far been missing

{missing_en}

## 3 What must not be sent

Please leave out {NEVER_EN}. Should they arrive, they are not taken in: only listed columns are read.

## 4 How to send

- CSV (CP932 or UTF-8) or Excel, as the system exports it and not edited by hand.
- Keep leading zeros of staff numbers. Write times beyond midnight as 25:30.
- Send a correction as the whole month again.
- Write rows and totals into `control_totals.csv` (ファイル, 項目, 値) and send it along. Data that do not agree are not taken in.
- Hand over by the safe way the city prescribes, never as an attachment to mail.

## 5 Handling

- Staff numbers and the like become keyed hashes on reading. The key is kept apart from the warehouse and destroyed after the study. Hashes too are treated as personal information.
- Only figures of ten people or more are published. Nothing is used to rate individuals.
- The city's privacy office is to confirm the ordinance and procedure this rests on (____).
"""
