"""README says what happens: its quoted outputs are those of today's commands, its program runs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.command import ROOT, run

README = (ROOT / "README.md").read_text()
_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^\$ precertain (.*?)(?: \| head -n (\d+))?$", re.MULTILINE)
BLOCKS = [block for block in _CONSOLE.findall(README) if _COMMAND.search(block)]


def quoted(block: str) -> list[tuple[str, int | None, str]]:
    """Each command of a block with how many lines of its output follow, and those lines."""
    found = list(_COMMAND.finditer(block))
    ends = [*(match.start() for match in found[1:]), len(block)]
    return [
        (match[1], int(match[2]) if match[2] else None, block[match.end() : end].strip("\n"))
        for match, end in zip(found, ends, strict=True)
    ]


@pytest.mark.parametrize("command", [command for block in BLOCKS for command in quoted(block)], ids=lambda one: one[0])
def test_quoted_output_is_real(command: tuple[str, int | None, str]) -> None:
    arguments, lines, expected = command
    told = run(*arguments.split()).stdout.splitlines()
    assert "\n".join(told[:lines]).strip("\n") == expected


def test_every_example_is_quoted() -> None:
    for example in (ROOT / "examples").glob("*.yaml"):
        assert f"examples/{example.name}" in README


def test_the_program_runs_as_written() -> None:
    [program] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    finished = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (finished.stdout, finished.stderr) == ("not_required\n", "")


def test_every_command_that_is_named_exists() -> None:
    for command in re.findall(r"`precertain ([a-z-]+(?: (?:list|show|lint|test|schema|docs))?)", README):
        assert run(*command.split(), "--help").returncode == 0, command


def test_links_lead_somewhere() -> None:
    for page in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ):
        text = (ROOT / page).read_text()
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert ((ROOT / page).parent / link).exists(), f"{page}: {link}"
