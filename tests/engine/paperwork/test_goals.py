"""Goals: what each lacks, dates that cannot be, and exercise counted without a function."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.paperwork.paper import decide, names, warnings

WHOLE = {
    "text": "Puts on a shirt without help",
    "measure": "minutes to dress",
    "baseline": 18,
    "target": 6,
    "by": "2026-10-15",
}


def told(*goals: dict[str, Any]) -> list[tuple[str, str]]:
    return warnings(decide(plan_of_care__goals=goals))


def test_a_whole_goal_and_goals_that_nobody_entered_are_left_alone() -> None:
    assert told(WHOLE) == []
    assert names(decide()) == []


def test_no_goal_at_all_is_told() -> None:
    assert told() == [("no-goal", "The plan of care names no goal.")]


def test_each_goal_is_told_what_it_lacks() -> None:
    bare = {"text": WHOLE["text"]}
    assert told(WHOLE, bare, WHOLE | {"baseline": None}) == [
        ("goal-incomplete", "Goal 2 lacks a measure, a baseline, a target and a day to reach it by."),
        ("goal-incomplete", "Goal 3 lacks a baseline."),
    ]


def test_a_baseline_of_zero_is_a_baseline_and_a_blank_is_none() -> None:
    assert told(WHOLE | {"baseline": 0}) == []
    assert told(WHOLE | {"target": "  "}) == [("goal-incomplete", "Goal 1 lacks a target.")]


@pytest.mark.parametrize(
    ("by", "before"),
    [
        ("2026-08-31", "before the plan of care starts (2026-09-01)"),
        ("2026-09-01", "before the visit (2026-09-15)"),
        ("2026-09-14", "before the visit (2026-09-15)"),
        ("2026-09-15", None),
    ],
)
def test_a_goal_is_not_due_before_the_plan_starts_nor_before_the_visit(by: str, before: str | None) -> None:
    found = dict(told(WHOLE | {"by": by}))
    assert set(found) == ({"goal-date"} if before else set())
    if before:
        assert found["goal-date"] == f"Goal 1 is due on {by}, {before}: is it met, or is the day wrong?"


def test_the_finding_names_the_absent_facts_and_cites_the_product() -> None:
    decision = decide(plan_of_care__goals=({"text": "Bathes without help", "measure": "level of help"},))
    [finding] = [one for one in decision.findings if one.rule == "precertain/goal-incomplete"]
    assert dict(finding.facts) == dict.fromkeys(f"plan_of_care.goals.1.{part}" for part in ("baseline", "target", "by"))
    assert (finding.source.title, finding.source.level) == ("precertain", "own")


def test_no_word_of_a_goal_is_repeated_since_it_may_name_the_patient() -> None:
    for _, message in told({"text": "Aster Sample will do ten repetitions"}, {"text": "Will do ten repetitions"}):
        assert "Aster" not in message
        assert "repetitions" not in message


EXERCISE = [
    "Will do ten repetitions",
    "Patient will complete 3 sets of 10 biceps curls with a 5 lb weight",
    "Pt will perform 3x10 straight leg raises",
    "Shoulder flexion 20 times with red theraband",
    "Perform 20 minutes of exercise on the stationary bike",
    "Will tolerate 15 minutes on the treadmill without rest breaks",
    "Increase to 30 reps of quad sets daily",
    "Complete two sets of wrist extension with verbal cues",
    "15 repetitions of putty pinch with the right thumb",
    "Will perform a home exercise program, 10 reps each, twice a day",
    "Bridges: 2 sets, 12 reps, to improve core strength and endurance",
]
FUNCTION = [
    "Transfers from bed to wheelchair unaided within three sessions",
    "Puts on an upper-body garment with a reacher without help",
    "Fastens trousers with a button hook with one hand",
    "Climbs 12 stairs with one rail and no help",
    "Will do ten repetitions of sit-to-stand to get off the toilet",
    "Completes 3 sets of 10 overhead reaches to put dishes away",
    "Brushes all teeth for two minutes with a picture schedule",
    "Carries a laundry basket 3 times from room to room",
    "Walks 15 minutes on the treadmill so as to reach the shop",
    "Lifts a 5 lb pan to the shelf in 8 of 10 trials",
    "Sets up the weekly medicine box in 2 of 3 tries",
    "Says the sound r in 20 repetitions of single words",
    "Names 10 objects in 2 minutes",
    "Writes own name with 5 repetitions",
    "Propels the wheelchair for 10 minutes",
    "Feeds self with a spoon, 10 bites, with minimal assistance",
    "Tolerates 30 minutes of standing at the kitchen counter",
    "Swallows 10 teaspoons of puree without coughing",
    "Returns to work with lifts of 20 pounds, 10 times an hour",
    "Hará diez repeticiones",
    "Wird zehn Wiederholungen machen",
    "做十次",
]
UNSURE = [
    "Will exercise 3 times a week",
    "Shoulder flexion to 120 degrees",
    "Increase grip strength to 40 pounds",
    "Independent with the home exercise program",
    "Improve endurance",
    "Hold a plank for 30 seconds",
]


@pytest.mark.parametrize("text", EXERCISE)
def test_a_goal_that_only_counts_exercise_is_asked_for_its_function(text: str) -> None:
    [(name, message)] = told(WHOLE | {"text": text, "measure": "repetitions", "baseline": 4, "target": 10})
    assert name == "goal-without-function"
    assert message == ("Goal 1 names an exercise count and no daily activity: say what the patient will do with it.")


@pytest.mark.parametrize("text", [*FUNCTION, *UNSURE])
def test_a_goal_that_names_or_may_name_a_function_is_left_alone(text: str) -> None:
    assert told(WHOLE | {"text": text, "measure": "times", "baseline": 4, "target": 10}) == []


def test_a_count_may_stand_in_the_target_and_a_function_in_the_measure() -> None:
    curls = WHOLE | {
        "text": "Biceps curls",
        "measure": "pounds of weight",
        "target": "3 x 10",
    }
    assert [name for name, _ in told(curls)] == ["goal-without-function"]
    assert told(curls | {"measure": "cups lifted to the shelf"}) == []


@given(st.sampled_from(EXERCISE), st.sampled_from(["dressing", "bathing", "stairs", "cooking", "writing", "işler"]))
def test_one_word_beyond_exercise_is_enough_to_say_nothing(text: str, word: str) -> None:
    assert told(WHOLE | {"text": f"{text} for {word}", "measure": "repetitions"}) == []


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_read(text: str) -> None:
    for _, message in told(WHOLE | {"text": text, "measure": None}):
        assert message.startswith("Goal 1 ")
