"""Little raw files with made-up content, in the awkward shapes of real ones."""

import datetime as dt
from pathlib import Path

import openpyxl

from kumastats.sources import IdentityKey

KEY = IdentityKey(b"k" * 32)
HEADS = "職員番号,氏名,所属コード,所属名,任用区分,管理職,勤務日,勤務区分,所定,出勤,退勤,休憩,時間外命令,休日勤務,深夜,PCオン,PCオフ"
ROWS = (
    "0012345,架空 一子,A01,総務課,正規,,30. 4. 2,出勤,7:45,8:25,25:30,1:00,8:00,,3:30,8:20,25:25",
    "0012345,架空 一子,A01,総務課,正規,,30. 4. 3,年休,7:45,,,,,,,,",
    "0099999,架空 二郎,B02,中央事務所,会計年度任用,該当,30. 4. 2,テレワーク,7:45,8:30,17:20,1:00,,,,,",
)


def attendance(
    folder: Path,
    *rows: str,
    name: str = "kinmu_201804.csv",
    encoding: str = "cp932",
    banner: str = "勤務実績一覧（平成30年4月分）",
) -> Path:
    path = folder / name
    text = "\r\n".join([banner, HEADS, *(rows or ROWS), "合計,,,,,,3件,,,,,,,,,,", ""])
    path.write_bytes(text.encode(encoding))
    return path


def wide(folder: Path) -> Path:
    days = ",".join(f"{d}日" for d in range(1, 32))
    cells = ["" for _ in range(31)]
    cells[0], cells[3], cells[6] = "2:30", "1:00", "0:45"  # 1, 4 (a Saturday) and 7 April 2015
    path = folder / "meirei_201504.csv"
    path.write_text(
        f"職員番号,氏名,所属コード,所属名,任用区分,管理職,年月,{days},計\n0012345,架空 一子,A01,総務課,正規,,平成27年4月,{','.join(cells)},4:15\n",
        encoding="utf-8",
    )
    return path


def school(
    folder: Path,
    cells: dict[int, object],
    *,
    shift: tuple[int, int] = (0, 0),
    formats: str | None = None,
    name: str = "zaiko_2018_S001.xlsx",
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "4月"
    down, right = shift
    sheet.cell(1, 1, "平成30年度 在校等時間記録 架空小学校（S001）")
    row = 2 + down
    for i, head in enumerate(["職員番号", "氏名", "職名", *range(1, 32), "計"]):
        sheet.cell(row, 1 + right + i, head)
    sheet.cell(row + 1, 1 + right, "0055555")
    sheet.cell(row + 1, 2 + right, "架空 三奈")
    for day, value in cells.items():
        cell = sheet.cell(row + 1, 3 + right + day, value)
        if formats or isinstance(value, dt.timedelta):
            cell.number_format = formats or "[h]:mm"
    sheet.cell(row + 2, 1 + right, "合計")
    path = folder / name
    book.save(path)
    return path


def tickets(folder: Path, *rows: str) -> Path:
    path = folder / "tickets_W1.csv"
    head = "受付番号,庁舎コード,業務,発券日,発券時刻,呼出時刻,終了時刻,窓口番号,状態"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, *rows, ""]).encode())
    return path
