"""What an expression may hold so that every engine gives the same integers.

Divisions, roots, floating-point keys and values, NaN, hashes, approximations and samples differ between DuckDB and Spark,
and ``%`` takes the dividend's sign where Python's takes the divisor's. Divisions belong into `kumastats.warehouse.summary`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kumastats.errors import WarehouseError
from kumastats.text import Text

# names of Ibis operations that DuckDB and Spark were seen to answer alike; whatever is not here is refused
ALLOWED = frozenset(
    {
        "DatabaseTable", "InMemoryTable", "UnboundTable", "SelfReference", "Aggregate", "Project", "Filter", "Sort",
        "Distinct", "DropColumns", "Union", "JoinChain", "JoinLink", "JoinReference", "JoinTable", "SortKey",
        "Field", "Literal", "Alias", "Cast", "Add", "Subtract", "Multiply", "Negate", "Abs", "FloorDivide",
        "Equals", "NotEquals", "Less", "LessEqual", "Greater", "GreaterEqual", "Between", "IdenticalTo", "InValues",
        "And", "Or", "Not", "IsNull", "NotNull", "Coalesce", "FillNull", "IfElse", "SearchedCase", "SimpleCase", "NullIf",
        "Sum", "Count", "CountStar", "CountDistinct", "Min", "Max",
        "Date", "ExtractYear", "ExtractMonth", "ExtractDay", "ExtractHour", "ExtractMinute", "ExtractEpochSeconds",
        "ExtractWeekOfYear", "DayOfWeekIndex", "DateTruncate", "Strftime", "StringConcat",
        "WindowFunction", "WindowBoundary", "RowNumber", "Lag", "Lead",
    }
)  # fmt: skip


def refused(expression: Any, keys: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return what of an Ibis expression engines may answer differently, sorted; nothing is the good case.

    Parameters
    ----------
    keys
        Names of the output columns that are keys. With them, every other column must be an integer.

    Examples
    --------
    >>> import ibis
    >>> t = ibis.table({"office_id": "string", "minutes": "int64"}, name="t")
    >>> refused(t.group_by("office_id").aggregate(n=t.count(), s1=t.minutes.sum()))
    ()
    >>> refused(t.aggregate(hours=t.minutes.sum() / 60))
    ('Divide',)
    """
    import ibis.expr.operations as ops

    found = {name for node in expression.op().find(ops.Node) for name in _refused(node, ops)}
    if keys is not None:
        found |= {
            f"{name}: {kind}"
            for name, kind in expression.schema().items()
            if (name in keys and kind.is_floating()) or (name not in keys and not kind.is_integer())
        }
    return tuple(sorted(found))


def refuse(expression: Any, keys: Sequence[str] | None = None) -> None:
    """Raise unless engines agree about an expression.

    Raises
    ------
    WarehouseError
        Naming the operations.
    """
    found = refused(expression, keys)
    if found:
        told = ", ".join(found)
        raise WarehouseError(
            Text(
                f"エンジンによって答えの変わる計算です: {told}",
                f"Engines answer this differently: {told}",
            ),
            remedy=Text(
                "整数の n・Σ・Σ² だけを求め、割り算は kumastats.warehouse.summary で行ってください。",
                "Ask for integers (n, Σ, Σ²) only; divide in kumastats.warehouse.summary.",
            ),
        )


def _refused(node: Any, ops: Any) -> Iterator[str]:
    name = type(node).__name__
    if name not in ALLOWED:
        yield name
    elif isinstance(node, ops.FloorDivide):
        if not _by_positive_constant(node, ops):
            yield name
    elif isinstance(node, ops.Value) and node.dtype.is_floating() and not isinstance(node, ops.Field):
        yield f"{name} (floating point)"  # a column of scores may be left out, never computed with


def _by_positive_constant(node: Any, ops: Any) -> bool:
    """Tell whether it floors an integer by a positive constant, which both engines do alike, below zero too."""
    return (
        isinstance(node.right, ops.Literal)
        and node.right.dtype.is_integer()
        and int(node.right.value) > 0
        and node.left.dtype.is_integer()
    )
