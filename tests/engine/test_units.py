"""Units: worked rows, and the laws of both rules."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import load_rulesets
from engine.units import TimedLine, UnitRule, allocate, bounds, caregiver_units, split_by_assistant

CODES = load_rulesets().reference.codes
QUARTERS = ("97110", "97112", "97116", "97124", "97140", "97530", "97535", "97542")
RULES: tuple[UnitRule, ...] = ("cms", "spm")


def timed(code: str, minutes: int | None, units: int | None = None) -> TimedLine:
    entry = CODES[code]
    return TimedLine(code, entry.timing, minutes, units, alone=entry.kind == "caregiver")


visits = st.lists(st.tuples(st.sampled_from(QUARTERS), st.integers(0, 130)), min_size=1, max_size=6).map(
    lambda lines: [timed(code, minutes) for code, minutes in lines]
)
rules = st.sampled_from(RULES)


@pytest.mark.parametrize(
    ("rule", "minutes", "units"),
    [
        ("cms", {"97112": 24, "97110": 23}, (2, 1)),
        ("cms", {"97112": 20, "97110": 20}, (1, 2)),
        ("cms", {"97112": 33, "97110": 7}, (2, 1)),
        ("cms", {"97535": 30}, (2,)),
        ("cms", {"97535": 7}, (0,)),
        ("cms", {"97535": 8}, (1,)),
        ("cms", {"97535": 22}, (1,)),
        ("cms", {"97535": 23}, (2,)),
        ("cms", {"97110": 10, "97124": 10}, (1, 0)),
        ("spm", {"97110": 10, "97124": 10}, (1, 1)),
        ("spm", {"97110": 33, "97140": 7}, (2, 0)),
        ("cms", {"97110": 23, "G0283": 15}, (2, 1)),
        ("cms", {"97550": 45, "97551": 0}, (1, 0)),
        ("cms", {"97129": 15, "97130": 23}, (1, 2)),
        ("cms", {"97150": 40}, (1,)),
    ],
)
def test_minutes_give_these_units(rule: UnitRule, minutes: dict[str, int], units: tuple[int, ...]) -> None:
    assert allocate([timed(*line) for line in minutes.items()], rule).lines == units


def test_a_tie_shows_the_other_allocation() -> None:
    tie = allocate([timed("97112", 20), timed("97110", 20)], "cms")
    assert (tie.lines, tie.alternatives) == ((1, 2), ((2, 1),))


@pytest.mark.parametrize(("minutes", "units"), [(15, (0, 0)), (16, (1, 0)), (37, (1, 0)), (38, (1, 1)), (45, (1, 1))])
def test_caregiver_training_counts_its_first_half_hour_by_its_midpoint(minutes: int, units: tuple[int, int]) -> None:
    assert caregiver_units(minutes) == units


@given(visits)
def test_units_never_exceed_what_the_total_minutes_allow(lines: list[TimedLine]) -> None:
    total = sum(line.minutes or 0 for line in lines)
    for units in (allocate(lines, "cms").lines, *allocate(lines, "cms").alternatives):
        assert sum(count or 0 for count in units) == (total + 7) // 15


@given(visits, rules)
def test_a_code_with_fifteen_minutes_never_gets_none(lines: list[TimedLine], rule: UnitRule) -> None:
    minutes: dict[str, int] = {}
    units: dict[str, int] = {}
    for line, count in zip(lines, allocate(lines, rule).lines, strict=True):
        minutes[line.code] = minutes.get(line.code, 0) + (line.minutes or 0)
        units[line.code] = units.get(line.code, 0) + (count or 0)
    assert all(units[code] >= 1 for code, given in minutes.items() if given >= 15)


@given(visits, rules, st.integers(0, 2**32))
def test_permuting_lines_of_different_codes_permutes_the_units(
    lines: list[TimedLine], rule: UnitRule, seed: int
) -> None:
    lines = list({line.code: line for line in lines}.values())
    order = list(range(len(lines)))
    random.Random(seed).shuffle(order)
    straight, shuffled = allocate(lines, rule), allocate([lines[at] for at in order], rule)
    assert shuffled.lines == tuple(straight.lines[at] for at in order)
    assert {tuple(units) for units in shuffled.alternatives} == {
        tuple(units[at] for at in order) for units in straight.alternatives
    }


@given(visits, rules, st.data())
def test_unknown_minutes_give_bounds_that_hold_in_every_completion(
    lines: list[TimedLine], rule: UnitRule, data: st.DataObject
) -> None:
    hidden = data.draw(st.sets(st.integers(0, len(lines) - 1)))
    known = [TimedLine(line.code, line.timing, None) if at in hidden else line for at, line in enumerate(lines)]
    for (low, high), units in zip(bounds(known, rule), allocate(lines, rule).lines, strict=True):
        assert units is not None
        assert low <= units
        assert high is None or units <= high


@given(st.integers(0, 120), st.integers(0, 120))
def test_splitting_by_assistant_keeps_every_unit(therapist: int, assistant: int) -> None:
    units = (therapist + assistant + 7) // 15
    parts = split_by_assistant(units, therapist, assistant)
    assert sum(part.units for part in parts) == units
    if assistant == 0:
        assert not any(part.with_assistant for part in parts)
    if therapist == 0:
        assert not any(not part.with_assistant for part in parts)


@pytest.mark.parametrize(
    ("therapist", "assistant", "marked"),
    [(8, 22, 1), (15, 15, 1), (7, 23, 2), (10, 28, 2), (30, 3, 0), (22, 23, 2), (23, 22, 1)],
)
def test_minutes_of_therapist_and_assistant_split_the_units(therapist: int, assistant: int, marked: int) -> None:
    units = (therapist + assistant + 7) // 15
    parts = split_by_assistant(units, therapist, assistant)
    assert sum(part.units for part in parts if part.with_assistant) == marked


@pytest.mark.parametrize(("therapist", "assistant", "marked"), [(27, 3, False), (26, 4, True), (0, 20, True)])
def test_an_untimed_code_is_the_assistants_above_a_tenth(therapist: int, assistant: int, marked: bool) -> None:
    [part] = split_by_assistant(1, therapist, assistant, timed=False)
    assert part.with_assistant is marked
