"""What a change of rules changes: nothing where only names, order or the split of a rule differ; else with a case."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from engine import Library
from engine.quality.difference import Difference, differences
from tests.command import run
from tests.quality.test_mutation import HEAD

RULE = """\
  - id: {id}
    title: Self-care training is reviewed
    from: {first}
    scope: line
    when:
      line.code: "97535"
      coverage.state: {states}
      episode.visit_number: {{at_least: {visit}}}
    then:
      authorization: review_required
    because: The plan reviews self-care training from this visit on.
    source: policy
"""
OLD = {"id": "review", "first": "2026-02-01", "states": "[OH, ME, IN]", "visit": "6"}


def library(folder: Path, *rules: str) -> Library:
    folder.mkdir()
    (folder / "own.yaml").write_text(HEAD + "".join(rules) if rules else HEAD.removesuffix("rules:\n"))
    return Library(folder)


def rule(**changes: str) -> str:
    return RULE.format(**(OLD | changes))


def difference(tmp_path: Path, *new: str) -> Difference:
    old = library(tmp_path / "old", rule())
    (found,) = differences(old, library(tmp_path / "new", *new), ["own-plan"])
    return found


@pytest.mark.parametrize(
    "new",
    [
        (rule(id="another-name"),),
        (rule(id="west", states="[IN]"), rule(id="east", states="[ME, OH]")),
        (rule(states="[IN, OH, ME]"),),
        (rule(id="early", visit="6"), rule(id="late", visit="9")),
    ],
    ids=["renamed", "split", "reordered", "with a rule that adds nothing"],
)
def test_what_says_the_same_changes_no_answer(tmp_path: Path, new: tuple[str, ...]) -> None:
    assert difference(tmp_path, *new).same


@pytest.mark.parametrize(
    ("changes", "told", "before", "after"),
    [
        (
            {"states": "[OH, ME, IN, AZ, CA]"},
            "also Arizona and California (the plan's state)",
            "unknown",
            "review_required",
        ),
        ({"states": "[OH, ME]"}, "no longer Indiana (the plan's state)", "review_required", "unknown"),
        (
            {"visit": "7"},
            "the number of this visit in the payer's own count is 7 or more instead of 6 or more",
            "review_required",
            "unknown",
        ),
        ({"first": "2026-03-01"}, "from 1 Mar 2026 on instead of from 1 Feb 2026 on", "review_required", "unknown"),
    ],
)
def test_each_change_is_told_with_a_case_decided_both_ways(
    tmp_path: Path, changes: dict[str, str], told: str, before: str, after: str
) -> None:
    found = difference(tmp_path, rule(**changes))
    (change,) = found.answers
    assert (change.dimension, change.before, change.after) == ("authorization", before, after)
    assert [told in said for said in change.rules] == [True]
    assert change.shown.before.authorization.answer == before
    assert change.shown.after.authorization.answer == after
    assert found.open == ()


def test_a_rule_that_is_new_or_gone_is_told_by_its_conditions(tmp_path: Path) -> None:
    gone = difference(tmp_path)
    assert gone.answers[0].rules[0].startswith("no longer: Self-care training is reviewed, from 1 Feb 2026 on, where")


def test_the_command_compares_folders_files_and_bundled_rules(tmp_path: Path) -> None:
    library(tmp_path / "old", rule())
    library(tmp_path / "new", rule(states="[OH, ME, IN, AZ, CA]"))
    told = run("rules", "diff", str(tmp_path / "old"), str(tmp_path / "new" / "own.yaml"))
    assert told.returncode == 0, told.stderr
    assert "Authorization: clinical review instead of not known" in told.stdout
    assert "also Arizona and California" in told.stdout
    asjson = orjson.loads(run("rules", "diff", "bundled", str(tmp_path / "old"), "--json").stdout)
    assert [(one["payer"], one["settings"]) for one in asjson] == [
        ("own-plan", ["New: until now every answer was unknown."])
    ]
    same = run("rules", "diff", "bundled", "bundled")
    assert "The rules are the same, word for word." in same.stdout
    assert run("rules", "diff", "bundled", str(tmp_path / "nowhere")).returncode == 2
