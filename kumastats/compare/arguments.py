"""Arguments of the public comparisons: a wrong kind of value is told by its name, what was found and what is allowed.

The kinds are those of the functions' own annotations, so that they are written once. Only the names that `kumastats.compare` hands
out are watched; calls from module to module are not.
"""

from __future__ import annotations

import ast
import datetime as dt
import functools
import inspect
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from numbers import Integral, Real
from typing import ParamSpec, TypeVar, get_args

import numpy as np
import pandas as pd

from kumastats.errors import CompareError
from kumastats.text import Text

P = ParamSpec("P")
R = TypeVar("R")
Fits = Callable[[object], bool]
DAY = "dt.date"
LONGEST = 40  # characters of a value that an error repeats
CLASSES = frozenset(
    {"Design", "Fit", "LongPanel", "MomentCells", "Plan", "Subject", "Comparison", "Generator", "DataFrame"}
)
OUTCOME = ("id", "label", "unit", "better", "scale", "decimals")  # of the protocol `Outcome`
ARRAYS = frozenset({"ArrayLike", "Array", "Floats", "NDArray"})
COLLECTIONS = frozenset({"Sequence", "list", "tuple", "Live"})
NAMES: Mapping[str, Text] = {
    "DataFrame": Text("表（pandas の DataFrame）", "a table (pandas DataFrame)"),
    "Generator": Text("乱数の生成器（numpy.random.default_rng(種)）", "a generator of random numbers (numpy.random.default_rng(seed))"),
    "Mapping": Text("対応（辞書など）", "a mapping such as a dict"),
    "ArrayLike": Text("数の並び", "a sequence of numbers"),
    "Sequence": Text("並び（リストなど）", "a sequence such as a list"),
    "str": Text("文字列", "a text"),
    "int": Text("整数", "a whole number"),
    "float": Text("数", "a number"),
    "bool": Text("True か False", "True or False"),
    "date": Text("日付（datetime.date）", "a day (datetime.date)"),
    "None": Text("None", "None"),
    "level": Text("0と1の間の数（95％なら 0.95）", "a number between 0 and 1 (0.95 for 95%)"),
    "Outcome": Text("指標（kumastats.measure(\"…\") など）", "an outcome such as kumastats.measure(\"…\")"),
    "callable": Text("関数", "a function"),
}  # fmt: skip


