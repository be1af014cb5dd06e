"""Random changes of rules with random cases on and around what they change, for holding impact against check."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from engine import Library, PlannedTreatment
from engine.fields import is_field
from engine.language.conditions import Test, leaves
from engine.language.rules import Rule, Ruleset
from engine.quality.mutants import mutants
from tests.laws.cases import LIBRARY, PAYERS, dotted_cases, treatment

_KEPT = ("date_of_service", "coverage.payer", "lines.1.code")


@dataclass(frozen=True)
class ChangedRules:
    """``new`` is the bundled library with one payer's rules changed in the way that ``what`` tells."""

    payer: str
    what: str
    rules: tuple[Rule, ...]
    new: Library


def changed_rules(chance: random.Random) -> ChangedRules:
    """One or two rules with a mistake put into them, left out, or with another figure, clock or order."""
    ruleset = LIBRARY.for_payer(chance.choice(PAYERS))
    assert ruleset is not None
    told, touched = [], []
    for _ in range(chance.choice((1, 1, 2))):
        rule = chance.choice(ruleset.rules)
        possible = tuple(mutants(rule))
        if possible and chance.random() < 0.85:
            mutant = chance.choice(possible)
            rules = tuple(mutant.rule if one.id == mutant.rule.id else one for one in ruleset.rules)
            told.append(f"{rule.id}: {mutant.mistake}")
        elif chance.random() < 0.5 and ruleset.figures:
            name = chance.choice(sorted(ruleset.figures))
            figure = ruleset.figures[name]
            raised = tuple(replace(value, value=value.value + 1) for value in figure.values)
            ruleset = replace(ruleset, figures={**ruleset.figures, name: replace(figure, values=raised)})
            rules = ruleset.rules
            told.append(f"{name}: one more")
        else:
            rules = _without(ruleset, rule)
            told.append(f"{rule.id}: left out")
        touched.append(rule)
        ruleset = replace(ruleset, rules=rules)
    used = tuple(replace(one, sha256=f"changed {one.sha256}") for one in ruleset.used)
    return ChangedRules(
        ruleset.payer or "", "; ".join(told), tuple(touched), LIBRARY.answering(replace(ruleset, used=used))
    )


def _without(ruleset: Ruleset, rule: Rule) -> tuple[Rule, ...]:
    """The rules without one that no other reads or overrides."""
    for other in ruleset.rules:
        if rule.id in other.overrides or any(
            getattr(leaf, "rule", None) == rule.id for leaf in leaves(other.condition)
        ):
            return ruleset.rules
    return tuple(one for one in ruleset.rules if one.id != rule.id)


def random_cases(number: int, seeded: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    @seed(seeded)
    @settings(
        max_examples=number, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(dotted_cases)
    def draw(dotted: dict[str, Any]) -> None:
        found.append(dotted)

    draw()
    return found


def around(dotted: dict[str, Any], changed: ChangedRules, chance: random.Random) -> PlannedTreatment:
    """The case under the changed payer, most facts of the changed rules at or beside their constants."""
    moved = {**dotted, "coverage.payer": changed.payer}
    for test in _tests(changed):
        path = test.fact.replace("line.", "lines.1.", 1) if test.fact.startswith("line.") else test.fact
        constants = [one for one in test.constants if isinstance(one, int | str | date)]
        if constants and is_field(path) and path != "coverage.payer" and chance.random() < 0.7:
            moved[path] = _beside(chance.choice(constants), chance)
    try:
        return treatment(moved)
    except AssertionError:  # the value beside is none that the fact may have
        return treatment({**dotted, "coverage.payer": changed.payer})


def _tests(changed: ChangedRules) -> Iterator[Test]:
    ruleset = changed.new.for_payer(changed.payer)
    assert ruleset is not None
    for rule in changed.rules:
        for form in filter(None, (rule, ruleset.by_id.get(rule.id))):
            yield from (leaf for leaf in leaves(form.condition) if isinstance(leaf, Test))


def _beside(constant: int | str | date, chance: random.Random) -> Any:
    if isinstance(constant, bool | str):
        return constant
    step = chance.choice((-1, 0, 1))
    return constant + timedelta(days=step) if isinstance(constant, date) else max(0, constant + step)


def question(number: int, seeded: int) -> Iterator[tuple[ChangedRules, PlannedTreatment]]:
    """So many changes, each with a case."""
    chance = random.Random(seeded)
    for dotted in random_cases(number, seeded):
        changed = changed_rules(chance)
        yield changed, around(dotted, changed, chance)
