"""docs/tutorial.md as steps that can be done; ``python -m tests.tutorial`` does them and writes down what is seen."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.command import ROOT, run

TUTORIAL = ROOT / "docs" / "tutorial.md"
BULLETIN = ROOT / "examples" / "bulletin"
_STEP = re.compile(
    r"<!-- edit: (?P<place>.*?) -->\n```yaml\n(?P<yaml>.*?)```|```console\n(?P<console>.*?)```", re.DOTALL
)
_COMMAND = re.compile(r"^\$ (.*?)(?: \| head -n (\d+))?$", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """A piece of YAML and where it goes, such as ``after rule home``."""

    place: str
    yaml: str


@dataclass(frozen=True)
class Command:
    """A line that is typed, its words, how many lines of what it prints are quoted (all if None), and these."""

    typed: str
    words: tuple[str, ...]
    lines: int | None
    printed: str


def steps(text: str) -> Iterator[Edit | Command]:
    """What the reader does, in order."""
    for step in _STEP.finditer(text):
        if step["place"]:
            yield Edit(step["place"], step["yaml"])
            continue
        found = list(_COMMAND.finditer(step["console"]))
        ends = [*(match.start() for match in found[1:]), len(step["console"])]
        for match, end in zip(found, ends, strict=True):
            printed = step["console"][match.end() : end].strip("\n")
            yield Command(match[0], tuple(shlex.split(match[1])), int(match[2]) if match[2] else None, printed)


def edited(text: str, edit: Edit) -> str:
    """The file as the reader leaves it who does what the edit says."""
    if edit.place == "replace head":
        return re.sub(r"version:.*?\n(?=\n)", lambda _: edit.yaml, text, count=1, flags=re.DOTALL)
    what, _, name = edit.place.rpartition("rule ")
    found = re.search(rf"  - id: {name}\n.*?(?=\n  - id: |\Z)", text, re.DOTALL)
    assert found is not None, edit.place
    rule = found[0].rstrip("\n") + "\n"
    match what.split():
        case ["after"]:
            rule += "\n" + edit.yaml
        case ["replace"]:
            rule = edit.yaml
        case ["end", "of"]:
            rule += edit.yaml
        case ["replace", "line", key, "in"]:
            rule = re.sub(rf"    {key}: .*\n", edit.yaml, rule, count=1)
        case ["replace", key, "in"]:
            rule = re.sub(rf"    {key}:\n(      .*\n)+", edit.yaml, rule, count=1)
        case _:
            raise AssertionError(edit.place)
    return text[: found.start()] + rule + text[found.end() :]


def done(command: Command, folder: Path) -> str:
    """What the command prints in the reader's folder, cut as it is quoted."""
    if command.words[0] != "precertain":
        return subprocess.run(command.words, cwd=folder, check=True, capture_output=True, text=True).stdout
    finished = run(*command.words[1:], cwd=folder, data=folder / "data")
    printed = (finished.stdout if command.lines else finished.stderr + finished.stdout).splitlines()
    return "\n".join(printed[: command.lines]).strip("\n")


def at_the_desk(folder: Path) -> Path:
    """Lay the examples into a folder where the reader works, and name the file that he edits."""
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder / "my-rules" / "uhc-medicare-advantage.yaml"


def write_anew() -> None:
    """Write the tutorial with what its commands print today, and the ruleset that it ends in."""
    with tempfile.TemporaryDirectory() as name:
        file = at_the_desk(Path(name))

        def seen(found: re.Match[str]) -> str:
            told = ["```console"]
            for step in steps(found[0]):
                if isinstance(step, Edit):
                    file.write_text(edited(file.read_text(), step))
                    return found[0]
                told += [step.typed, re.sub(r"(Release )[0-9a-f]{12}", r"\1…", done(step, Path(name)))]
            return "\n".join([line for line in told if line] + ["```"])

        TUTORIAL.write_text(_STEP.sub(seen, TUTORIAL.read_text()))
        shutil.copy(file, BULLETIN / "after" / file.name)


if __name__ == "__main__":
    write_anew()
