"""Killed in the middle of installing, a machine goes on with the release before or the one after, whole."""

from __future__ import annotations

import random
from pathlib import Path

from engine.release.bundle import pack
from tests.forked import Worker, release
from tests.release.conftest import Machine, raise_version
from tests.release.installer import installs

KILLS = 8


def test_a_killed_install_leaves_a_whole_release(machine: Machine, rulesets: Path) -> None:
    bundles = []
    for version in ("2027.2.1", "2027.3.1"):
        raise_version(rulesets, version)
        bundles.append(machine.folder / f"{version}.zip")
        bundles[-1].write_bytes(pack(machine.release(rulesets)))
    chance = random.Random(20261126)
    for _ in range(KILLS):
        acknowledged = _install_until_killed(machine, bundles, chance.randrange(1, 40))
        steps = [step.release for step in machine.installed.history()]
        assert acknowledged[-1] in steps[-2:]  # done, or done and already followed by the next
        assert machine.installed.faults(machine.keys) == ()
        assert machine.installed.current() is not None


def _install_until_killed(machine: Machine, bundles: list[Path], lines: int) -> list[str]:
    """What was told as done before the kill, which falls anywhere in the step after."""
    worker = Worker(installs, machine.folder / "rulesets", bundles)
    release(worker)
    told = [worker.acknowledged() for _ in range(lines)]
    worker.kill()
    return told + worker.rest()
