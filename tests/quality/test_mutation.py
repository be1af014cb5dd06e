"""Mistakes put into rules: what is called caught fails an example, and what is called proved changes no answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from engine import Library
from engine.language.rules import Ruleset
from engine.quality.examples import own_rules, run_examples
from engine.quality.mutants import mutants
from engine.quality.mutation import mutate
from tests.command import run

HEAD = """\
id: own-plan
payer: own-plan
title: Own plan
version: "1"
verified: 2026-11-24
extends: common
sources:
  policy: {title: Therapy policy, publisher: Own plan, level: payer}
rules:
"""
RULE = """\
  - id: review
    title: From the sixth visit on visits are reviewed
    from: 2026-02-01
    scope: line
    when:
      line.code: "97535"
      episode.visit_number: {{at_least: 6}}
    then:
      authorization: review_required
    because: The plan reviews self-care training from the sixth visit on.
    source: policy
    examples:
      - name: the sixth visit is reviewed
        given: {{episode.visit_number: 6}}
        expect: {{applies: true, authorization: review_required}}
      - name: the first day
        given: {{episode.visit_number: 6, date_of_service: 2026-02-01}}
        expect: {{applies: true}}
      - name: the day before
        given: {{episode.visit_number: 6, date_of_service: 2026-01-31}}
        expect: {{applies: false}}
{more}"""
FIFTH = """\
      - name: the fifth visit is not
        given: {episode.visit_number: 5}
        expect: {applies: false}
"""
OTHER_CODE = """\
      - name: another code is not reviewed
        given: {episode.visit_number: 6, lines.1.code: "97110"}
        expect: {applies: false}
