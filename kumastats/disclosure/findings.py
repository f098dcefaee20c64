"""What a disclosure rule found, in both languages, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from kumastats.text import Lang, Text


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a number or a release breaks. It never states the value or the small count itself.

    Attributes
    ----------
    subject
        The number (``name``, or ``name[x]`` of a series) or the partner.
    rule
        The id of the rule.
    """

    subject: str
    rule: str
    found: Text
    remedy: Text

    def text(self, lang: Lang = "ja") -> str:
        """Return the finding and its remedy as a line."""
        return f"{self.subject}: {self.found(lang)} {Text('対処: ', 'Remedy: ')(lang)}{self.remedy(lang)}"

    def to_dict(self) -> dict[str, object]:
        """Return the finding for ``--json``."""
        return {
            "subject": self.subject,
            "rule": self.rule,
            "found": self.found.to_dict(),
            "remedy": self.remedy.to_dict(),
        }
