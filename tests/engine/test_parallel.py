"""Work on all cores: the same results in the same order, errors told in full, and an end when it is asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from engine import Library, UserError
from engine.parallel import _children_deaf_to_interrupts, each_payer
from engine.quality.mutation import mutate, mutate_all
from tests.command import ROOT
from tests.quality.test_mutation import OTHER_CODE, library_with

PAYERS = ("uhc-commercial", "self-pay", "medicare-advantage")


def test_all_cores_find_what_one_does_in_the_order_asked() -> None:
    library = Library()
    told: list[tuple[int, int]] = []
    found = mutate_all(library, PAYERS, prove=False, told=lambda done, whole: told.append((done, whole)))
    assert list(found) == list(PAYERS)
    assert found == {payer: mutate(library, payer, prove=False) for payer in PAYERS}
    assert told == [(done, 3) for done in range(4)]


def test_what_is_wrong_with_a_ruleset_is_told_with_its_place_by_another_process_too(tmp_path: Path) -> None:
    library = library_with(tmp_path, OTHER_CODE.replace('lines.1.code: "97110"', "lines.1.minutes: many"))
    with pytest.raises(UserError) as told:
        each_payer(partial(mutate, prove=False), library, ("own-plan", "self-pay"))
    assert [problem.code for problem in told.value.problems] == ["broken-example"]
    assert str(tmp_path) in str(told.value.problems[0].where)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core works alone, in the command's own process")
@pytest.mark.parametrize("worked", [0, 1], ids=["while they start", "at work"])
def test_an_interrupt_ends_all_processes_without_a_word_of_python(worked: int) -> None:
    command = [sys.executable, "-m", "cli.main", "rules", "mutate"]
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where these tests run deaf in the background
    started = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=hears)
    try:
        while len(_group(started.pid)) < 3:
            assert started.poll() is None
            time.sleep(0.05)
        time.sleep(worked)
        assert started.poll() is None
        os.killpg(started.pid, signal.SIGINT)
        _, said = started.communicate(timeout=120)
        assert started.returncode != 0
        assert b"Traceback" not in said
        assert _group(started.pid) == []
    finally:
        if _group(started.pid):
            os.killpg(started.pid, signal.SIGKILL)


def test_an_interrupt_while_processes_start_is_held_back_and_not_lost() -> None:
    started: list[str] = []
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _interrupt_while_starting(started)
    finally:
        signal.signal(signal.SIGINT, heard)
    assert started == ["all"]


def _interrupt_while_starting(started: list[str]) -> None:
    with _children_deaf_to_interrupts():
        signal.raise_signal(signal.SIGINT)  # to this thread: what runs these tests may have others, which could take it
        started.append("all")


def _group(leader: int) -> list[str]:
    """The commands of the processes of a group, those aside that ended and wait to be read."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pgid=,stat=,args="], capture_output=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.decode().splitlines()]
    # What is just ending has no command line left, and stands in brackets.
    return [args for group, stat, args in rows if group == str(leader) and stat[0] != "Z" and args[0] != "["]
