"""Start the solver without its banner: its constructor writes to standard output before any option can be set."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def _no_output() -> Iterator[None]:
    """Point file descriptor 1 elsewhere for a moment; C keeps a buffer of its own, which is emptied on both sides."""
    flush = ctypes.CDLL(None).fflush if os.name == "posix" else None
    sys.stdout.flush()
    if flush is not None:
        flush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
        if flush is not None:
            flush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def solver() -> Any:
    """Return a new HiGHS that says nothing."""
    import highspy

    with _no_output():
        made = highspy.Highs()  # type: ignore[no-untyped-call]
        made.setOptionValue("output_flag", False)
    return made
