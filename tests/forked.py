"""Processes that work until they are done or killed, forked from one that has its imports: a kill hits the work alone.

A piece of work is a generator that yields what was acknowledged to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

from web.workbench import jobs  # noqa: F401  (names what it preloads itself; the process is the same, the last word holds)

_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        "web.workbench.work", "tests.warm_rules", "tests.store.warm", "tests.official.importer",
        "tests.release.installer",
    ]
)  # fmt: skip
_READY = "ready"
Work = Callable[..., Iterator[str]]


class Worker:
    """One such process. It begins its work when it is released."""

    def __init__(self, work: Work, *arguments: object) -> None:
        self._connection, other = _FORKING.Pipe()
        self._process = _FORKING.Process(target=_work, args=(other, work, arguments))
        self._process.start()
        other.close()

    def acknowledged(self) -> str:
        """The next thing it was told, waited for. Raises EOFError at its end."""
        return str(self._connection.recv())

    def kill(self) -> None:
        self._process.kill()

    @property
    def at_work(self) -> bool:
        return self._process.is_alive()

    def rest(self) -> list[str]:
        """All else that it was told until its end."""
        told = []
        try:
            while True:
                told.append(self.acknowledged())
        except (EOFError, ConnectionResetError):
            self._process.join()
            return told

    @property
    def exit_status(self) -> int | None:
        """As of a subprocess: minus the signal that ended it."""
        return self._process.exitcode

    def wait_until_ready(self) -> None:
        assert self.acknowledged() == _READY

    def go(self) -> None:
        self._connection.send(None)


def release(*workers: Worker) -> None:
    """Let them begin at the same moment."""
    for worker in workers:
        worker.wait_until_ready()
    for worker in workers:
        worker.go()


def _work(connection: Connection, work: Work, arguments: tuple[object, ...]) -> None:
    connection.send(_READY)
    connection.recv()
    for told in work(*arguments):
        connection.send(told)
