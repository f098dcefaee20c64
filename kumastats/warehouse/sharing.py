"""Results of one run, shared by the notebooks that ask the same of the same snapshot.

A run makes the folder named by ``$KUMASTATS_SHARED`` for itself alone and removes it at its end, so nothing here
outlives the program and the data it was made with, and nothing is read that another run wrote. Without the variable
(a notebook opened by hand, plain papermill) everything is computed where it is asked for.
"""

from __future__ import annotations

import copyreg
import functools
import hashlib
import io
import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from kumastats.warehouse import reading

if TYPE_CHECKING:
    import numpy as np

VARIABLE = "KUMASTATS_SHARED"
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
CANNOT = (pickle.PicklingError, TypeError, AttributeError)  # how pickle says that it cannot


def shared(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a function be computed once a run, whichever notebook asks first.

    It must depend on nothing but its arguments (a snapshot counts by its hash, everything else by its content), and its
    result must be a plain value: every asker gets a copy of its own, the first one too, so that what they make of it has the
    same content and is shared in turn. A generator of random numbers among the arguments is
    left where the function left it, for every asker. A second asker waits for the first. Arguments that cannot be written
    down are not shared; errors are not kept.
    """

    @functools.wraps(function)
    def asked(first: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        held = folder()
        path = _path(held, function, first, args, kwargs) if held else None
        if path is None:
            return function(first, *args, **kwargs)
        drawing = _generators((first, *args, *kwargs.values()))
        import fcntl

        with path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.is_file():
                reads, states, made = pickle.loads(path.read_bytes())
                for name in reads:
                    reading.note(name)
                for rng, state in zip(drawing, states, strict=True):
                    rng.bit_generator.state = state
                return made  # type: ignore[no-any-return]
            with reading.listening() as heard:
                made = function(first, *args, **kwargs)
            kept = _keep(path, (sorted(heard), [rng.bit_generator.state for rng in drawing], made))
        return made if kept is None else pickle.loads(kept)[2]

    return asked


def folder() -> Path | None:
    """Return the folder of results shared within this run; None where nothing is shared."""
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None


def _generators(values: Iterable[Any]) -> list[np.random.Generator]:
    import numpy as np

    return [v for v in values if isinstance(v, np.random.Generator)]


def _read_only(given: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(given)


class _Pickler(pickle.Pickler):
    """Writes read-only mappings, too."""

    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda m: (_read_only, (dict(m),))}


def _written(value: Any) -> bytes:
    into = io.BytesIO()
    _Pickler(into).dump(value)
    return into.getvalue()


def _content(value: Any) -> Any:
    """Return what stands for a value: the hash of what knows its own, such as a snapshot, else the value."""
    known = getattr(value, "sha256", None)
    return (type(value).__name__, known) if isinstance(known, str) else value


def _path(folder: Path, function: Callable[..., Any], first: Any, args: Any, kwargs: Any) -> Path | None:
    name = f"{function.__module__}.{function.__qualname__}"
    given = [_content(v) for v in (first, *args)]
    try:
        words = _written((name, given, [(k, _content(v)) for k, v in sorted(kwargs.items())]))
    except CANNOT:
        return None
    return folder / hashlib.sha256(words).hexdigest()


def _keep(path: Path, value: Any) -> bytes | None:
    """Write a value down and return what was written; None where it cannot be."""
    try:
        data = _written(value)
    except CANNOT:
        return None
    staging = path.with_suffix(".tmp")
    staging.write_bytes(data)
    staging.rename(path)
    return data
