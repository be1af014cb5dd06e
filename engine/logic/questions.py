"""Questions about rules, each answered by a real case, by proof that there is none, or by neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import z3

from engine.bounds import bound
from engine.inference.patterns import FALSE, TRUE
from engine.inference.program import fold
from engine.inference.rule_engine import States
from engine.language.conditions import All, Condition
from engine.language.rules import ORDER, Dimension, Rule, Ruleset
from engine.logic.room import Claim, Room
from engine.logic.terms import Formula, Truth
from engine.logic.view import Answers, View
from engine.logic.witness import Found, Unproved, Witness
from engine.reference import Reference
from engine.treatment import PlannedTreatment


def satisfiable(room: Room, conditions: Sequence[Condition], *, possibly: bool = False) -> Found:
    """A case in which all conditions are true, or ``possibly`` not false; other rules are read as the engine has them.

    >>> satisfiable(Room(reference, ruleset), [rule.condition])
    """
    view, whole = room.view, All(tuple(conditions))
    truth = view.condition(whole)
    least = FALSE + 1 if possibly else TRUE

    def holds(case: PlannedTreatment) -> bool:
        states = view.states(case)
        return fold(whole, lambda test: view.truth_in(case, test), states) >= least

    return room.find(Claim(truth.possible if possibly else truth.certain, tuple(view.behind(whole)), holds))


def can_be(room: Room, conditions: Sequence[Condition]) -> bool:
    """Whether anything speaks for a case in which the conditions may hold together; false is a proof that none is."""
    whole = All(tuple(conditions))
    formula = room.view.condition(whole).possible
    return room.possible(Claim(formula, tuple(room.view.behind(whole)), lambda case: True))


def can_hold(room: Room, rule: str) -> bool:
    """The same for a rule's own condition, on a pair of codes for a rule about pairs."""
    view = room.view
    return room.possible(Claim(view.holds(rule).possible, tuple(view.tests_behind(rule)), lambda case: True))


def applying(room: Room, rule: str, *, possibly: bool = False) -> Found:
    """A case in which a rule applies, overriding counted."""
    view = room.view
    truth, least = view.applies(rule), FALSE + 1 if possibly else TRUE
    formula = truth.possible if possibly else truth.certain
    return room.find(Claim(formula, tuple(view.tests_behind(rule)), lambda case: view.states(case)[rule] >= least))


def holding(room: Room, rule: str) -> Found:
    """A case in which a rule's own condition holds, whatever overrides it."""
    view = room.view
    own = view.ruleset.by_id[rule].condition

    def holds(case: PlannedTreatment) -> bool:
        edited = rule not in _pair_rules(view) or rule in view.states(case)
        return edited and fold(own, lambda test: view.truth_in(case, test), view.states(case)) == TRUE

    return room.find(Claim(view.holds(rule).certain, tuple(view.tests_behind(rule)), holds))


def _pair_rules(view: View) -> frozenset[str]:
    return frozenset(rule.id for rule in view.ruleset.rules if rule.scope == "pair")


def conflicting(room: Room, one: str, other: str) -> Found:
    """A case in which both rules certainly apply."""
    view = room.view
    formula = z3.And(view.applies(one).certain, view.applies(other).certain)

    def holds(case: PlannedTreatment) -> bool:
        states = view.states(case)
        return states[one] == states[other] == TRUE

    return room.find(Claim(formula, tuple(view.tests_behind(one, other)), holds))


def covering(room: Room, one: str, other: str) -> Found:
    """A case in which the condition of ``one`` may hold and that of ``other`` may not; None: ``other`` holds wherever
    ``one`` does."""
    view = room.view
    first, second = view.holds(one), view.holds(other)
    apart = z3.Or(z3.And(first.certain, z3.Not(second.certain)), z3.And(first.possible, z3.Not(second.possible)))
    return room.find(Claim(apart, tuple(view.tests_behind(one, other)), lambda case: _apart(view, one, other, case)))


