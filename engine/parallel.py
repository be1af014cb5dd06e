"""The same work on many items, or for every payer, on all cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from engine.language.load import Library

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Library, Item], Result]
"""A function of a module, or a partial of one."""
Told = Callable[[int, int], None]


def each_payer(
    work: Work[str, Result], library: Library, payers: Sequence[str], told: Told = lambda done, whole: None
) -> tuple[Result, ...]:
    """As ``each``: what the work gives for each payer."""
    ordered = _longest_first(library, payers)
    found = dict(zip(ordered, each(work, library, ordered, told), strict=True))
    return tuple(found[payer] for payer in payers)


def each(
    work: Work[Item, Result],
    library: Library,
    items: Sequence[Item],
    told: Told = lambda done, whole: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> tuple[Result, ...]:
    """What the work gives for each item, in their order, in which they are begun.

    ``told`` hears how many items are done, and of how many; ``meanwhile`` is called where other processes work. Raises
    what the work raises; then, and where it is interrupted, the other processes end at once. To be called in the main
    thread.
    """
    processes = min(os.cpu_count() or 1, len(items))
    if processes < 2:
        return tuple(work(library, item) for item in items)
    with _pool(processes, library) as pool:
        with _children_deaf_to_interrupts():
            futures = [pool.submit(_of, work, item) for item in items]
        meanwhile()
        _wait(futures, told)
        return tuple(future.result() for future in futures)


def _wait(futures: Sequence[Future[Result]], told: Told) -> None:
    told(0, len(futures))
    for done, future in enumerate(as_completed(futures), start=1):
        future.result()
        told(done, len(futures))


def _longest_first(library: Library, payers: Sequence[str]) -> list[str]:
    """By the length of the payers' files, so that no core waits long for the last one."""
    lengths = {listed.payer: listed.path.stat().st_size for listed in library.listed.values()}
    return sorted(payers, key=lambda payer: -lengths.get(payer, 0))


@contextmanager
def _pool(processes: int, library: Library) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with the work, however it ends."""
    before = set(multiprocessing.active_children())
    pool = _forked(processes, library) if _may_fork() else _spawned(processes, library)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _may_fork() -> bool:
    """Whether a copy of this process is whole: on Linux, where no other thread runs, whose locks would be copied."""
    return sys.platform == "linux" and threading.active_count() == 1


def _forked(processes: int, library: Library) -> ProcessPoolExecutor:
    """Processes that have all that this one has read."""
    return ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _opened.append, (library,))


def _spawned(processes: int, library: Library) -> ProcessPoolExecutor:
    """Processes that read all anew."""
    from multiprocessing import resource_tracker  # another process, which forked ones do without

    resource_tracker.ensure_running()  # starting it later would let Ctrl-C through again
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, context, _open, (library.own_folder, library.bundled))


@contextmanager
def _children_deaf_to_interrupts() -> Iterator[None]:
    """Processes started within never hear Ctrl-C, which a terminal sends to all: this one alone does, when all have
    started, and ends them."""
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


_opened: list[Library] = []
"""In a process of the pool the library that it has, the last one."""


def _open(own: Path | None, bundled: Path) -> None:
    _opened.append(Library(own, bundled))


def _of(work: Work[Item, Result], item: Item) -> Result:
    return work(_opened[-1], item)
