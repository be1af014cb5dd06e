"""Claim modifiers of each line, in claim order, and the edits between lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.assess import Assessment
from engine.bounds import bound
from engine.decision import Edit, PossibleModifier
from engine.facts.base import Facts
from engine.facts.derived import bucket_of
from engine.inference.patterns import FALSE, TRUE, UNKNOWN
from engine.inference.rule_engine import RuleEngine, States
from engine.language.rules import Rule

CLAIM_ORDER = (
    "GO", "GP", "GN", "CO", "CQ", "KX", "59", "XE", "XS", "XP", "XU", "95", "93", "GT", "GA", "GX", "GY", "GZ",
)  # fmt: skip
ASSISTANT = ("CO", "CQ")
_LIABILITY = ("GA", "GX", "GY", "GZ")
_KEPT_LONGEST = ("GO", "GP", "GN", "CO", "CQ", "KX", "59", "XE", "XS", "XP", "XU", *_LIABILITY, "95", "93", "GT")


@dataclass(frozen=True)
class LineModifiers:
    """``certain`` in claim order, at most four; ``dropped`` went for want of room."""

    certain: tuple[str, ...]
    dropped: tuple[str, ...]
    possible: tuple[PossibleModifier, ...]


@dataclass(frozen=True)
class PairEdit:
    """The edit between two lines, column 1 first, and what it does to the second."""

    first: int
    second: int
    indicator: int
    resolution: str
    why: tuple[str, ...]


_LENIENT_FIRST = ("modifier", "modifier_if_separate", "bundled", "never_together")


def pair_edits(engine: RuleEngine, facts: Facts, assessment: Assessment) -> tuple[PairEdit, ...]:
    """The edits that bite, or may, between two lines."""
    found: list[PairEdit] = []
    for (first, second), states in assessment.pairs.items():
        lines = facts.treatment.lines
        edit = facts.setting.reference.edits.lookup(lines[first].code, lines[second].code, facts.date_of_service)
        decided = bound(engine.ruleset, "edit", states, frozenset())
        if edit is None or decided.silent or (not decided.definite and edit.indicator == 0):
            continue
        resolution = decided.answer if decided.definite else "modifier_if_separate"
        found.append(PairEdit(first, second, edit.indicator, resolution, decided.why))
    return tuple(found)


def edits(facts: Facts, pairs: tuple[PairEdit, ...]) -> tuple[Edit, ...]:
    """Each pair of codes once, with the strictest resolution among its lines."""
    found: dict[tuple[str, str], Edit] = {}
    for pair in sorted(pairs, key=lambda item: (-_LENIENT_FIRST.index(item.resolution), item.why)):
        codes = facts.treatment.lines[pair.first].code, facts.treatment.lines[pair.second].code
        found.setdefault(codes, Edit(*codes, pair.indicator, pair.resolution, pair.why))
    return tuple(sorted(found.values(), key=lambda item: (item.column1, item.column2)))


def line_modifiers(
    engine: RuleEngine, facts: Facts, assessment: Assessment, at: int, pairs: tuple[PairEdit, ...]
) -> LineModifiers:
    """The modifiers that the rules and the edits put on a line."""
    line = assessment.lines[at]
    certain: set[str] = set()
    possible: dict[str, PossibleModifier] = {}
    for rule, state in _modifier_rules(engine, line.now):
        modifier = rule.effect.value if rule.effect else ""
        if modifier in _LIABILITY and not line.counts:
            continue
        if state == TRUE:
            certain.add(modifier)
        elif modifier not in possible:
            possible[modifier] = PossibleModifier(modifier, rule.because, _unknown_fact(engine, facts, rule, at))
    distinct = engine.ruleset.distinct_service_modifier
    for pair in pairs:
        if pair.second == at and pair.resolution == "modifier":
            certain.add(distinct)
        elif pair.second == at and pair.resolution == "modifier_if_separate":
            beside = facts.treatment.lines[pair.first].code
            separate = f"it has an interval or encounter of its own beside {beside}"
            possible[distinct] = PossibleModifier(distinct, separate, facts.path("line.separate_time", at))
    kept = sorted(sorted(certain, key=_KEPT_LONGEST.index)[:4], key=CLAIM_ORDER.index)
    dropped = sorted(certain - set(kept), key=CLAIM_ORDER.index)
    left = [possible[name] for name in sorted(possible, key=CLAIM_ORDER.index) if name not in certain]
    return LineModifiers(tuple(kept), tuple(dropped), tuple(left))


def _modifier_rules(engine: RuleEngine, states: States) -> Iterator[tuple[Rule, int]]:
    for rule in engine.ruleset.deciding["modifier"]:
        if state := states.get(rule.id, FALSE):
            yield rule, state


def _unknown_fact(engine: RuleEngine, facts: Facts, rule: Rule, at: int) -> str:
    place = at if rule.scope == "line" else None
    for test in engine.ruleset.tests[rule.id]:
        if engine.truth(test, facts, place) == UNKNOWN:
            other = _other_bucket(facts, at)
            return next((path for path, _ in facts.open_inputs(test.fact, place) if path != other), test.fact)
    return "date_of_service"


def _other_bucket(facts: Facts, at: int) -> str | None:
    """The yearly total that the line does not move."""
    discipline = facts.value("line.discipline", at)
    if not discipline.is_known:
        return None
    return f"history.allowed_ytd.{'pt_slp' if bucket_of(str(discipline.known)) == 'ot' else 'ot'}"