def _apart(view: View, one: str, other: str, case: PlannedTreatment) -> bool:
    states = view.states(case)
    first, second = (
        fold(view.ruleset.by_id[name].condition, lambda test: view.truth_in(case, test), states)
        for name in (one, other)
    )
    return first > second


def equivalent(reference: Reference, first: tuple[Ruleset, str], second: tuple[Ruleset, str]) -> Found:
    """A case in which rules of two rulesets (or of the same) do not apply alike; None: they always do."""
    room = Room(reference, first[0], second[0])
    one, other = room.views[0], room.views[1]
    differ = _differ(one.applies(first[1]), other.applies(second[1]))
    tests = (*one.tests_behind(first[1]), *other.tests_behind(second[1]))
    return room.find(
        Claim(differ, tests, lambda case: one.states(case).get(first[1], 0) != other.states(case).get(second[1], 0))
    )


def answers_differ(
    reference: Reference, old: Ruleset, new: Ruleset, dimension: Dimension
) -> Iterator[Witness | Unproved]:
    """Cases that two rulesets answer differently in a dimension: one for each pair of answers and rules behind it.

    Nothing: proved that no complete case gets another answer.
    """
    room = Room(reference, old, new)
    before, after = room.views
    ours, theirs = before.answers(dimension), after.answers(dimension)
    apart = z3.Or([z3.Xor(ours.by_value[value], theirs.by_value[value]) for value in ORDER[dimension]])
    names = [[rule.id for rule in view.ruleset.deciding[dimension]] for view in room.views]
    tests = (*before.tests_behind(*names[0]), *after.tests_behind(*names[1]))
    seen: list[Formula] = []

    def told(case: PlannedTreatment) -> tuple[str, ...]:
        return tuple(answer_in(view, dimension, case) for view in room.views)

    def decided(case: PlannedTreatment) -> list[list[int]]:
        states = [view.states(case) for view in room.views]
        return [[at.get(name, FALSE) for name in own] for at, own in zip(states, names, strict=True)]

    claim = Claim(apart, tests, lambda case: len(set(told(case))) > 1, decided)
    while (found := room.find(claim, tuple(seen))) is not None:
        yield found
        if isinstance(found, Unproved):
            return
        states = [view.states(found.case) for view in room.views]
        bringing = _bringing(old, new, dimension, states)
        alike = [
            part
            for view, own, at in zip(room.views, names, states, strict=True)
            for part in _as_in(view, [name for name in own if name in bringing] or own, at)
        ]
        alike += [_saying(answers, answer) for answers, answer in zip((ours, theirs), told(found.case), strict=True)]
        seen.append(z3.Not(z3.And(alike)))


def _bringing(old: Ruleset, new: Ruleset, dimension: Dimension, states: Sequence[States]) -> frozenset[str]:
    """The rules of a dimension that apply in one of two rulesets only, or say something else in the other."""
    rules = dict.fromkeys(rule.id for ruleset in (old, new) for rule in ruleset.deciding[dimension])
    return frozenset(
        name
        for name in rules
        if states[0].get(name, FALSE) != states[1].get(name, FALSE)
        or (name in old.by_id and name in new.by_id and old.by_id[name].effect != new.by_id[name].effect)
    )


def _saying(answers: Answers, answer: str) -> Formula:
    """The answer of a dimension is this one."""
    return answers.by_value.get(answer, z3.Not(z3.Or(list(answers.by_value.values()))))


def _as_in(view: View, rules: list[str], states: States) -> Iterator[Formula]:
    """The rules apply as they do in a case."""
    for name in rules:
        truth, state = view.applies(name), states.get(name, FALSE)
        yield truth.certain == (state == TRUE)
        yield truth.possible == (state != FALSE)


