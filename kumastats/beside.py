"""The same work on many things in forked processes beside this one, the results in order.

A process that dies, for want of memory say, is replaced by this one; they end with their parent, however it ends. Where a
system cannot fork, or has one core, everything is done here.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_numbers = itertools.count()
_work: dict[int, Callable[[int], Any]] = {}  # inherited by the fork, so that only results are sent


class Beside(Generic[T]):
    """Do `work(0)`, … `work(count - 1)` beside this process; iterate for the results, and for the errors they raise.

    Parameters
    ----------
    work
        What is done; it inherits this process as it is now. Its result and its errors must pickle.
    processes
        How many at most.

    Examples
    --------
    >>> with Beside(lambda i: i * i, 4, processes=2) as squares:
    ...     list(squares)
    [0, 1, 4, 9]
    """

    def __init__(self, work: Callable[[int], T], count: int, *, processes: int):
        self._do, self._count, self._number = work, count, next(_numbers)
        self._pool: ProcessPoolExecutor | None = None
        self._made: list[Future[T]] = []
        if count and CORES > 1 and "fork" in multiprocessing.get_all_start_methods():
            _work[self._number] = work
            self._pool = ProcessPoolExecutor(
                min(processes, CORES, count), multiprocessing.get_context("fork"), _begin
            )
            self._made = [self._pool.submit(_call, self._number, i) for i in range(count)]

    def __iter__(self) -> Iterator[T]:
        for i in range(self._count):
            yield self._result(i) if self._made else self._do(i)

    def _result(self, i: int) -> T:
        try:
            return self._made[i].result()
        except BrokenExecutor:
            return self._do(i)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            del _work[self._number]


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _call(number: int, i: int) -> Any:
    return _work[number](i)
