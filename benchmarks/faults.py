"""A server that is killed again and again while people write: what it acknowledged must be there afterwards."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx

from benchmarks.served import Served, let_in
from benchmarks.staff import Member, Told, lost_writes

WRITERS = 4


@dataclass(frozen=True, slots=True)
class FaultResult:
    """``lost``: acknowledged and not found, or a break of the log's chain."""

    kills: int
    writers: int
    acknowledged: int
    restart_seconds: list[float]
    lost: list[str]


def kill_and_restart(folder: Path, kills: int) -> FaultResult:
    """Kill the server so often, each time once something was acknowledged and a random moment later."""
    served, chance = Served(folder), random.Random(7)
    let_in(served.database_url, [*(f"Staff {at}" for at in range(WRITERS)), "Other 0"])
    served.start()
    members = [Member(served.address, at, range(WRITERS + 1, WRITERS + 2)) for at in range(WRITERS)]
    told = [member.told for member in members]
    for member in members:
        member.browser.sign_in(member.name)
    restarts: list[float] = []
    lost: list[str] = []
    try:
        for _ in range(kills):
            with _writing(members):
                _until_more_than(_acknowledged(told), told)
                time.sleep(chance.uniform(0, 0.3))
                served.stop(signal.SIGKILL)
            begun = time.perf_counter()
            served.start()
            restarts.append(time.perf_counter() - begun)
            lost += lost_writes(served.database_url, told)
    finally:
        served.stop()
    return FaultResult(kills, WRITERS, _acknowledged(told), restarts, lost)


@contextmanager
def _writing(members: list[Member]) -> Iterator[None]:
    """All of them write until the server is gone."""
    gone = Event()
    threads = [Thread(target=_write, args=(member, gone)) for member in members]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        gone.set()
        for thread in threads:
            thread.join()


def _write(member: Member, gone: Event) -> None:
    """Mostly what is written at once; a check is thought over before."""
    while not gone.is_set():
        try:
            member.checks() if member.chance.random() < 0.1 else member.changes_a_role()
        except httpx.TransportError:
            return


def _acknowledged(told: list[Told]) -> int:
    return sum(one.checks.total() + one.changes for one in told)


def _until_more_than(count: int, told: list[Told]) -> None:
    """Raises TimeoutError where nothing is acknowledged for a minute."""
    until = time.monotonic() + 60
    while _acknowledged(told) <= count:
        if time.monotonic() > until:
            raise TimeoutError("the server acknowledges nothing")
        time.sleep(0.005)
