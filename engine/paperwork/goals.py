"""The goals of the plan of care: what each lacks to be measurable and dated, and whether it names a function.

Whether a goal is a good one is the clinician's to judge; here stands only what is not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.decision import Finding
from engine.message import Message, Part
from engine.own_findings import own_finding
from engine.paperwork.wording import listing
from engine.treatment import Goal, PlannedTreatment

PARTS = {
    "measure": "a measure",
    "baseline": "a baseline",
    "target": "a target",
    "by": "a day to reach it by",
}
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split()
)
_COUNTED = frozenset("rep reps repetition repetitions set sets".split())
_MACHINES = frozenset("exercise exercises treadmill bike bicycle ergometer elliptical nustep".split())
_OFTEN = frozenset("a an per each every daily weekly".split())
_EXERCISE = (
    _NUMBERS
    | _COUNTED
    | _MACHINES
    | _OFTEN
    | frozenset(
        # who, how and how often
        "patient pt client he she they his her their will can able to be do does perform performs performing complete "
        "completes completing tolerate tolerates achieve achieves increase increases improve improves improved "
        "demonstrate demonstrates progress maintain participate in at least up more than of the and or with without "
        "for on by from all both over within during using x day days week weeks session sessions time times twice "
        "once minute minutes min mins second seconds sec hold holds rest rests break breaks pain independently "
        "independent verbal cue cues cueing supervision assist assistance help minimal moderate maximum mod max no "
        "home program programme hep "
        # parts of the body
        "shoulder shoulders elbow elbows wrist wrists finger fingers thumb hip hips knee knees ankle ankles leg legs "
        "arm arms neck trunk core spine quad quads quadriceps hamstring hamstrings glute glutes gluteal calf bicep "
        "biceps triceps deltoid rotator cuff scapula scapular upper lower extremity extremities ue le ues les right "
        "left bilateral muscle muscles grip pinch "
        # movements
        "flexion extension abduction adduction rotation internal external supination pronation dorsiflexion "
        "plantarflexion raise raises curl curls press presses squat squats lunge lunges bridge bridges clamshell "
        "clamshells crunch crunches plank planks stretch stretches stretching strengthening strength rom range motion "
        "endurance aerobic resistance resisted resistive isometric isotonic active passive assisted straight long "
        "short arc heel slide slides pump pumps supine prone seated "
        # what is held or pulled
        "theraband band bands weight weights dumbbell dumbbells putty theraputty pulley pulleys stationary machine "
        "pound pounds lb lbs kg red green yellow blue black".split()
    )
)
"""Every word of a goal that only counts exercise. One word beyond these, and the goal may name a function."""


def goal_findings(treatment: PlannedTreatment) -> Iterator[Finding]:
    """What is missing, goal by goal. Goals that nobody entered are unknown, and nothing is said of them."""
    goals = treatment.plan_of_care.goals
    if goals == ():
        yield own_finding("precertain/no-goal", Message("The plan of care names no goal."))
    for number, goal in enumerate(goals or (), start=1):
        path = f"plan_of_care.goals.{number}"
        absent = [part for part in PARTS if _is_blank(getattr(goal, part))]
        if absent:
            values: dict[str, Part] = {"goal": number, "parts": listing([Message(PARTS[part]) for part in absent])}
            said = Message("Goal %(goal)s lacks %(parts)s.", values)
            yield own_finding("precertain/goal-incomplete", said, tuple((f"{path}.{part}", None) for part in absent))
        if late := _date_problem(goal, treatment):
            said = Message(
                "Goal %(goal)s is due on %(day)s, before %(event)s: is it met, or is the day wrong?",
                {"goal": number, "day": goal.by or "", "event": late},
            )
            yield own_finding("precertain/goal-date", said, ((f"{path}.by", str(goal.by)),))
        if counts_only_exercise(goal):
            said = Message(
                "Goal %(goal)s names an exercise count and no daily activity: say what the patient will do with it.",
                {"goal": number},
            )
            yield own_finding("precertain/goal-without-function", said)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _date_problem(goal: Goal, treatment: PlannedTreatment) -> Message | None:
    starts = treatment.plan_of_care.starts_on
    if goal.by is None:
        return None
    if starts is not None and goal.by < starts:
        return Message("the plan of care starts (%(day)s)", {"day": starts})
    if goal.by < treatment.date_of_service:
        return Message("the visit (%(day)s)", {"day": treatment.date_of_service})
    return None


def counts_only_exercise(goal: Goal) -> bool:
    """Whether a goal certainly names no more than an amount of exercise: every word of it is one of exercise."""
    parts = (goal.text, goal.measure, goal.target)
    words: list[str] = []
    for found in _WORD.finditer(" ".join(part for part in parts if isinstance(part, str)).casefold()):
        word = found[0]
        if not (word.isdecimal() or word in _EXERCISE):
            return False
        words.append(word)
    return _is_counted(words)


def _is_counted(words: list[str]) -> bool:
    numbers = [at for at, word in enumerate(words) if word.isdecimal() or word in _NUMBERS]
    named = set(words)
    if not numbers:
        return False
    if named & _COUNTED or (named & _MACHINES and named & {"minute", "minutes", "min", "mins"}):
        return True
    following = [words[at + 1 : at + 3] for at in numbers]
    return any(after[:1] == ["x"] or (after[:1] == ["times"] and not set(after[1:]) & _OFTEN) for after in following)
