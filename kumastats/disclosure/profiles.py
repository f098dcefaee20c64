"""The two profiles of publication, and the partners' approvals that a public release needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kumastats.disclosure.findings import Finding
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.disclosure.rules import primary
from kumastats.disclosure.thresholds import Thresholds
from kumastats.errors import DisclosureError, UsageError
from kumastats.text import Text

Profile = Literal["internal", "public"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
SHOWN = 20


@dataclass(frozen=True, order=True)
class Approval:
    """A partner's recorded approval of one content, by its hash.

    Attributes
    ----------
    by
        The role of who approved, not a name.
    content_hash
        SHA-256 of what was approved; any later change of the content voids it.
    """

    partner: str
    by: str
    on: dt.date
    content_hash: str

    def to_dict(self) -> dict[str, str]:
        """Return the record as JSON holds it."""
        return {
            "partner": self.partner,
            "by": self.by,
            "on": self.on.isoformat(),
            "content_hash": self.content_hash,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Approval:
        """Return the approval `to_dict` wrote."""
        return cls(value["partner"], value["by"], dt.date.fromisoformat(value["on"]), value["content_hash"])


def profile_named(name: str) -> Profile:
    """Return the profile called `name`.

    Raises
    ------
    UsageError
        If there is none.
    """
    for profile in PROFILES:
        if profile == name:
            return profile
    raise UsageError(
        Text(f"公開区分「{name}」はありません。", f"There is no profile “{name}”."),
        remedy=Text("internal（庁内限り）か public（公表）。", "Choose internal or public."),
    )


def check(
    numbers: Iterable[PublishedNumber | PublishedSeries],
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
    profile: Profile = "internal",
) -> tuple[Finding, ...]:
    """Return every rule that `numbers` break, sorted by number.

    Both profiles apply the primary rules. A public release moreover refuses settings looser than the defaults; its
    approvals are checked by `check_approvals`, since they name the finished content.
    """
    found = list(primary(numbers, thresholds))
    default = Thresholds()
    if profile_named(profile) == "public":
        found += [
            Finding(
                name,
                "threshold_too_low",
                Text(
                    f"公表には {name} が {bound:g} {'以下' if most else '以上'}必要です。",
                    f"A public release needs {name} of at {'most' if most else 'least'} {bound:g}.",
                ),
                Text("study.yml の thresholds を直す。", "Mend it under thresholds in study.yml."),
            )
            for name, bound in asdict(default).items()
            for most in (name == "top_share",)  # the one that is stricter the lower it is
            if (getattr(thresholds, name) > bound if most else getattr(thresholds, name) < bound)
        ]
    return tuple(sorted(found))


def check_approvals(
    approvals: Iterable[Approval], content_hash: str, partners: Sequence[str]
) -> tuple[Finding, ...]:
    """Return what is missing for every partner to have approved exactly this content.

    Parameters
    ----------
    approvals
        The recorded approvals, of this and of earlier contents.
    content_hash
        SHA-256 of what is to be released.
    partners
        Ids of all partners; none at all is a finding, for then nobody could approve.
    """
    ask = Text(
        "この内容のハッシュで承認を記録する（publish --approve 連携者=役職）。",
        "Record an approval of this content (publish --approve PARTNER=ROLE).",
    )
    held = sorted(approvals)
    found: list[Finding] = []
    if not partners:
        found.append(
            Finding("partners", "no_partners", Text("承認すべき連携者が登録されていません。", "No partner is registered to approve."),
                    Text("study.yml の partners に書く。", "List them under partners in study.yml."))
        )  # fmt: skip
    for partner in sorted(set(partners)):
        mine = [a for a in held if a.partner == partner]
        fitting = [a for a in mine if a.content_hash == content_hash]
        if any(a.by.strip() for a in fitting):
            continue
        if fitting:
            rule = "approval_without_role"
            text = Text("承認した人の役職がありません。", "The approval names no role.")
        elif mine:
            rule = "approval_of_other_content"
            text = Text("承認の後で内容が変わっています。", "The content has changed since the approval.")
        else:
            rule = "approval_missing"
            text = Text("承認がまだありません。", "There is no approval yet.")
        found.append(Finding(partner, rule, text, ask))
    for stranger in sorted({a.partner for a in held} - set(partners)):
        found.append(
            Finding(stranger, "approval_by_stranger", Text("連携者でない人の承認があります。", "An approval is by someone who is no partner."),
                    Text("study.yml の partners と照らす。", "Compare with partners in study.yml."))
        )  # fmt: skip
    return tuple(sorted(found))


def enforce(
    numbers: Iterable[PublishedNumber | PublishedSeries],
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
    profile: Profile = "internal",
    *,
    approvals: Iterable[Approval] = (),
    content_hash: str = "",
    partners: Sequence[str] = (),
    attack: Sequence[Finding] = (),
) -> None:
    """Let `numbers` pass, or refuse them all.

    Parameters
    ----------
    attack
        What the attack on all releases together found.

    Raises
    ------
    DisclosureError
        If any rule is broken or, for a public release, an approval of `content_hash` is missing. Up to twenty
        findings are told; the values themselves never are.
    """
    found = check(numbers, thresholds, profile)
    found += tuple(attack)
    if profile == "public":
        found += check_approvals(approvals, content_hash, partners)
    if not found:
        return
    shown = found[:SHOWN]
    more = len(found) - len(shown)
    lines = Text("\n".join(f"・{f.text('ja')}" for f in shown), "\n".join(f"- {f.text('en')}" for f in shown))
    rest = Text(f"\n・ほか{more}件", f"\n- and {more} more") if more else Text("", "")
    raise DisclosureError(
        Text(
            f"公開の規則に触れる点が{len(found)}件あります。\n{lines.ja}{rest.ja}",
            f"{len(found)} disclosure findings block this.\n{lines.en}{rest.en}",
        ),
        remedy=Text("各行の対処を行ってから、もう一度。", "Follow the remedies above, then try again."),
    )
