"""rules watch: a real process, and real saves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.quality.watch import Watched
from tests.command import ROOT, run

RULESET = ROOT / "examples" / "bulletin" / "after" / "uhc-medicare-advantage.yaml"


class Watching:
    """The command at work on a folder with one ruleset, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / RULESET.name
        shutil.copy(RULESET, self.file)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "rules", "watch", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"NO_COLOR": "1"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # even if the tests ignore it
        )  # fmt: skip

    def said_until(self, word: str) -> str:
        """All lines up to the one that holds the word."""
        assert self.process.stdout is not None
        told = ""
        for line in self.process.stdout:
            told += line
            if word in line:
                return told
        raise AssertionError(told)

    def save(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new, 1))


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    started = Watching(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate()


def test_each_save_is_looked_at_and_ctrl_c_ends_it(watching: Watching) -> None:
    assert "All well: 97 examples" in watching.said_until("Watching")

    watching.save("episode.visit_number: {at_most: 6}", "episode.visit_number: {at_most: 5}")
    said = watching.said_until("NOT WELL")
    assert f"saved {RULESET.name}" in said
    assert "the sixth visit of a new patient passes without review\n    given   episode.visit_number: 6" in said

    watching.save("extends: medicare-advantage", "extend: medicare-advantage")
    said = watching.said_until("NOT WELL")
    line = watching.file.read_text().splitlines().index("extend: medicare-advantage") + 1
    assert f"{watching.file}:{line}:1: unknown-key" in said

    shutil.copy(RULESET, watching.file)
    assert "All well: 97 examples" in watching.said_until("All well")
    assert "warning: gap: uhc-medicare-advantage/four-states-2022" in watching.said_until("Solved: ")

    watching.process.send_signal(signal.SIGINT)
    out, err = watching.process.communicate(timeout=60)
    assert (out.splitlines()[-1], err, watching.process.returncode) == ("Ended.", "", 0)


def test_of_a_base_its_own_payer_is_told_first_and_what_fails_for_several_payers_once(tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    shutil.copy(ROOT / "rulesets" / "medicare-advantage" / "base.yaml", base)
    watched = Watched(tmp_path)
    assert [(found.more, found.well) for found in watched.begin()] == [(3, True), (2, True), (1, True), (0, True)]

    example = "- name: a second visit may be\n"
    first, rest = base.read_text().split(example)
    base.write_text(first + example + rest.replace("{applies: true}", "{applies: false}", 1))
    looks = list(watched.saved([base]))
    assert [(found.more, found.well) for found in looks] == [(3, False), (2, False), (1, False), (0, False)]
    assert [(result.rule, result.name) for result in looks[-1].failed] == [
        ("medicare-advantage/plan-changed-in-mid-course", "a second visit may be")
    ]

    base.write_text(base.read_text().replace("extends:", "extend:"))
    (broken,) = watched.saved([base])
    assert [problem.code for problem in broken.problems if problem.level == "error"][:1] == ["unknown-key"]


def test_no_folder_is_told() -> None:
    refused = run("rules", "watch", "nowhere")
    assert (refused.returncode, refused.stderr) == (2, "no-such-folder: there is no folder nowhere\n")
