"""Compare the rule engine with the second evaluator on random rules and cases.

``python -m tests.inference.soak N SEED`` runs in a process of its own, so that a crash of the C engine
is a failure that is seen; it prints how many checks agreed.
"""

from __future__ import annotations

import random
import sys

from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test
from engine.language.rules import Effect, Rule
from tests.inference.random_rules import AUTHORIZATION, DOMAINS, Evaluators, rule_of, values_of

CASES_A_RULESET = 250


def condition(chance: random.Random, lower: list[str], depth: int = 0) -> Condition:
    pick = chance.random()
    if depth < 3 and pick < 0.35:
        parts = tuple(condition(chance, lower, depth + 1) for _ in range(chance.randint(1, 4)))
        return All(parts) if chance.random() < 0.5 else AnyOf(parts)
    if depth < 3 and pick < 0.45:
        return Not(condition(chance, lower, depth + 1))
    if lower and pick < 0.55:
        return Fired(chance.choice(lower))
    name = chance.choice(list(DOMAINS))
    values = DOMAINS[name]
    if name == "episode.visit_number":
        low, high = sorted((chance.randint(0, 9), chance.randint(0, 9)))
        operator = chance.choice(("at_least", "at_most", "between"))
        return Test(name, operator, (low, high) if operator == "between" else (low,))  # type: ignore[arg-type]
    return Test(name, "one_of", tuple(chance.sample(values, chance.randint(1, len(values) - 1))))  # type: ignore[arg-type]


def ruleset(chance: random.Random) -> tuple[Rule, ...]:
    """Up to seventy rules, so that some levels take several chunks; each reads lower and overrides higher ones."""
    count = chance.choice((3, 12, 40, 70))
    rules: list[Rule] = []
    for number in range(count):
        above = range(number + 1, count)
        targets = chance.sample(above, min(len(above), chance.choice((0, 0, 0, 1, 2))))
        rules.append(
            rule_of(
                number,
                condition(chance, [rule.id for rule in rules]),
                Effect("authorization", chance.choice(AUTHORIZATION)),
                tuple(f"r/{target}" for target in targets),
            )
        )
    return tuple(rules)


def agreed(checks: int, seed: int) -> int:
    """Compare so many cases, each decided twice with others between. Raises AssertionError at the first difference."""
    chance = random.Random(seed)
    done = 0
    while done < checks:
        evaluators = Evaluators(ruleset(chance))
        first = None
        for _ in range(min(CASES_A_RULESET, checks - done)):
            case = {name: chance.choice((None, *values)) for name, values in DOMAINS.items()}
            values = values_of(case)
            states = evaluators.durable(values)
            assert states == evaluators.second(values), (evaluators.rules, case)
            first = first or (values, states)
            done += 1
        if first is not None:
            assert evaluators.durable(first[0]) == first[1]
        evaluators.close()
    return done


if __name__ == "__main__":
    print(agreed(int(sys.argv[1]), int(sys.argv[2])))
