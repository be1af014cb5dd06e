"""Coverage: what no example shows is told, and nothing else."""

from __future__ import annotations

from pathlib import Path

import orjson

from engine import Library
from engine.quality.coverage import coverage
from engine.quality.examples import own_rules
from tests.command import run
from tests.quality.test_mutation import FIFTH, OTHER_CODE, library_with

OWN = "own-plan/review"


def missing(folder: Path, *more: str) -> set[str]:
    found = coverage(library_with(folder, *more), ["own-plan"])
    return {side.what for side in found.missing if side.rule == OWN}


def test_what_no_example_shows_is_told(tmp_path: Path) -> None:
    assert missing(tmp_path) == {
        "this visit's number in the payer's own count is at least 6: not so",
        "this visit's number in the payer's own count is 5, beyond",
        "the line's CPT or HCPCS code is 97535: not so",
    }
    assert missing(tmp_path, OTHER_CODE, FIFTH) == set()


def test_an_example_away_from_the_edge_shows_the_condition_but_not_the_edge(tmp_path: Path) -> None:
    far = FIFTH.replace("visit_number: 5", "visit_number: 2")
    assert missing(tmp_path, OTHER_CODE, far) == {"this visit's number in the payer's own count is 5, beyond"}


def test_the_command_tells_it_in_words_as_json_and_as_a_page(tmp_path: Path) -> None:
    library_with(tmp_path, OTHER_CODE)
    page = tmp_path / "coverage.html"
    own = ("own-plan", "--rulesets", str(tmp_path))
    told = run("rules", "coverage", *own, "--html", str(page))
    assert told.returncode == 2
    assert f"own.yaml:10:5: {OWN}: no example shows" in told.stdout
    assert "NOT SHOWN: this visit&#39;s" in page.read_text()
    counts = orjson.loads(run("rules", "coverage", *own, "--json").stdout)["counts"]
    assert counts["date"]["shown"] == counts["date"]["of"]


def test_every_rule_that_a_payer_has_is_tried_by_one_payer_and_once() -> None:
    """Also a base's rule that some payers replace by one of their own."""
    library = Library()
    rulesets = [ruleset for payer in library.payers if (ruleset := library.for_payer(payer))]
    tried = [rule.id for ruleset in rulesets for rule in own_rules(library, ruleset)]
    assert sorted(tried) == sorted({rule.id for ruleset in rulesets for rule in ruleset.rules})
    assert "limited-benefit/therapy-benefit" in tried
