"""Answers to one question in one or more waves, as arrays, with weights that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
COLUMNS = ("response_id", "wave", "score", "scale_max", "weight")
THOUSAND = 1000
TOLERANCE = 0.005  # weights are rounded to thousandths when they are delivered


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to a question, a row a respondent and wave.

    Attributes
    ----------
    score
        1 to `top` (n,).
    wave, unit
        Wave (``FY2019``), and office or ward of each answer; "" where the survey does not say it.
    weight
        Mean 1 over the respondents of a wave where the survey came with weights, else 1 (n,).
    weighted
        Whether the survey came with weights.
    top
        The highest score of the scale.
    unanswered
        Respondents who left the question out, by wave.
    """

    score: Floats
    wave: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    weight: Floats
    weighted: bool
    top: int
    unanswered: dict[str, int]

    def __len__(self) -> int:
        return len(self.score)

    @property
    def waves(self) -> tuple[str, ...]:
        """Waves in order."""
        return tuple(sorted(set(self.wave.tolist())))

    @property
    def satisfied(self) -> Floats:
        """1 for the two highest answers (``top two box``), else 0."""
        return (self.score >= self.top - 1).astype(np.float64)

    def of(self, wave: str) -> Answers:
        """Return the answers of one wave."""
        return self.where(self.wave == wave)

    def where(self, kept: npt.NDArray[np.bool_]) -> Answers:
        """Return some of the answers."""
        return Answers(
            self.score[kept], self.wave[kept], self.unit[kept], self.weight[kept], self.weighted, self.top, self.unanswered
        )  # fmt: skip

    def frame(self, weight: Floats | None = None) -> pd.DataFrame:
        """Return columns answer, wave, unit and weight (their own, or `weight`)."""
        return pd.DataFrame(
            {"answer": self.score, "wave": self.wave, "unit": self.unit, "weight": self.weight if weight is None else weight}
        )  # fmt: skip


def answers(
    rows: pd.DataFrame, *, unit: str = "office_id", population_size: dict[str, float] | None = None
) -> Answers:
    """Return the answers to a question.

    Parameters
    ----------
    rows
        Rows of ``survey_response`` of one population and one question; weights in thousandths.
    unit
        Column of the office or ward.
    population_size
        People each wave was sent to, where known: weights may add up to it.

    Raises
    ------
    WorkloadError
        If a column is missing, nobody answered, waves have different scales, or weights do not add up.
    """
    lacking = [c for c in (*COLUMNS, unit) if c not in rows.columns]
    if lacking:
        raise WorkloadError(
            Text(
                f"アンケートの列が足りません: {', '.join(lacking)}",
                f"The survey lacks: {', '.join(lacking)}",
            )
        )
    asked = rows.sort_values(["wave", "response_id"], kind="stable", ignore_index=True)
    known = asked["score"].notna()
    kept = asked[known]
    if kept.empty:
        raise WorkloadError(Text("答えが一つもありません。", "There is no answer."))
    tops = sorted({int(t) for t in kept["scale_max"].dropna()})
    if len(tops) != 1:
        raise WorkloadError(
            Text(
                f"回によって段階の数が違います（{tops}）。", f"Waves have scales of different length ({tops})."
            ),
            remedy=Text("対応表の values で同じ段階に直してください。", "Recode to one scale in the mapping (values)."),
        )  # fmt: skip
    weighted = bool(asked["weight"].notna().any())
    weight = np.ones(len(kept))
    if weighted:
        for wave, mine in asked.groupby("wave", sort=True):
            check_weights(
                (mine["weight"].astype("Float64") / THOUSAND).to_numpy(dtype=float, na_value=np.nan),
                str(wave),
                (population_size or {}).get(str(wave)),
            )
        given = kept["weight"].astype(float).to_numpy()
        means = asked.groupby("wave")["weight"].transform(lambda w: w.astype(float).mean())[known].to_numpy()
        weight = given / means
    return Answers(
        score=np.asarray(kept["score"], dtype=np.float64),
        wave=kept["wave"].to_numpy(dtype=object),
        unit=kept[unit].astype(object).where(kept[unit].notna(), "").to_numpy(dtype=object),
        weight=np.asarray(weight, dtype=np.float64),
        weighted=weighted,
        top=tops[0],
        unanswered={str(w): int(n) for w, n in asked[~known].groupby("wave").size().items()},
    )


def check_weights(weights: npt.ArrayLike, wave: str, size: float | None = None) -> None:
    """Refuse weights that do not add up: to the number of respondents, or to the people the survey stands for.

    Raises
    ------
    WorkloadError
        Naming both sums; also where a weight is missing or negative.
    """
    w = np.asarray(weights, dtype=float)
    if np.isnan(w).any() or (w < 0).any():
        raise WorkloadError(
            Text(
                f"{wave}: {int(np.isnan(w).sum())}人に重みがなく、{int((w < 0).sum())}人の重みが負です。",
                f"{wave}: {int(np.isnan(w).sum())} respondents have no weight and {int((w < 0).sum())} a negative one.",
            ),
            remedy=Text("全員に重みをつけるか、重みの列を外してください。", "Give all of them a weight, or leave the column out."),
        )  # fmt: skip
    wanted = [float(len(w))] + ([float(size)] if size else [])
    total = float(w.sum())
    if not any(abs(total - x) <= max(TOLERANCE * x, 0.5) for x in wanted):
        told = Text(
            f"回答者{len(w):,}人" + (f"か対象者{size:,.0f}人" if size else ""),
            f"the {len(w):,} respondents" + (f" or the {size:,.0f} people asked" if size else ""),
        )
        raise WorkloadError(
            Text(
                f"{wave}: 重みの合計{total:,.1f}が{told.ja}と合いません。",
                f"{wave}: the weights add up to {total:,.1f}, not to {told.en}.",
            ),
            remedy=Text(
                "重みは千分率です。合計が回答者数か対象者数になるように直してください。",
                "Weights are thousandths; rescale them to add up to the respondents or to the people asked.",
            ),
        )
