"""Columns of words: texts, codes, categories, yes and no, and identities as keyed hashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from kumastats.errors import SourceError
from kumastats.sources.columns import Coded, Columns, symbol
from kumastats.sources.identity import IdentityKey, pattern
from kumastats.sources.raw import plain
from kumastats.text import Text

NO = ("false", "0", "no", "n", "いいえ", "無", "未", "×", "非該当", "-")
_CODE = re.compile(r"(?=\S{0,23}[0-9A-Za-z])\S{1,24}")
_PHONE = r"\d{2,5}-\d{1,4}-\d{3,4}"
_NAME = r"[\u3400-\u9fff々〆ヶ]{1,4}[\s\u3000][\u3040-\u30ff\u3400-\u9fff々ー]{1,6}"
_PERSONAL = re.compile(rf"{_NAME}|{_PHONE}|\S+@\S+")
LONG_WORD, MANY_WORDS = 40, 500


class Words(Columns):
    """Reads columns of words."""

    def text(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return text; empty cells are None."""
        made = self.coded_text(name, required=required)
        return None if made is None else made.spread()

    def coded_text(self, name: str, *, required: bool = True) -> Coded | None:
        """Return text as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None
        return Coded(
            self._known(f"text {name}", column, lambda: _folded, "runs_as_formula", None), column.codes
        )

    def code(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return codes of offices and posts: no spaces, and a digit or Latin letter somewhere; else a defect.

        Names that the mapping lists under `values` become the codes it gives them.
        """
        made = self.coded_code(name, required=required)
        return None if made is None else made.spread()

    def coded_code(self, name: str, *, required: bool = True) -> Coded | None:
        """Return codes as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None

        codes = {plain(k): v for k, v in (self.spec(name).values or {}).items()}

        def one(value: str) -> str:
            folded = _folded(codes.get(plain(value), value))
            if not _CODE.fullmatch(folded) or _PERSONAL.fullmatch(folded):
                raise SourceError(
                    Text(f"コードの形ではありません（形: {pattern(value)}）。", f"This is no code (its form: {pattern(value)})."),
                    remedy=Text(
                        f"列がずれていないか確かめてください。名前で書かれているなら、対応表に {name}: {{column: 見出し, values: {{名前: コード}}}} と書いてください。",
                        f"Check whether the columns have shifted. Names instead of codes: write {name}: {{column: HEADER, values: {{NAME: CODE}}}} into the mapping.",
                    ),
                )  # fmt: skip
            return folded

        return Coded(self._known(f"code {name}", column, lambda: one, "unreadable_code", None), column.codes)

    def word(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return the words of a column with few of them: procedures, topics, areas.

        What looks like someone's – a name in two parts, a telephone number, an e-mail address, a long text, a
        column of ever new values – is a defect, for a column may have shifted. Words the mapping lists under
        `values` are taken as they say.
        """
        if self.spec(name).values is not None:
            return self.category(name, {}, required=required)
        column = self.column(name, required=required)
        if column is None:
            return None
        many = len(column.used()) > MANY_WORDS

        def one(value: str) -> str:
            folded = _folded(value)
            if many or len(folded) > LONG_WORD or _PERSONAL.fullmatch(folded):
                raise SourceError(
                    Text(
                        f"分類の言葉ではなく、個人に関わるもののようです（形: {pattern(value)}）。",
                        f"This looks like someone's rather than a category (its form: {pattern(value)}).",
                    ),
                    remedy=Text(
                        f"列がずれていないか確かめてください。正しければ対応表の {name}.values に書いてください。",
                        f"Check whether the columns have shifted; if it is right, list it under {name}.values in the mapping.",
                    ),
                )
            return folded

        return self._read(f"word {name}", column, lambda: one, "looks_personal", None)

    def hashed(
        self, name: str, kind: str, key: IdentityKey, *, required: bool = True
    ) -> npt.NDArray[Any] | None:
        """Return keyed hashes. A value that is no identity is told by its pattern only."""
        made = self.coded_hash(name, kind, key, required=required)
        return None if made is None else made.spread()

    def coded_hash(self, name: str, kind: str, key: IdentityKey, *, required: bool = True) -> Coded | None:
        """Return keyed hashes as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None

        def one(value: str) -> str:
            folded = unicodedata.normalize("NFKC", value)
            if required and not re.fullmatch(r"[0-9A-Za-z@._\-]{3,64}", folded):
                form = pattern(value)
                raise SourceError(
                    Text(f"識別番号の形ではありません（形: {form}）。", f"This is no identity (its form: {form})."),
                    remedy=Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
                )  # fmt: skip
            return key.hash_one(kind, value)

        known = self._known(f"hash {kind} {name}", column, lambda: one, "unreadable_identity", None)
        return Coded(known, column.codes)

    def category(self, name: str, values: Map[str, str], *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return canonical values of a column with few of them; an unknown one is a defect."""
        made = self.coded_category(name, values, required=required)
        return None if made is None else made.spread()

    def coded_category(self, name: str, values: Map[str, str], *, required: bool = True) -> Coded | None:
        """Return canonical values as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None
        spec = self.spec(name)
        known = {plain(k): v for k, v in (spec.values if spec.values is not None else values).items()}

        def one(value: str) -> str:
            found = known.get(plain(value), spec.default)
            if found is None:
                listed = "、".join(sorted(known))
                raise SourceError(
                    Text(f"知らない値「{value}」です。", f"The value “{value}” is unknown."),
                    remedy=Text(
                        f"対応表の {name}.values に書いてください（今あるのは {listed}）。",
                        f"Add it under {name}.values in the mapping (known: {listed}).",
                    ),
                )
            return found

        made = self._known(f"category {name}", column, lambda: one, "unknown_value", known.get(""))
        return Coded(made, column.codes)

    def flags(
        self, name: str, true: Sequence[str], false: Sequence[str] = NO, *, required: bool = False
    ) -> npt.NDArray[Any] | None:
        """Return True, False or None (an empty cell, unless ``""`` is among the words); other words are defects."""
        column = self.column(name, required=required)
        if column is None:
            return None
        words = {symbol(w): False for w in false} | {symbol(w): True for w in true}
        spec = self.spec(name)
        if spec.values is not None:
            words = {symbol(k): v == "true" for k, v in spec.values.items()}

        def one(value: str) -> bool:
            if symbol(value) not in words:
                listed = "、".join(sorted(words))
                raise SourceError(
                    Text(f"「{value}」が有無のどちらか分かりません。", f"“{value}” is neither yes nor no."),
                    remedy=Text(
                        f"対応表の {name}.values に true か false として書いてください（今あるのは {listed}）。",
                        f"Add it under {name}.values in the mapping as true or false (known: {listed}).",
                    ),
                )
            return words[symbol(value)]

        return self._read(f"flag {name}", column, lambda: one, "unknown_value", words.get(""))


def _folded(value: str) -> str:
    """Return a text in one width.

    Raises
    ------
    SourceError
        If a spreadsheet that opens the text would run it as a formula.
    """
    folded = unicodedata.normalize("NFKC", value)
    if (len(folded) > 1 and folded[0] in "=+@\t") or re.match(r"-\D", folded):
        raise SourceError(
            Text(f"数式として動く書き方です（形: {pattern(value)}）。", f"A spreadsheet would run it as a formula (its form: {pattern(value)})."),
            remedy=Text("元のデータで先頭の記号を除いてください。", "Remove the sign in front of it at its source."),
        )  # fmt: skip
    return folded
