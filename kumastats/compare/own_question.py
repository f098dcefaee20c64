"""A question of an analyst's own, outside the register: answered by the same road, and always exploratory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from kumastats.calendar import iso_day
from kumastats.compare.answer import Answer, answer
from kumastats.compare.asked import DESIGNS
from kumastats.errors import UsageError, names_known
from kumastats.measures import measure as measure_named
from kumastats.study import Question, Study
from kumastats.study.register import COMPARISONS
from kumastats.text import Text
from kumastats.warehouse import Snapshot


def ask(
    study: Study,
    snapshot: Snapshot,
    *,
    measure: str,
    initiative: str,
    start: dt.date | str,
    end: dt.date | str,
    design: str = "did",
    comparison: str = "not_yet_live",
    cohorts: Sequence[dt.date | str] = (),
    negative_control: str | None = None,
) -> Answer:
    """Answer whether an initiative of the study changed a measure.

    Parameters
    ----------
    measure, initiative, negative_control
        Ids of measures and of an initiative of the register.
    start, end
        The window compared, as days or ``2018-07-01``.
    design, comparison, cohorts
        As in ``study.yml``.

    Raises
    ------
    UsageError
        If an initiative, a design, a comparison or a day is not known, or the window ends before it starts.
    CompareError, MeasureError, WarehouseError
        If the data do not allow it.
    """
    _one_of("initiative", initiative, study.initiatives)
    _one_of("design", design, DESIGNS)
    _one_of("comparison", comparison, COMPARISONS)
    first, last = _day("start", start), _day("end", end)
    if first >= last:
        raise UsageError(
            Text("期間の終わりが始まりより前です。", "The window ends before it starts."),
            remedy=Text("end を start より後の日に。", "Let end be a day after start."),
        )
    reform, outcome = study.initiatives[initiative], measure_named(measure)
    question = Question(
        id=f"own-{measure}-{initiative}",
        item=reform.item,
        text=Text(
            f"{reform.label.ja}で、{outcome.label.ja}は変わったか",
            f"{reform.label.en}: did it change {outcome.label.en}?",
        ),
        initiative=initiative,
        measure=measure,
        negative_control=negative_control,
        population="",
        design=design,
        comparison=comparison,
        start=first,
        end=last,
        cohorts=tuple(sorted(_day("cohorts", c) for c in cohorts)),
        cluster=outcome.unit_column,
        smallest_effect=None,
        kind="exploratory",
    )
    return answer(question, study, snapshot)


def _one_of(what: str, given: str, known: Iterable[str]) -> None:
    if given not in known:
        raise UsageError(
            Text(f"{what} に「{given}」はありません。", f"{what}: there is no “{given}”."),
            remedy=names_known(given, known),
        )


def _day(what: str, given: dt.date | str) -> dt.date:
    if isinstance(given, dt.datetime):  # a pandas Timestamp is one
        return given.date()
    return given if isinstance(given, dt.date) else iso_day(what, given)