def answer_in(view: View, dimension: Dimension, case: PlannedTreatment) -> str:
    """What the engine answers in a real case, of its first line or of its pair."""
    return bound(view.ruleset, dimension, view.states(case), frozenset()).answer


def silent(room: Room, dimension: Dimension, within: Sequence[Condition] = ()) -> Found:
    """A case within conditions that no rule of a dimension answers, not even possibly."""
    view, limit = room.view, All(tuple(within))
    names = [rule.id for rule in view.ruleset.deciding[dimension]]
    formula = z3.And(view.answers(dimension).silent, view.condition(limit).certain)

    def holds(case: PlannedTreatment) -> bool:
        kept = fold(limit, lambda test: view.truth_in(case, test), view.states(case)) == TRUE
        return kept and _is_silent(view, dimension, case)

    return room.find(Claim(formula, (*view.tests_behind(*names), *view.behind(limit)), holds))


def ending(room: Room, rule: str, ends: date, dimension: Dimension, *, resuming: date | None = None) -> Found:
    """A case that a rule answers on its last day and, moved to the next day, no rule does; ``resuming``: and that a
    rule that begins on that later day answers again."""
    last, after = room.moved(ends), room.moved(ends + timedelta(days=1))
    parts = [last.applies(rule).certain, after.answers(dimension).silent, room.symbols.day == ends.toordinal()]
    rules = last.ruleset.deciding[dimension]
    names = [other.id for other in rules]
    beginning = [other.id for other in rules if other.in_force_from == resuming]
    again = room.moved(resuming) if resuming else None
    if again is not None:
        parts.append(z3.Or([again.applies(name).certain for name in beginning]))

    def holds(case: PlannedTreatment) -> bool:
        ended = last.states(case)[rule] == TRUE and _is_silent(after, dimension, case)
        return ended and (again is None or any(again.states(case)[name] == TRUE for name in beginning))

    return room.find(Claim(z3.And(parts), tuple(last.tests_behind(*names)), holds))


def _is_silent(view: View, dimension: Dimension, case: PlannedTreatment) -> bool:
    return bound(view.ruleset, dimension, view.states(case), frozenset()).silent


def outcomes_differ(reference: Reference, old: Ruleset, new: Ruleset) -> Found:
    """A case in which two rulesets say anything different: an answer with its reason and dates, a paper, a deadline, a
    modifier or a warning. None is proof that every complete case is decided alike."""
    room = Room(reference, old, new)
    before, after = room.views
    kinds = {_outcome(rule): None for view in room.views for rule in view.ruleset.rules}
    tests = tuple(test for view in room.views for test in view.tests_behind(*view.ruleset.by_id))
    claims = [_differ(*(_where(view, _giving(view, kind)) for view in room.views)) for kind in kinds]

    def told(view: View, case: PlannedTreatment) -> dict[object, int]:
        states = view.states(case)
        found: dict[object, int] = dict.fromkeys(kinds, 0)
        for rule in view.ruleset.rules:
            found[_outcome(rule)] = max(found[_outcome(rule)], states.get(rule.id, 0))
        return found

    return room.find(Claim(z3.Or(claims), tests, lambda case: told(before, case) != told(after, case)))


def _where(view: View, rules: Sequence[str]) -> Truth:
    truths = [view.applies(name) for name in rules]
    return Truth(z3.Or([truth.certain for truth in truths]), z3.Or([truth.possible for truth in truths]))


def _giving(view: View, outcome: tuple[object, ...]) -> list[str]:
    return [rule.id for rule in view.ruleset.rules if _outcome(rule) == outcome]


def _outcome(rule: Rule) -> tuple[object, ...]:
    """All that follows from a rule where it applies."""
    return (rule.scope, rule.effect, rule.documents, rule.deadlines, rule.warning and rule.because)


def _differ(one: Truth, other: Truth) -> Formula:
    return z3.Or(z3.Xor(one.certain, other.certain), z3.Xor(one.possible, other.possible))
