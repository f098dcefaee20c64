"""Results become records. A comparison, a summary and a model answer each in one way, so that all read alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kumastats.compare.result import Comparison
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.disclosure.thresholds import Thresholds
from kumastats.display.numbers import decimals_by_error
from kumastats.evidence.certainty import rate
from kumastats.evidence.record import CheckResult, EvidenceRecord, Status
from kumastats.evidence.template import literal_text
from kumastats.text import Text


@dataclass(frozen=True)
class Origin:
    """Where records of a notebook come from.

    Attributes
    ----------
    snapshot, deliveries
        The snapshot and the deliveries it holds.
    """

    quarter: str
    snapshot: str
    deliveries: tuple[str, ...]
    code_version: str
    notebook: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> dict[str, object]:
        """Return them as fields of a record."""
        return {
            "quarter": self.quarter, "snapshot": self.snapshot, "deliveries": self.deliveries,
            "code_version": self.code_version, "notebook": self.notebook, "parameters": dict(self.parameters),
        }  # fmt: skip


class Asked(Protocol):
    """What a record takes from a question of the study register."""

    @property
    def id(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> Text: ...
    @property
    def smallest_effect(self) -> float | None: ...


def from_comparison(
    comparison: Comparison,
    question: Asked,
    origin: Origin,
    *,
    contributors: int,
    retrospective: bool,
    deviations: Sequence[Text] = (),
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
    series: Iterable[PublishedSeries] = (),
    extra: Iterable[PublishedNumber] = (),
    of_people: bool = True,
    about: Text | None = None,
) -> EvidenceRecord:
    """Return the record of a comparison.

    Parameters
    ----------
    contributors
        Distinct people behind the smaller side.
    retrospective
        Whether the question was locked after data of its post-period were held.
    extra
        Further numbers to keep beside the effect.
    of_people
        Whether units are groups of colleagues, so that a coefficient of one or two of them would tell of these; tickets,
        posts and enquiries are not: their coefficient rests on whoever sent them.
    about
        What was rolled out, so that the sentence says of what it speaks wherever it stands.
    """
    certain = math.isfinite(comparison.ci[0])
    allowed = thresholds.decimals(contributors, comparison.decimals)
    decimals = min(allowed, decimals_by_error(*comparison.ci, most=allowed, fewest=0))
    effect = PublishedNumber(
        "effect", comparison.estimate, "coefficient", n=comparison.n, contributors=contributors, unit=comparison.unit,
        decimals=decimals, low=comparison.ci[0] if certain else None, high=comparison.ci[1] if certain else None,
        units=_smaller_side(comparison) if of_people else contributors,
    )  # fmt: skip
    numbers = [
        effect,
        PublishedNumber("offices", comparison.n_units, "constant", unit=comparison.counted),
        PublishedNumber("treated", _treated(comparison), "constant", unit=comparison.counted),
    ]
    if math.isfinite(comparison.minimal_detectable_effect):
        numbers.append(
            PublishedNumber(
                "detectable",
                comparison.minimal_detectable_effect,
                "simulated",
                unit=comparison.unit,
                decimals=max(1, allowed),
            )
        )
    status: Status = "exploratory"
    if question.kind == "confirmatory":
        status = "retrospective" if retrospective else "confirmatory"
    unresolved = () if _dealt_with(comparison) else comparison.shocks
    return EvidenceRecord(
        id=question.id,
        kind="comparison",
        title=question.text,
        statement=_statement(comparison, about),
        numbers=(*numbers, *extra),
        certainty=rate(
            design=comparison.design,
            decidable=comparison.decidable,
            checks=comparison.checks,
            shocks=unresolved,
            dropped_share=comparison.dropped_share,
            deviations=len(deviations),
            retrospective=question.kind == "confirmatory" and retrospective,
            imprecise=_imprecise(comparison, question.smallest_effect),
        ),
        item=question.item,
        question=question.id,
        measure=comparison.measure,
        unit=comparison.unit,
        estimand=comparison.estimand,
        design=comparison.design,
        inference=comparison.inference,
        decidable=comparison.decidable,
        undecidable_reason=comparison.undecidable_reason,
        headline=comparison.headline,
        status=status,
        checks=tuple(CheckResult(c.name, c.result, c.meaning, _finite(c.value)) for c in comparison.checks),
        shocks=comparison.shocks,
        deviations=tuple(deviations),
        dropped=comparison.dropped,
        n=comparison.n,
        n_units=comparison.n_units,
        n_clusters=comparison.n_clusters,
        series=tuple(series),
        **origin.fields(),  # type: ignore[arg-type]
    )


def _treated(comparison: Comparison) -> int:
    """Return the treated units; where they were averaged into one series, how many went into it."""
    return int(comparison.extra.get("treated_units", comparison.n_treated_clusters))


def _smaller_side(comparison: Comparison) -> int:
    others = comparison.n_clusters - comparison.n_treated_clusters
    return min(_treated(comparison), others) if others else _treated(comparison)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _imprecise(comparison: Comparison, smallest: float | None) -> bool:
    low, high = comparison.ci
    return smallest is not None and low <= 0 <= high and (low <= -smallest or high >= smallest)


def _dealt_with(comparison: Comparison) -> bool:
    check = comparison.check("shocks")
    return check is not None and check.result == "pass"


def _statement(comparison: Comparison, about: Text | None = None) -> Text:
    label = literal_text(comparison.label)
    name = literal_text(about, first=True) if about is not None else None
    if not comparison.decidable:
        it = f"{name.en}: whether it" if name is not None else "Whether the change"
        return Text(
            f"{name.ja if name is not None else '導入'}で{label.ja}が変わったかは、この資料では判断できない（推定値は{{effect.signed}}、{{offices}}）。",
            f"{it} changed the {label.en} cannot be decided from these data (estimate {{effect.signed}}, {{offices}}).",
        )
    low, high = comparison.ci
    ends = Text(
        "（{=95％信頼区間} {effect.interval}、{offices}）", " ({=95% CI} {effect.interval}; {offices})"
    )
    beside = _compared(comparison, name)
    if low <= 0 <= high:
        return Text(
            f"{beside.ja}{label.ja}の差は{{effect.signed}}で、増えたとも減ったとも言えない{ends.ja}。この資料で見分けられるのは{{detectable}}ほどの差からである。",
            f"{beside.en} changed their {label.en} by {{effect.signed}}; neither a rise nor a fall is shown{ends.en}. These data could tell differences from about {{detectable}}.",
        )
    down = comparison.estimate < 0
    return Text(
        f"{beside.ja}{label.ja}は{{effect.abs}}{'少なくなった' if down else '多くなった'}{ends.ja}。",
        f"{beside.en} had {{effect.abs}} {'less' if down else 'more'} {label.en}{ends.en}.",
    )


def _compared(comparison: Comparison, name: Text | None) -> Text:
    """Return whom the finding compares with whom, to begin its sentence; `name` is what was rolled out."""
    units = comparison.counted
    on = f"{name.ja}について、" if name is not None else ""
    if comparison.design in ("its", "comparative_its"):
        from_other = comparison.design == "comparative_its"
        found = Text(
            f"{on}導入の時点で、それまでの傾向と季節{'、比べる系列の動き' if from_other else ''}を超えて、導入した側の",
            f"when the change came, beyond trend and season{' and the control series' if from_other else ''}, those gone live",
        )
    elif comparison.design == "synthetic_control":
        found = Text(
            f"{on}導入前に最もよく似た動きをした{units.ja}の組み合わせと比べ、導入した{units.ja}の",
            f"compared with the mix of {units.en} that followed them best before, {units.en} gone live",
        )
    elif comparison.design == "same_month":
        found = Text(
            f"{on}導入前の同じ月と比べ（比べる相手はなく、効果とは言えない）、導入した{units.ja}の",
            f"against the same months before (with nobody to compare with: no effect), {units.en} gone live",
        )
    else:
        found = Text(
            f"{on}まだ導入していない{units.ja}と比べ、導入した{units.ja}の",
            f"compared with {units.en} not yet live, {units.en} gone live",
        )
    if name is not None:
        return Text(found.ja, f"{name.en}: {found.en}")
    return Text(found.ja, found.en[:1].upper() + found.en[1:])


def descriptive(
    id_: str,
    origin: Origin,
    *,
    item: str,
    title: Text,
    statement: Text,
    numbers: Sequence[PublishedNumber],
    measure: str = "",
    unit: Text = Text("", ""),  # noqa: B008 - frozen
    design: str = "measurement",
    series: Iterable[PublishedSeries] = (),
    n: int | None = None,
    n_units: int | None = None,
    dropped: Mapping[str, int] | None = None,
    reasons: Sequence[Text] = (),
    bound: bool = False,
) -> EvidenceRecord:
    """Return the record of a summary of what was recorded (``measurement``) or of a before/after without comparison
    (``descriptive``).

    Parameters
    ----------
    bound
        Whether the figure is only an upper or lower bound.
    """
    lost = sum((dropped or {}).values())
    return EvidenceRecord(
        id=id_,
        kind="descriptive",
        title=title,
        statement=statement,
        numbers=tuple(numbers),
        certainty=rate(design=design, dropped_share=lost / (lost + n) if n and lost else 0.0, bound=bound),
        item=item,
        measure=measure,
        unit=unit,
        design=design,
        dropped=dropped or {},
        n=n,
        n_units=n_units,
        series=tuple(series),
        reasons=tuple(reasons),
        **origin.fields(),  # type: ignore[arg-type]
    )


def model(
    id_: str,
    origin: Origin,
    *,
    item: str,
    title: Text,
    statement: Text,
    numbers: Sequence[PublishedNumber],
    reasons: Sequence[Text] = (),
    series: Iterable[PublishedSeries] = (),
) -> EvidenceRecord:
    """Return the record of a fitted model's answer to a question nobody tried."""
    return EvidenceRecord(
        id=id_,
        kind="model",
        title=title,
        statement=statement,
        numbers=tuple(numbers),
        certainty=rate(design="model"),
        item=item,
        design="model",
        inference="simulation",
        series=tuple(series),
        reasons=tuple(reasons),
        **origin.fields(),  # type: ignore[arg-type]
    )