def watched(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, refusing arguments that its annotations do not allow.

    Raises
    ------
    CompareError
        On the call: which argument, what was found, and what is allowed.

    >>> from kumastats.compare import paired_t
    >>> paired_t("x", [1, 2])
    Traceback (most recent call last):
    kumastats.errors.CompareError: paired_t(): “before” cannot be 'x' (str).
    ...
    """
    signature = inspect.signature(function)
    annotations = {name: str(p.annotation) for name, p in signature.parameters.items()}

    @functools.cache
    def kinds(name: str) -> tuple[tuple[Fits, Text], ...]:
        return tuple(_alternatives(name, annotations[name], function.__module__))

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            allowed = kinds(name)
            if allowed and not any(fits(value) for fits, _ in allowed):
                raise _refused(function.__name__, name, value, [told for _, told in allowed])
            if isinstance(value, dt.datetime) and DAY in annotations[name].split(" | "):
                bound.arguments[name] = value.date()  # pandas' Timestamp does not compare with a day
        return function(*bound.args, **bound.kwargs)

    return call


def _refused(function: str, name: str, value: object, allowed: list[Text]) -> CompareError:
    kind = type(value).__name__
    shown = repr(value) if isinstance(value, str | Real | dt.date | None) else ""
    found = f"{shown} ({kind})" if 0 < len(shown) <= LONGEST else kind
    told = list(dict.fromkeys(allowed))
    return CompareError(
        Text(
            f"{function}() の引数「{name}」に {found} は渡せません。",
            f"{function}(): “{name}” cannot be {found}.",
        ),
        remedy=Text(
            f"{name} に渡せるのは、{'、または'.join(t.ja for t in told)}です。",
            f"{name} takes {', or '.join(t.en for t in told)}.",
        ),
    )


def _alternatives(name: str, annotation: str, module: str) -> Iterator[tuple[Fits, Text]]:
    """Yield a test and its words for each kind that an annotation allows; nothing where any value may stand."""
    if name == "level":
        yield _is_share, NAMES["level"]
        return
    parts = [p for p in _split(annotation, "|") if p]
    made = [_kind(part, module) for part in parts]
    if all(m is not None for m in made):
        yield from (m for m in made if m is not None)


def _kind(part: str, module: str) -> tuple[Fits, Text] | None:
    head, _, rest = part.partition("[")
    short = head.split(".")[-1]
    if short == "Literal":
        return _one_of([ast.literal_eval(v.strip()) for v in _split(rest.rstrip("]"), ",")])
    if short in ("Mapping", "dict"):
        return (lambda v: isinstance(v, Mapping | pd.Series)), NAMES["Mapping"]
    if short in ARRAYS:
        return _is_numbers, NAMES["ArrayLike"]
    if short in ("Sequence", "list", "tuple", "Collection", "Iterable"):
        size = len(_split(rest.rstrip("]"), ",")) if short == "tuple" and rest and "..." not in rest else None
        return _collection(size)
    if short in CLASSES:
        return (lambda v: any(c.__name__ == short for c in type(v).__mro__)), NAMES.get(
            short, Text(short, short)
        )
    if short in PLAIN:
        return PLAIN[short], NAMES[short]
    alias = getattr(sys.modules.get(module), short, None)
    values = get_args(alias)
    if values and all(isinstance(v, str | int) for v in values):
        return _one_of(list(values))
    return _kind_of_alias(alias)


def _kind_of_alias(alias: object) -> tuple[Fits, Text] | None:
    told = str(alias)
    if told.startswith(("collections.abc.Mapping", "typing.Mapping")):
        return (lambda v: isinstance(v, Mapping | pd.Series)), NAMES["Mapping"]
    if told.startswith(("collections.abc.Callable", "typing.Callable")):
        return callable, NAMES["callable"]
    return None


def _one_of(values: list[object]) -> tuple[Fits, Text]:
    told = [repr(v) for v in values]
    return (lambda v: isinstance(v, str | int) and v in values), Text("、".join(told), ", ".join(told))


def _collection(size: int | None) -> tuple[Fits, Text]:
    def fits(value: object) -> bool:
        if isinstance(value, str | bytes | Mapping | pd.DataFrame):
            return False
        if not isinstance(value, Collection | np.ndarray | pd.Series | pd.Index):
            return False
        return size is None or len(value) == size

    if size is None:
        return fits, NAMES["Sequence"]
    return fits, Text(f"{size}つの値の並び", f"a sequence of {size} values")


def _is_numbers(value: object) -> bool:
    """Whether it is a sequence that reads as numbers; None and pandas' NA are missing ones."""
    if isinstance(value, str | bytes | Mapping | pd.DataFrame) or value is None:
        return False
    try:
        held = np.asarray(value)
        if held.ndim == 0:
            return False
        if held.dtype.kind == "O":
            pd.to_numeric(pd.Series(held.ravel()))
        return held.dtype.kind in "biufO"
    except (TypeError, ValueError):
        return False


def _is_real(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, Real)


def _is_whole(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, Integral)


def _is_share(value: object) -> bool:
    return _is_real(value) and 0 < float(value) < 1  # type: ignore[arg-type]


PLAIN: Mapping[str, Fits] = {
    "str": lambda v: isinstance(v, str),
    "int": _is_whole,
    "float": _is_real,
    "bool": lambda v: isinstance(v, bool | np.bool_),
    "date": lambda v: isinstance(v, dt.date),
    "None": lambda v: v is None,
    "Outcome": lambda v: all(hasattr(v, name) for name in OUTCOME),
}


def _split(text: str, at: str) -> list[str]:
    """Return the parts of an annotation between separators that stand outside brackets.

    >>> _split("int | Mapping[str, int | None]", "|")
    ['int', 'Mapping[str, int | None]']
    """
    parts, depth, current = [], 0, ""
    for letter in re.sub(r"\s+", " ", text):
        depth += (letter == "[") - (letter == "]")
        if letter == at and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    return [*parts, current.strip()]
