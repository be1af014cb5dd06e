"""Whatever a maintainer saves, it is a ruleset or a list of problems, never a crash."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Library, UserError
from engine.lint import lint
from tests.longer import longer

ROOT = Path(__file__).parents[2]
SOUND = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
WORDS = sorted({word for word in SOUND.split() if len(word) < 40})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


def read(folder: Path, raw: bytes) -> None:
    (folder / "uhc.yaml").write_bytes(raw)
    library = Library(folder)
    with suppress(UserError):
        for name, listed in library.listed.items():
            if listed.own:
                library.ruleset(name)


@given(raw=st.binary(max_size=400))
def test_any_bytes(folder: Path, raw: bytes) -> None:
    read(folder, b"id: own\n" + raw)
    read(folder, raw)


@given(seed=st.integers(0, 2**32), edits=st.integers(1, 6))
def test_a_ruleset_with_words_and_lines_mixed_up(folder: Path, seed: int, edits: int) -> None:
    chance = random.Random(seed)
    lines = SOUND.splitlines()
    for _ in range(edits):
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                words = lines[at].split(" ")
                words[chance.randrange(len(words))] = chance.choice(WORDS)
                lines[at] = " ".join(words)
            case _:
                place = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + chance.choice("{}[]:,-'\"#&*!|>%@`\t \u202e0z") + lines[at][place:]
    read(folder, "\n".join(lines).encode())


@longer(50)
@given(seed=st.integers(0, 2**32))
def test_examples_of_a_changed_ruleset_are_linted_without_a_crash(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = SOUND.splitlines()
    given = [at for at, line in enumerate(lines) if "given:" in line or "expect:" in line]
    at = chance.choice(given)
    words = lines[at].split(" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS)
    lines[at] = " ".join(words)
    (folder / "uhc.yaml").write_text("\n".join(lines))
    with suppress(UserError):
        lint(Library(folder), "uhc-medicare-advantage")
