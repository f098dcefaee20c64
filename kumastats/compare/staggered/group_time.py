"""Group-time effects ATT(g, t) of Callaway and Sant'Anna (2021, Journal of Econometrics 225(2)) with their influence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from kumastats.compare.cells import Bools, Floats, Ints
from kumastats.compare.long import LongPanel
from kumastats.compare.staggered.adjusted import Method, adjusted
from kumastats.compare.staggered.cells import Base, Cell, Control, lay_out_cells, members
from kumastats.errors import CompareError
from kumastats.text import Text

Missing = Literal["complete_units", "pairs", "cross_sections"]


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Effects by group and period.

    Attributes
    ----------
    group, time, effect
        First treated time, period and effect of each cell (K,).
    influence
        Sum over each cluster of its units' influence (G, K); the squares of a column sum to the cell's variance.
    groups, share, share_influence
        The groups, their weight in the sample and its influence by cluster.
    """

    panel: LongPanel
    group: Floats
    time: Floats
    base: Floats
    effect: Floats
    influence: Floats
    groups: Floats
    share: Floats
    share_influence: Floats
    treated: Ints
    n_used: int
    dropped: dict[str, int]
    without_control: int


def group_time(
    panel: LongPanel,
    *,
    control: Control,
    method: Method = "dr",
    base: Base = "varying",
    anticipation: float = 0,
    missing: Missing | None = None,
) -> GroupTime:
    """Estimate every cell that has a base period and a control group.

    Parameters
    ----------
    missing
        What to do with units not seen in every period: keep only ``complete_units``; in each cell, keep the ``pairs`` seen
        in both its periods; or compare means of whoever is seen (``cross_sections``, also for samples drawn afresh).
        There is no default: the three answer differently.

    Raises
    ------
    CompareError
        If nobody is treated or left to compare with, or rows are missing and no rule is named.
    """
    dropped = dict(panel.dropped)
    if missing != "cross_sections" and not panel.balanced:
        if missing is None:
            raise _unnamed(panel)
        if missing == "complete_units":
            whole = panel.complete_units()
            dropped["incomplete_unit"] = len(panel) - len(whole)
            panel = whole
    if not np.isfinite(panel.first).any():
        raise CompareError(Text("導入した単位がありません。", "No unit is treated within the data."))
    cells, without = lay_out_cells(
        panel.time, panel.first, control=control, base=base, anticipation=anticipation
    )
    if not any(panel.time[c.at] >= c.group for c in cells):
        raise CompareError(
            Text(
                "比べる相手（まだ導入していない単位）がありません。",
                "There is nobody to compare with: no unit is never or not yet treated while others are.",
            )
        )
    if missing == "cross_sections":
        effect, influence = _cross_sections(panel, cells)
    else:
        effect, influence = _panel(panel, cells, method)
    held = np.isfinite(effect)
    if not held.all():
        without += int((~held).sum())
        cells = [c for c, ok in zip(cells, held, strict=True) if ok]
        effect, influence = effect[held], influence[:, held]
    groups = np.unique([c.group for c in cells])
    indicator = panel.weight[:, None] * (panel.first[:, None] == groups[None, :])
    share = indicator.mean(axis=0)
    used = {m for c in cells for m in (c.group, *c.control)}
    return GroupTime(
        panel=panel,
        group=np.array([c.group for c in cells]),
        time=panel.time[[c.at for c in cells]],
        base=panel.time[[c.base[-1] for c in cells]],
        effect=effect,
        influence=_by_cluster(influence, panel),
        groups=groups,
        share=share,
        share_influence=_by_cluster((indicator - share) / len(indicator), panel),
        treated=np.unique(panel.cluster[np.isfinite(panel.first)]),
        n_used=int(np.isin(panel.first, list(used))[panel.unit].sum()),
        dropped={k: n for k, n in dropped.items() if n},
        without_control=without,
    )


