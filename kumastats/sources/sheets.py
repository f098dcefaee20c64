"""Any file a city sends as sheets of text cells: csv, tsv, txt, xls, xlsx, xlsm, and zips of these.

A file is recognised by its first bytes, not by its name. Nothing in it is computed, fetched or unpacked to disk.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.sources.public.archive import Archive, base_name
from kumastats.sources.public.delimited import read_text
from kumastats.sources.public.sheet import Part, Sheet, column_index, letter
from kumastats.sources.public.xls import LegacyWorkbook
from kumastats.sources.public.xlsx import Workbook
from kumastats.text import Text

__all__ = ["Part", "Sheet", "column_index", "letter", "parts", "sheets"]

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_FOREIGN = ((b"%PDF", "PDF"), (b"PAR1", "Parquet"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"),
            (b"GIF8", "GIF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"))  # fmt: skip


def sheets(path: Path, *, encoding: str | None = None) -> tuple[Sheet, ...]:
    r"""Read every sheet of a file.

    Parameters
    ----------
    encoding
        The encoding of text files, where it is known; by default it is found from the bytes.

    Raises
    ------
    SourceError
        If the file is no table, locked, damaged, or too large when unpacked; a formula has no stored result; a cell
        is longer than any table's.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_bytes("区,件数\n中央区,12\n".encode("cp932"))
    >>> sheet, = sheets(path)
    >>> sheet.rows, sheet.encoding
    ([['区', '件数'], ['中央区', '12']], 'CP932')
    """
    return tuple(part.load() for part in parts(path, encoding=encoding))


def parts(path: Path, *, encoding: str | None = None) -> tuple[Part, ...]:
    """Return a file's sheets still unread, so that one of many can be read alone."""
    return _parts(path.read_bytes(), path.name, encoding, inside=False)


def _parts(data: bytes, file: str, encoding: str | None, *, inside: bool) -> tuple[Part, ...]:
    if data.startswith(_OLE):
        return LegacyWorkbook(data, file).parts()
    if data[:2] == _ZIP and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return _zipped(data, file, encoding, inside)
    for signature, what in _FOREIGN:
        if data.startswith(signature):
            raise _not_a_table(file, what)
    if inside and not data.strip():
        raise SourceError(
            Text("ファイルが空です。", "The file is empty."),
            place=Place(file=file),
            remedy=Text("空のファイルを除いて圧縮し直してください。", "Zip it again without the empty file."),
        )
    return (Part(file, None, False, partial(read_text, data, file, encoding)),)


def _zipped(data: bytes, file: str, encoding: str | None, inside: bool) -> tuple[Part, ...]:
    archive = Archive(data, file)
    if "xl/workbook.xml" in archive.members:
        return Workbook(data, file).parts()
    for member, what in (("xl/workbook.bin", "xlsb"), ("word/document.xml", "Word"), ("content.xml", "ODF")):
        if member in archive.members:
            raise _not_a_table(file, what)
    if inside:
        raise SourceError(
            Text("圧縮ファイルの中に圧縮ファイルがあります。", "A zip lies within a zip."),
            place=Place(file=file),
            remedy=Text("一段だけの圧縮にしてください。", "Zip the files once only."),
        )
    made: list[Part] = []
    for name in archive.names():
        made += _parts(archive.read(name), f"{file}/{base_name(name)}", encoding, inside=True)
    if not made:
        raise _not_a_table(file, Text("空のzip", "an empty zip"))
    return tuple(made)


def _not_a_table(file: str, what: str | Text) -> SourceError:
    kind = Text.of(what)
    return SourceError(
        Text(f"表のファイルではありません（{kind.ja}）。", f"It is not a table file ({kind.en})."),
        place=Place(file=file),
        remedy=Text(
            "csv、tsv、xls、xlsx、またはそのzipで受け取ってください。",
            "Have it sent as csv, tsv, xls or xlsx, or a zip of these.",
        ),
    )
