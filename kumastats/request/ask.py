"""What is asked of one source: its columns, what must not be sent, and what has been missing so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from kumastats.text import Text

NONE = Text("", "")


@dataclass(frozen=True)
class Ask:
    """A column.

    Attributes
    ----------
    key
        The reader's name of the column, or its header where the reader finds it by its form.
    example
        An invented cell.
    about
        What it holds; by default the label of the canonical column.
    required
        By default whether the canonical table requires it.
    kind
        Kind of the canonical column, for columns that only the reader knows.
    """

    key: str
    example: str
    about: Text | None = None
    required: bool | None = None
    note: Text = NONE
    kind: str | None = None


@dataclass(frozen=True)
class SourceAsk:
    """A source.

    Attributes
    ----------
    files
        Format and names of the files.
    grain
        What one row is, and how far the extraction goes.
    not_sent
        Columns that must be left out.
    points
        What to mind, above all what has been missing so far.
    as_exported
        Whether the file is sent as the product exports it, without any editing.
    aside
        The reader's columns that are of another layout and not asked for.
    """

    files: Text
    grain: Text
    columns: tuple[Ask, ...]
    not_sent: tuple[str, ...] = ()
    points: tuple[Text, ...] = ()
    as_exported: bool = False
    aside: tuple[str, ...] = field(default=())


STAFF = Text(
    "職員番号。読み込むときに鍵付きハッシュに置き換え、元の番号は残しません",
    "staff number; replaced by a keyed hash on read, the number is not kept",
)
ZEROS = Text("先頭の0を落とさない（文字として出力）", "keep leading zeros (export as text)")
HOURS = Text("時間は 1:30 の形。24時間を超えても 25:30 と書く", "times as 1:30; beyond 24 hours as 25:30")
CORRECTIONS = Text(
    "後から訂正した分は、訂正後の月を丸ごと別のファイルで、訂正した日と理由の区分が分かる訂正履歴とともにお送りください。",
    "Send later corrections as a whole month in a file of its own, with a correction history: the day and the kind of"
    " reason.",
)