def _panel(panel: LongPanel, cells: Sequence[Cell], method: Method) -> tuple[Floats, Floats]:
    y = panel.wide(panel.y)
    effect, influence = np.full(len(cells), np.nan), np.zeros((len(panel.units), len(cells)))
    plain = panel.x.shape[1] == 0
    x = [panel.wide(panel.x[:, k]) for k in range(panel.x.shape[1])]
    # cells that share group and controls are taken together
    for _, block in groupby(range(len(cells)), key=lambda k: (cells[k].group, cells[k].control)):
        these = list(block)
        inside = members(panel.first, (cells[these[0]].group,))
        units = np.flatnonzero(inside | members(panel.first, cells[these[0]].control))
        d, w = inside[units], panel.weight[units]
        at, rows = [cells[k].at for k in these], y[units]
        change = rows[:, at] - _base(rows, [cells[k].base for k in these])
        if plain:
            effect[these], influence[units[:, None], np.array(these)[None, :]] = _means(change, d, w)
            continue
        for j, k in enumerate(these):
            if cells[k].base == (at[j],):
                effect[k] = 0.0
                continue
            early = min(at[j], *cells[k].base)
            design = np.column_stack([np.ones(len(units)), *(v[units, early] for v in x)])
            seen = np.isfinite(change[:, j]) & np.isfinite(design).all(axis=1)
            if d[seen].any() and (~d[seen]).any():
                made, part = adjusted(change[seen, j], d[seen], design[seen], w[seen], method)
                effect[k], influence[units[seen], k] = made, part
    return effect, influence


def _base(rows: Floats, bases: Sequence[tuple[int, ...]]) -> Floats:
    """Return each unit's mean over the base periods of each cell; NaN where it is seen in none."""
    if all(len(b) == 1 for b in bases):
        return rows[:, [b[0] for b in bases]]
    chosen = np.zeros((rows.shape[1], len(bases)))
    for j, base in enumerate(bases):
        chosen[list(base), j] = 1
    seen = np.isfinite(rows)
    with np.errstate(invalid="ignore"):
        return np.asarray((np.where(seen, rows, 0.0) @ chosen) / (seen @ chosen))


def _means(change: Floats, treated: Bools, weight: Floats) -> tuple[Floats, Floats]:
    """Return differences of mean changes between treated and controls, and each unit's influence."""
    influence = np.zeros_like(change)
    effect = np.zeros(change.shape[1])
    whole = bool(np.isfinite(change).all())
    for side, sign in ((treated, 1.0), (~treated, -1.0)):
        w = weight[side][:, None]
        own = change[side]
        if whole:
            mean = (weight[side] @ own) / weight[side].sum()
            influence[side] = sign / weight[side].sum() * w * (own - mean)
        else:
            seen = np.isfinite(own)
            total = (w * seen).sum(axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = np.where(seen, w * own, 0.0).sum(axis=0) / total
                influence[side] = np.where(seen, sign * w * (own - mean) / total, 0.0)
        effect += sign * mean
    return effect, influence


def _cross_sections(panel: LongPanel, cells: Sequence[Cell]) -> tuple[Floats, Floats]:
    if panel.x.shape[1]:
        raise CompareError(
            Text(
                "反復横断データでは共変量を使えません。",
                "Covariates are not taken with repeated cross-sections.",
            ),
            remedy=Text("共変量なしで比べてください。", "Compare without them."),
        )
    y, out = panel.wide(panel.y), np.zeros((len(panel.units), len(cells)))
    effect = np.full(len(cells), np.nan)
    for k, cell in enumerate(cells):
        made = 0.0
        for groups, side in (((cell.group,), 1.0), (cell.control, -1.0)):
            mine = members(panel.first, groups)
            if len(cell.base) > 1:
                raise CompareError(
                    Text(
                        "反復横断データの基準は一期間です。", "Repeated cross-sections take one base period."
                    )
                )
            for place, sign in ((cell.at, side), (cell.base[0], -side)):
                units = np.flatnonzero(mine & np.isfinite(y[:, place]))
                w = panel.weight[units]
                if not len(units):
                    made = np.nan
                    continue
                mean = float(w @ y[units, place] / w.sum())
                made += sign * mean
                out[units, k] += sign * w * (y[units, place] - mean) / w.sum()
        effect[k] = made
    return effect, out


def _by_cluster(values: Floats, panel: LongPanel) -> Floats:
    if len(panel.clusters) == len(panel.units) and (panel.cluster == np.arange(len(panel.units))).all():
        return values
    order = np.argsort(panel.cluster, kind="stable")
    starts = np.flatnonzero(np.diff(panel.cluster[order], prepend=-1))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0))


def _unnamed(panel: LongPanel) -> CompareError:
    seen = np.bincount(panel.unit, minlength=len(panel.units))
    part = int((seen < len(panel.periods)).sum())
    return CompareError(
        Text(
            f"全期間そろわない単位が{part}あります。",
            f"{part} of {len(panel.units)} units are not seen in every period.",
        ),
        remedy=Text(
            "missing に complete_units・pairs・cross_sections のどれかを指定してください。答えが変わります。",
            "Name a rule: missing='complete_units', 'pairs' or 'cross_sections'. They answer differently.",
        ),
    )
