"""Read a YAML file so that every complaint can name its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kumastats.errors import Place, StudyError
from kumastats.text import Text

_MISSING = object()
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same rules in C, where libyaml is there


class Node:
    """A value of a YAML file that knows its line and its path of keys.

    Parameters
    ----------
    value
        The parsed value.
    place
        The file, the line, and the path of keys as column.
    """

    def __init__(self, value: Any, node: yaml.Node, file: str, path: str = ""):
        self.value = value
        self._node = node
        self.place = Place(file=file, row=node.start_mark.line + 1, column=path or None)
        self._path = path

    def error(self, found: Text, remedy: Text | None = None) -> StudyError:
        """Return the error to raise about this value."""
        return StudyError(found, place=self.place, remedy=remedy)

    def _child(self, key: str) -> Node | None:
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error(
                Text("項目の並び（key: value）が必要です。", "A mapping (key: value) is needed here.")
            )
        for k, v in self._node.value:
            if k.value == key and self.value.get(key) is not None:
                return Node(
                    self.value[key], v, self.place.file or "", f"{self._path}.{key}" if self._path else key
                )
        return None

    def has(self, key: str) -> bool:
        """Tell whether `key` is there and not null."""
        return self._child(key) is not None

    def __getitem__(self, key: str) -> Node:
        child = self._child(key)
        if child is None:
            raise self.error(
                Text(f"「{key}」がありません。", f"“{key}” is missing."),
                Text(f"「{key}:」の行を加えてください。", f"Add a line “{key}:”."),
            )
        return child

    def items(self, key: str) -> Iterator[Node]:
        """Yield the entries of the list under `key`; nothing when it is absent."""
        child = self._child(key)
        if child is None:
            return
        yield from child.entries()

    def entries(self) -> Iterator[Node]:
        """Yield the entries of this list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error(
                Text("一覧（- で始まる行）が必要です。", "A list (lines starting with -) is needed here.")
            )
        for i, (v, n) in enumerate(zip(self.value, self._node.value, strict=True)):
            yield Node(v, n, self.place.file or "", f"{self._path}[{i}]")

    def known(self, *keys: str) -> None:
        """Refuse keys that are not listed, so that a typing error is not silently ignored."""
        if isinstance(self.value, dict):
            for k in self.value:
                if k not in keys:
                    raise self.error(
                        Text(f"知らない項目「{k}」があります。", f"Unknown key “{k}”."),
                        Text(f"使えるのは: {', '.join(keys)}", f"Known keys: {', '.join(keys)}"),
                    )

    def string(self, key: str, default: Any = _MISSING) -> str:
        """Return a text."""
        if default is not _MISSING and not self.has(key):
            return default  # type: ignore[no-any-return]
        return str(self[key].value)

    def text(self, key: str) -> Text:
        """Return a bilingual text, given as ``{ja: ..., en: ...}``."""
        node = self[key]
        if isinstance(node.value, dict):
            return Text(node.string("ja"), node.string("en"))
        raise node.error(
            Text("日本語と英語の両方が必要です。", "Both languages are needed."),
            Text("{ja: …, en: …} の形で書いてください。", "Write it as {ja: …, en: …}."),
        )

    def date(self, key: str) -> dt.date:
        """Return a date written as 2018-04-01."""
        node = self[key]
        if isinstance(node.value, dt.date) and not isinstance(node.value, dt.datetime):
            return node.value
        raise node.error(
            Text("日付として読めません。", "Not a date."),
            Text("2018-04-01 の形で書いてください。", "Write it as 2018-04-01."),
        )

    def date_or_none(self, key: str) -> dt.date | None:
        """Return a date, or None when the key is absent."""
        return self.date(key) if self.has(key) else None

    def number(self, key: str, default: Any = _MISSING) -> float:
        """Return a number."""
        if default is not _MISSING and not self.has(key):
            return default  # type: ignore[no-any-return]
        node = self[key]
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise node.error(Text("数として読めません。", "Not a number."))
        return node.value

    def one_of(self, key: str, choices: tuple[str, ...], default: Any = _MISSING) -> str:
        """Return one of the given words."""
        value = self.string(key, default)
        if value not in choices and value is not default:
            raise self[key].error(
                Text(f"「{value}」は使えません。", f"“{value}” is not allowed here."),
                Text(f"選べるのは: {', '.join(choices)}", f"Choose from: {', '.join(choices)}"),
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when absent."""
        return tuple(str(n.value) for n in self.items(key))


def read(path: Path) -> Node:
    """Read `path`.

    Raises
    ------
    StudyError
        If the file is missing, is not YAML, or its top level is not a mapping.
    """
    if not path.is_file():
        raise StudyError(
            Text("研究台帳 study.yml がありません。", "There is no study.yml here."),
            place=Place(file=path.name),
            remedy=Text("`kumastats init フォルダー` で作れます。", "`kumastats init DIR` makes one."),
        )
    try:
        content = path.read_text(encoding="utf-8")
        loader = LOADER(content)
        try:
            node = loader.get_single_node()
            value = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise StudyError(
            Text("YAMLとして読めません。", "Not readable as YAML."),
            place=Place(file=path.name, row=mark.line + 1 if mark else None),
            remedy=Text(
                "UTF-8で保存し、字下げと「:」の後の空白を確かめてください。",
                "Save as UTF-8 and check the indentation and the space after “:”.",
            ),
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise StudyError(Text("中身がありません。", "The file is empty."), place=Place(file=path.name))
    return Node(value, node, path.name)
