"""Work that takes longer than a page may: one piece at a time, each in a process of its own, ended after its time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection

from web.workbench.work import Kind, Report, Task, done

MOST_SECONDS = 600.0
_KEPT = 200
"""Reports that are remembered."""
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_STARTING = multiprocessing.get_context("forkserver") if _FORKS else multiprocessing.get_context("spawn")
"""How such a process starts: where the system can, forked from one that has its imports and no thread."""
_STARTING.set_forkserver_preload(["__main__", "web.workbench.work"])
Key = tuple[str, int, Kind]
"""The ruleset, the version of its draft, and what is run."""


class Jobs:
    def __init__(self) -> None:
        # One at a time: the machine answers the front desk meanwhile.
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workbench")
        self._jobs: dict[Key, Future[Report]] = {}

    def start(self, key: Key, run: Callable[[], Report]) -> None:
        """Unless it is running already; done once, it is done again."""
        if key in self._jobs and not self._jobs[key].done():
            return
        self._jobs.pop(key, None)
        self._jobs[key] = self._line.submit(run)
        for old in [one for one in self._jobs if self._jobs[one].done()][: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[old]

    def running(self, key: Key) -> bool:
        return key in self._jobs and not self._jobs[key].done()

    def report(self, key: Key) -> Report | None:
        """What was found; None where it runs, or was not asked for since the server began."""
        job = self._jobs.get(key)
        if job is None or not job.done():
            return None
        error = job.exception()
        return Report(f"It broke off: {type(error).__name__}. Nothing was changed.", False) if error else job.result()

    def close(self) -> None:
        self._line.shutdown(wait=False, cancel_futures=True)


def in_process(task: Task, seconds: float = MOST_SECONDS) -> Report:
    """The work done in a process of its own: what it solves is for one thread, and its time can be ended."""
    told, telling = _STARTING.Pipe(duplex=False)
    worker = _STARTING.Process(target=_work, args=(telling, task))
    worker.start()
    telling.close()
    try:
        if not told.poll(seconds):
            return Report(f"Ended: it took longer than {seconds:.0f} seconds.", False)
        report: Report = told.recv()
        return report
    except EOFError:
        return Report("It broke off. Nothing was changed.", False)
    finally:
        worker.kill()
        worker.join()


def _work(telling: Connection, task: Task) -> None:
    telling.send(done(task))
    telling.close()
