"""A condition as a clause that a biller would write: meanings in place of fact names, names in place of codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from engine.explain import said_constant
from engine.facts.dictionary import describe
from engine.language.conditions import Figure, Test
from engine.states import STATES

Tables = Mapping[str, frozenset[str]]
"""The lists of codes of a ruleset by their names."""

_LONG = 8
"""A list of more codes than this is called by its name, where it has one."""

_SUBJECTS = {
    "date_of_service": "the day of the visit",
    "coverage.plan_type": "the plan",
    "coverage.state": "the plan's state",
    "coverage.reviewer": "the company that reviews therapy for the plan",
    "coverage.funding": "the plan",
    "coverage.region": "the plan's TRICARE region",
    "coverage.order": "this coverage",
    "coverage.visit_limit": "the number of visits that the plan pays in a benefit period",
    "coverage.benefit_period": "the period over which the plan counts visits",
    "provider.supervision": "the assistant's supervision",
    "site.place_of_service": "the place of service",
    "site.state": "the state in which the visit takes place",
    "site.modality": "the visit",
    "patient.age": "the patient's age on the day of the visit",
    "episode.visit_number": "the number of this visit in the payer's own count",
    "episode.course": "the condition",
    "episode.days_since_previous_episode": "the number of days between an earlier episode here and this one",
    "episode.treatment_days_since_progress_report": "the number of treatment days since the last progress report",
    "history.allowed_ytd.ot": "the OT amount counted this calendar year before this visit",
    "history.allowed_ytd.pt_slp": "the PT and SLP amount counted this calendar year before this visit",
    "line.bucket_before": "the amount counted this year for the line's disciplines before this visit",
    "line.bucket_after": "the amount counted this year for the line's disciplines, this visit included",
    "line.code": "the code billed",
    "line.discipline": "the therapy",
    "line.credential": "the person who treats",
    "line.purpose": "the purpose of the service",
    "line.kind": "the service",
}
_NAMES = {
    "coverage.plan_type": {
        "hmo": "an HMO", "ppo": "a PPO", "epo": "an EPO", "pos": "a POS plan", "dsnp": "a Dual Complete plan (D-SNP)",
        "isnp": "an institutional plan (I-SNP)", "ffs": "fee for service", "prime": "TRICARE Prime",
        "select": "TRICARE Select", "network": "a network plan", "non_network": "a plan without a network",
    },
    "coverage.funding": {"insured": "insured", "self_funded": "self-funded"},
    "coverage.reviewer": {
        "plan": "the plan itself", "ash": "ASH", "carelon": "Carelon", "cohere": "Cohere", "evicore": "eviCore",
        "optum": "Optum",
    },
    "coverage.region": {"east": "East", "west": "West"},
    "coverage.order": {"primary": "the first that is asked", "secondary": "the second that is asked"},
    "site.modality": {"in_person": "in person", "video": "by video", "audio_only": "by audio only"},
    "site.place_of_service": {
        "02": "telehealth away from home (02)", "03": "a school (03)", "10": "telehealth at home (10)",
        "11": "an office (11)", "12": "the patient's home (12)", "19": "a hospital department off campus (19)",
        "22": "a hospital outpatient department (22)", "24": "an ambulatory surgical center (24)",
        "49": "an independent clinic (49)", "61": "a comprehensive inpatient rehabilitation facility (61)",
        "31": "a skilled nursing facility (31)",
        "32": "a nursing facility (32)", "62": "a comprehensive outpatient rehabilitation facility (62)",
    },
    "provider.supervision": {"none": "missing"},
    "line.credential": {
        "OT": "an OT", "OTA": "an OT assistant (OTA)", "PT": "a PT", "PTA": "a PT assistant (PTA)", "SLP": "an SLP",
        "SLPA": "an SLP assistant (SLPA)", "MD": "a physician (MD)", "DO": "a physician (DO)",
        "NP": "a nurse practitioner",
        "PA": "a physician assistant", "CNS": "a clinical nurse specialist", "DC": "a chiropractor",
        "ATC": "an athletic trainer", "AIDE": "an aide", "STUDENT": "a student", "OTHER": "somebody else",
    },
    "line.purpose": {
        "restore": "to restore function", "maintain": "to maintain function",
        "prevent": "to prevent a loss of function",
        "wellness": "wellness", "lifestyle_advice": "lifestyle advice",
    },
    "line.kind": {
        "evaluation": "an evaluation", "treatment": "a treatment", "group": "group therapy", "test": "a test",
        "modality": "a modality", "caregiver": "training of a caregiver", "wound": "wound care",
        "monitoring": "remote monitoring", "other": "of another kind",
    },
}  # fmt: skip
"""What a value is called; states by their names, others as they are written."""

_NOT_SO = {
    "coverage.therapy_benefit": "the plan has no outpatient therapy benefit",
    "coverage.plan_listed": "the payer's own published list does not name this plan as affected by the rule",
    "line.authorized": "no authorization on file covers this line on this visit",
    "line.separate_time": "the line has no 15-minute interval or encounter of its own",
    "line.assistant_took_part": "no assistant gives any of the minutes alone",
    "pair.separate_time": "the second code has no interval or encounter of its own",
}
"""What holds where a fact does not, if to put *not* behind *is* would not say it."""


def plain_day(day: date) -> str:
    """1 Feb 2026."""
    return f"{day.day} {day:%b %Y}"


def clause(test: Test, tables: Tables, holds: bool = True) -> str:
    """The test, or that it does not hold, as a clause."""
    fact = describe(test.fact)
    if special := _SPECIAL.get(test.fact):
        return special(test, holds)
    if fact.type == "boolean" and test.operator == "one_of" and len(test.constants) == 1:
        return _so(test.fact, bool(test.constants[0]) is holds)
    if " from " in test.fact and fact.unit == "days":
        return _counted(test, holds)
    return f"{subject(test.fact)} {_is(test, holds)} {_values(test, tables)}"


def instead(now: Test, was: Test, holds: bool = True) -> str:
    """How a test of a fact differs from the one before, where only its values do."""
    said, before = clause(now, {}, holds), clause(was, {}, holds)
    start = f"{subject(now.fact)} {_is(now, holds)} "
    same = said.startswith(start) and before.startswith(start)
    return f"{said} instead of {before.removeprefix(start)}" if same else f"{said}, instead of: {before}"


def _so(fact: str, so: bool) -> str:
    meaning = _meaning(fact)
    if so:
        return meaning
    if fact in _NOT_SO:
        return _NOT_SO[fact]
    start, verb, rest = meaning.partition(" is ")
    simple = verb and not rest.startswith(("not ", "none")) and start.split()[0] in ("the", "this", "an", "a")
    return f"{start} is not {rest}" if simple else f"it is not so that {meaning}"


def subject(fact: str) -> str:
    """The fact as the subject of a sentence."""
    meaning = _SUBJECTS.get(fact) or _meaning(fact)
    if fact.startswith("units of "):
        name = fact.removeprefix("units of ").replace("-", " ")
        return f"the number of the day's units of codes on the list “{name}”, in the line's discipline,"
    if describe(fact).type == "whole" and meaning.split()[0].endswith("s"):
        return f"the number of {meaning}"
    return meaning if meaning.split()[0] in ("the", "this", "whether") else f"the {meaning}"


def _meaning(fact: str) -> str:
    """The meaning without what it says of absence and of the values that it may have."""
    return describe(fact).meaning.partition(";")[0].partition(":")[0].partition(" (")[0]


def _is(test: Test, holds: bool) -> str:
    if test.operator == "has":
        return "include" if holds else "do not include"
    return "is" if holds else "is not"


def _values(test: Test, tables: Tables) -> str:
    said = [value(test.fact, constant) for constant in test.constants]
    first = test.constants[0]
    if test.operator == "at_least" and isinstance(first, Figure) and first.plus > 0:
        return f"more than {said[0]}"
    if test.operator == "at_most" and first == 0:
        return said[0]
    match test.operator:
        case "between":
            return f"from {said[0]} to {said[1]}"
        case "at_least":
            return f"{said[0]} or later" if isinstance(first, date) else f"{said[0]} or more"
        case "at_most":
            return f"{said[0]} or earlier" if isinstance(first, date) else f"{said[0]} or less"
        case _:
            return _one_of(test, said, tables)


def _one_of(test: Test, said: list[str], tables: Tables) -> str:
    if len(said) > _LONG and (name := list_named(test, tables)):
        return f"on the list “{name.replace('-', ' ')}” ({len(said)} codes)"
    return f"{', '.join(said[:-1])} or {said[-1]}" if said[1:] else said[0]


def list_named(test: Test, tables: Tables) -> str | None:
    """The name of the list that holds just the codes of the test, where the ruleset has one and it is long."""
    if len(test.constants) <= _LONG:
        return None
    codes = frozenset(map(str, test.constants))
    return next((name for name, values in tables.items() if values == codes), None)


def value(fact: str, constant: object) -> str:
    """What a value of a fact is called."""
    if isinstance(constant, date) and constant != date.max:
        return plain_day(constant)
    if isinstance(constant, Figure):
        return f"the figure “{constant.name.replace('-', ' ')}” of that day"
    if fact.endswith(".state"):
        return STATES.get(str(constant), str(constant))
    names = _NAMES.get(fact, {})
    return names.get(str(constant)) or said_constant(constant, describe(fact).type == "money").replace("_", " ")


def _counted(test: Test, holds: bool) -> str:
    """Days from one day to another."""
    kind, _, span = test.fact.partition(" from ")
    start, _, end = span.partition(" to ")
    first, last = subject(start), subject(end)
    if test.operator == "between" and test.constants[0] == 0:
        text = f"{last} is no more than {test.constants[1]} {kind} after {first}"
        return text if holds else f"{last} is not within {test.constants[1]} {kind} after {first}"
    if test.operator == "at_least" and test.constants[0] == 0:
        return f"{last} is {'on or after' if holds else 'before'} {first}"
    bound = {"at_least": "at least", "at_most": "at most"}.get(test.operator)
    if bound is None:
        return f"the {kind} from {first} to {last} {_is(test, holds)} {_values(test, {})}"
    return f"{last} is {'' if holds else 'not '}{bound} {said_constant(test.constants[0], False)} {kind} after {first}"


def _counted_as_therapy(test: Test, holds: bool) -> str:
    said = {"always": "always", "sometimes": "sometimes", "neither": "never"}
    how = " or ".join(said[str(one)] for one in test.constants)
    return (
        f"Medicare {how} counts the code as therapy" if holds else f"Medicare does not count the code as therapy {how}"
    )


def _edit(test: Test, holds: bool) -> str:
    said = {
        "0": "an edit that allows no modifier stands between the two codes",
        "1": "an edit that allows a modifier stands between the two codes",
        "none": "no edit stands between the two codes",
    }
    text = ", or ".join(said[str(one)] for one in test.constants)
    return text if holds else f"it is not so that {text}"


_SPECIAL: Mapping[str, Callable[[Test, bool], str]] = {
    "line.therapy_code": _counted_as_therapy,
    "pair.indicator": _edit,
}
