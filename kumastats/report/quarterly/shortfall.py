"""What would let a comparison with too few units be decided, said plainly; the record keeps the full reason."""

from __future__ import annotations

from kumastats.compare.clusters import FEWEST_A_SIDE, FEWEST_CLUSTERS, undecidable
from kumastats.evidence import EvidenceRecord
from kumastats.text import Text


def plain_reason(record: EvidenceRecord) -> Text:
    """Return why a comparison cannot be decided: for too few units what to add, otherwise the record's own words."""
    reason = record.undecidable_reason or Text("", "")
    units = record.n_clusters
    if units is None:
        return reason
    # the record keeps the units only together: those treated are the split its reason was written for
    treated = next((t for t in range(units + 1) if undecidable(units, t) == reason), None)
    return reason if treated is None else shortfall(units, treated)


def shortfall(units: int, treated: int) -> Text:
    """Say how many units there are, and what more is needed.

    >>> shortfall(6, 5).en
    'Only 6 units can be compared, 5 with it and 1 without: too few to decide. With 4 more, at least 2 of them without it, it can be decided'
    """
    with_it = max(FEWEST_A_SIDE - treated, 0)
    without = max(FEWEST_A_SIDE - (units - treated), 0)
    more = max(FEWEST_CLUSTERS - units, with_it + without)
    sides = [
        (n, side)
        for n, side in ((with_it, Text("導入した", "with")), (without, Text("未導入の", "without")))
        if n
    ]
    if [n for n, _ in sides] == [more]:
        side = sides[0][1]
        add = Text(
            f"{side.ja}単位があと{more}つ加われば、判断できる",
            f"With {more} more {side.en} it, it can be decided",
        )
    else:
        among_ja = "、".join(f"{side.ja}単位を{n}つ以上" for n, side in sides)
        among_en = " and ".join(f"{n} of them {side.en} it" for n, side in sides)
        add = Text(
            f"{among_ja}含め、" * bool(sides) + f"あと{more}単位が加われば、判断できる",
            f"With {more} more" + f", at least {among_en}" * bool(sides) + ", it can be decided",
        )
    return Text(
        f"比べられる単位（職場など）が{units}（導入{treated}、未導入{units - treated}）しかなく、判断できない。{add.ja}",
        f"Only {units} units can be compared, {treated} with it and {units - treated} without: too few to decide. {add.en}",
    )
