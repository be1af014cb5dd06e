"""The one form of a ruleset file: it says what the file said, keeps its comments, and is its own one form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from engine import UserError
from engine.language.canonical import WIDTH, canonical
from engine.language.load import BUNDLED
from engine.source import read_yaml
from tests.command import run

FILES = sorted(path for path in BUNDLED.rglob("*.yaml") if path.parent.name != "reference")

LOOSE = """\
# About the whole.
title:   'A plan'
id: 'own-plan'  # its id
version: '1.0'
verified: 2026-11-24
rules:
    # About the rule.
    - because: >-
        A sentence that is folded
        over two lines.
      source: some-source
      title: A rule   # beside the title
      id: a-rule
      when: {line.code: {in: [97535, '97530', G0283]}, any: [{a: 1}, {b: {at_least: 2}}]}
      then:
          authorization:
              answer: review_required
      examples:
        - {expect: {applies: true}, name: one that applies}
# At the end.
"""
WRITTEN = """\
# About the whole.
id: own-plan  # its id
title: A plan
version: "1.0"
verified: 2026-11-24

rules:
  # About the rule.
  - id: a-rule
    title: A rule  # beside the title
    when:
      line.code: {in: [97535, "97530", "G0283"]}
      any:
        - a: 1
        - b: {at_least: 2}
    then:
      authorization: {answer: review_required}
    because: A sentence that is folded over two lines.
    source: some-source
    examples:
      - name: one that applies
        expect: {applies: true}

# At the end.
"""


def test_a_loosely_written_file_is_put_in_order_and_keeps_its_comments() -> None:
    assert canonical(LOOSE.encode(), "plan.yaml").decode() == WRITTEN


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_bundled_rulesets_are_in_their_one_form(path: Path) -> None:
    raw = path.read_bytes()
    assert canonical(raw, path.name) == raw
    assert all(len(line) <= WIDTH or " " not in line.strip() for line in raw.decode().splitlines())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_however_it_was_written_the_form_is_the_same(path: Path) -> None:
    """Another writer's indentation, line width, quotes and order of keys change nothing."""
    text = path.read_text()
    for number, loose in enumerate(_rewritten(text)):
        assert loose != text
        assert read_yaml(loose.encode(), "x").documents[0].data == read_yaml(text.encode(), "x").documents[0].data
        assert canonical(loose.encode(), "x").decode() == text, number


def _rewritten(text: str) -> Iterator[str]:
    for width, indent in ((60, 2), (4_000, 6)):
        writer = YAML()
        writer.width, writer.preserve_quotes = width, True
        writer.indent(mapping=indent, sequence=indent + 2, offset=2)
        out = StringIO()
        writer.dump(writer.load(text), out)
        yield out.getvalue()
    yield text.replace("\n", "\r\n") + "\r\n\r\n"
    yield _shuffled_head(text)


def _shuffled_head(text: str) -> str:
    """The plain keys at the top in another order, the comment above them still first."""
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    last = next(number for number, line in enumerate(lines) if line.startswith(("notes:", "changelog:")))
    return "\n".join([*lines[:first], *sorted(lines[first:last], reverse=True), *lines[last:]])


def test_awkward_texts_stay_what_they_are() -> None:
    texts = [
        "yes: no",
        "a #b",
        "1e5",
        "null",
        "- x",
        "tab\there",
        "two  spaces",
        " edge ",
        "'",
        '"',
        "{x}",
        "é ☃",
        "2026-11-24",
    ]
    raw = "".join(f"k{number}: {json.dumps(text)}\n" for number, text in enumerate(texts)).encode()
    written = canonical(raw, "x")
    data = read_yaml(written, "x").documents[0].data
    assert isinstance(data, dict)
    assert list(data.values()) == texts
    assert canonical(written, "x") == written


def test_a_file_with_problems_is_told_and_left(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="duplicate-key"):
        canonical(b"a: 1\na: 2\n", "x")
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(LOOSE)
    bad.write_text("a: 1\na: 2\n")
    refused = run("rules", "fmt", str(tmp_path))
    assert refused.returncode == 2
    assert "bad.yaml:2:1" in refused.stderr
    assert good.read_text() == LOOSE
    bad.unlink()
    assert run("rules", "fmt", "--check", str(tmp_path)).returncode == 2
    assert good.read_text() == LOOSE
    assert run("rules", "fmt", str(tmp_path)).returncode == 0
    assert good.read_text() == WRITTEN
    assert run("rules", "fmt", "--check", str(good)).returncode == 0
