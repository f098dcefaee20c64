"""Results of one run, shared by the notebooks that ask the same of the same snapshot.

A run makes the folder named by ``$KUMASTATS_SHARED`` for itself alone and removes it at its end, so nothing here
outlives the program and the data it was made with, and nothing is read that another run wrote. Without the variable
(a notebook opened by hand, plain papermill) everything is computed where it is asked for.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from kumastats.warehouse import reading

VARIABLE = "KUMASTATS_SHARED"
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
CANNOT = (pickle.PicklingError, TypeError, AttributeError)  # how pickle says that it cannot


def shared(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a function of a snapshot be computed once a run, whichever notebook asks first.

    It must depend on nothing but its arguments and the snapshot, and its result must be a plain value: every asker gets
    a copy of its own. A second asker waits for the first. Arguments that cannot be written down are not shared.
    """

    @functools.wraps(function)
    def asked(snapshot: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        folder = os.environ.get(VARIABLE)
        path = _path(Path(folder), function, snapshot, args, kwargs) if folder else None
        if path is None:
            return function(snapshot, *args, **kwargs)
        import fcntl

        with path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.is_file():
                reads, made = pickle.loads(path.read_bytes())
                for name in reads:
                    reading.note(name)
                return made  # type: ignore[no-any-return]
            with reading.listening() as heard:
                made = function(snapshot, *args, **kwargs)
            _keep(path, (sorted(heard), made))
        return made

    return asked


def _path(folder: Path, function: Callable[..., Any], snapshot: Any, args: Any, kwargs: Any) -> Path | None:
    name = f"{function.__module__}.{function.__qualname__}"
    try:
        words = pickle.dumps((name, type(snapshot).__name__, snapshot.sha256, args, sorted(kwargs.items())))
    except CANNOT:
        return None
    return folder / hashlib.sha256(words).hexdigest()


def _keep(path: Path, value: Any) -> None:
    try:
        data = pickle.dumps(value)
    except CANNOT:
        return
    staging = path.with_suffix(".tmp")
    staging.write_bytes(data)
    staging.rename(path)
