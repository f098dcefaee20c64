"""A text in Japanese and English, kept together so that neither can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Lang = Literal["ja", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True, order=True)
class Text:
    """The same sentence in both languages.

    >>> wait = Text("待ち時間は{n}分", "a wait of {n} min")
    >>> wait.format(n=40)("en")
    'a wait of 40 min'
    """

    ja: str
    en: str

    def __call__(self, lang: Lang = "ja") -> str:
        """Return the text in `lang`."""
        return self.ja if lang == "ja" else self.en

    def __str__(self) -> str:
        return f"{self.ja} / {self.en}"

    def format(self, **values: object) -> Text:
        """Fill the placeholders of both languages with the same values."""
        return Text(self.ja.format(**values), self.en.format(**values))

    def to_dict(self) -> dict[str, str]:
        """Return ``{"ja": ..., "en": ...}``, the form kept in JSON and YAML."""
        return {"ja": self.ja, "en": self.en}

    @classmethod
    def of(cls, value: Text | str | dict[str, str]) -> Text:
        """Accept a `Text`, a mapping with ``ja`` and ``en``, or one string for both."""
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return cls(value, value)
        return cls(str(value["ja"]), str(value["en"]))