"""


def library_with(folder: Path, *more: str) -> Library:
    (folder / "own.yaml").write_text(HEAD + RULE.format(more="".join(more)))
    return Library(folder)


@pytest.mark.parametrize("payer", ["anthem-commercial", "tricare"])
def test_a_mistake_is_called_caught_exactly_where_an_example_fails(payer: str) -> None:
    """Every fourth mistake, decided anew in full, against the quick way."""
    library = Library()
    ruleset = library.for_payer(payer)
    assert ruleset is not None
    tried = mutate(library, payer, prove=False).tried
    every = [mutant for rule in own_rules(library, ruleset) for mutant in mutants(rule)]
    assert [one.mistake for one in tried] == [mutant.mistake for mutant in every]
    for one, mutant in list(zip(tried, every, strict=True))[::4]:
        rules = tuple(mutant.rule if rule.id == mutant.rule.id else rule for rule in ruleset.rules)
        failing = fails(library, replace(ruleset, rules=rules))
        assert (one.fate == "killed") == bool(failing), one
        assert one.by is None or one.by in failing


def fails(library: Library, changed: Ruleset) -> set[str]:
    results = run_examples(library.answering(changed), changed.payer)
    return {result.name for result in results if not result.passed}


def test_the_example_that_is_missing_is_told_and_catches_it(tmp_path: Path) -> None:
    without = mutate(library_with(tmp_path, OTHER_CODE), "own-plan")
    survivors = [one for one in without.tried if one.fate == "survived" and one.rule == "own-plan/review"]
    assert {one.mistake.partition(":")[0] for one in survivors} == {
        "the condition is left out",
        "the comparison is turned",
        "6 is 5",
    }
    missing = next(one.missing for one in survivors if one.mistake.startswith("6 is 5"))
    assert missing is not None
    assert dict(missing.given)["episode.visit_number"] == 5
    assert missing.applies is False
    assert all(one.missing for one in survivors)
    shown = mutate(library_with(tmp_path, OTHER_CODE, FIFTH), "own-plan")
    assert [one for one in shown.tried if one.rule == "own-plan/review" and one.fate != "killed"] == []


def test_a_mistake_that_changes_no_answer_is_excused_by_proof(tmp_path: Path) -> None:
    """A second condition that the first implies may be left out or moved without anybody noticing."""
    rule = RULE.format(more=OTHER_CODE + FIFTH).replace(
        "      episode.visit_number: {at_least: 6}", "      all:\n        - episode.visit_number: {at_least: 6}\n"
        "        - episode.visit_number: {at_least: 3}"
    )  # fmt: skip
    (tmp_path / "own.yaml").write_text(HEAD + rule)
    tried = mutate(Library(tmp_path), "own-plan").tried
    told = {one.mistake.partition(":")[0]: one.fate for one in tried if one.mistake.endswith(" at least 3")}
    assert told.pop("the comparison is turned") == "killed"
    assert told.pop("the condition is left out", None) in ("excused", "killed")
    assert told == {"3 is 2": "excused", "3 is 4": "excused"}


def test_when_the_time_is_up_the_rest_is_told_as_not_tried() -> None:
    found = mutate(Library(), "self-pay", until=0.0)
    assert {one.fate for one in found.tried} == {"not tried"}


def test_the_command_tells_the_score_and_the_example_to_add(tmp_path: Path) -> None:
    library_with(tmp_path, OTHER_CODE)
    own = ("own-plan", "--rulesets", str(tmp_path))
    told = run("rules", "mutate", *own, "--at-least", "100")
    assert told.returncode == 2
    assert "given: {episode.visit_number: 5}" in told.stdout
    asjson = orjson.loads(run("rules", "mutate", *own, "--json").stdout)
    assert asjson["survived"] == 3
    assert asjson["survivors"][0]["line"] == 10


def test_a_bases_example_that_names_the_payer_catches_a_mistake_in_the_payers_rules() -> None:
    """That a cap hides the base's rule can be shown beside the base's rule alone."""
    tried = mutate(Library(), "new-york-medicaid", prove=False).tried
    freed = [one for one in tried if one.mistake == "it no longer overrides limited-benefit/therapy-benefit"]
    by_rule = {one.rule.rpartition("/")[2]: one.by for one in freed}
    assert by_rule["cap-pt"] == "under New York's cap of 2019 the forty-first PT visit was not covered"
    assert by_rule["cap-ot-slp"] == "under New York's cap of 2019 the twenty-first OT visit was not covered"


def test_the_record_spares_what_did_not_change_and_never_hides_a_low_score(tmp_path: Path) -> None:
    library_with(tmp_path, OTHER_CODE)
    kept = tmp_path / "record.json"
    own = ("own-plan", "--rulesets", str(tmp_path), "--json")
    first = run("rules", "mutate", *own, "--record", str(kept))
    again = run("rules", "mutate", *own, "--changed", str(kept))
    assert (first.returncode, again.returncode) == (2, 2)
    before, after = orjson.loads(first.stdout), orjson.loads(again.stdout)
    assert before["payers"]["own-plan"].pop("tried") is True
    assert after["payers"]["own-plan"].pop("tried") is False
    assert before["payers"] == after["payers"]
    library_with(tmp_path, OTHER_CODE, FIFTH)
    mended = run("rules", "mutate", *own, "--changed", str(kept), "--record", str(kept))
    assert mended.returncode == 0
    assert orjson.loads(mended.stdout)["payers"]["own-plan"]["tried"] is True
    assert orjson.loads(kept.read_bytes())["own-plan"]["score"] == 1


@pytest.mark.parametrize("content", [None, b"[]", b'{"self-pay": {"killed": 3}}'], ids=["none", "a list", "half a row"])
def test_what_is_no_record_is_told_and_nothing_is_tried(tmp_path: Path, content: bytes | None) -> None:
    kept = tmp_path / "record.json"
    if content is not None:
        kept.write_bytes(content)
    told = run("rules", "mutate", "self-pay", "--changed", str(kept))
    assert told.returncode == 2
    assert "record.json" in told.stderr
    assert "--record writes" in told.stderr
    assert told.stdout == ""
