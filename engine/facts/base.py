"""The facts of a case as the rules see them: inputs, presumptions, and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, TypeVar, cast

from engine.cost.rates import NO_RATES, ContractRates
from engine.facts.dictionary import FACTS, Fact, describe, unknown
from engine.facts.values import NO, YES, Value, choice, known
from engine.language.parse import NO_LIMIT
from engine.reference import Reference
from engine.treatment import Authorization, Coverage, PlannedTreatment

T = TypeVar("T")
Place = int | tuple[int, int] | None
"""The treatment (None), a line (its index from 0), or a pair of lines."""


MEDICARE = ("medicare-part-b",)


@dataclass(frozen=True)
class Setting:
    """What the payer's ruleset, and the practice's contracts, add to the case before any rule is read."""

    reference: Reference
    unit_rule: Literal["cms", "spm"] | None
    tables: Mapping[str, frozenset[str]]
    uses_edits: bool
    fee_schedule: bool
    rates: ContractRates = NO_RATES


@dataclass(frozen=True)
class Facts:
    """The known and the unknown of one case under one coverage. Immutable: assuming a fact gives new facts.

    ``inputs`` holds what is known or bounded by path (``lines.1.purpose``); ``presumed`` the paths whose value is only
    presumed.
    """

    treatment: PlannedTreatment
    coverage: Coverage
    setting: Setting
    inputs: Mapping[str, Value]
    presumed: frozenset[str]
    before: Facts | None = None
    changed: frozenset[str] = frozenset()
    truths: dict[tuple[int, Place], list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The truths of tests found so far, kept here so that an assumed fact costs only the tests that read it."""
    readings: dict[tuple[int, Place], Mapping[str, Value]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What is known of all facts that a segment of rules reads, which both evaluators look at."""
    _values: dict[tuple[str, Place], Value] = field(default_factory=dict, init=False, repr=False, compare=False)
    _derived: dict[tuple[str, Place], Value] = field(default_factory=dict, init=False, repr=False, compare=False)
    _found: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    _homes: dict[str, Facts | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """None stands for these facts themselves: what holds itself waits for the garbage collector."""

    def once(self, name: str, key: str, find: Callable[[Facts], T]) -> T:
        """What ``find`` gives for this case, found once for all assumptions that the named fact does not rest on."""
        home = self.home(name)
        if key not in home._found:
            home._found[key] = find(home)
        return cast("T", home._found[key])

    @property
    def date_of_service(self) -> date:
        return self.treatment.date_of_service

    def path(self, name: str, place: Place = None) -> str:
        """Where a person would write the fact: ``line.purpose`` of the first line is ``lines.1.purpose``."""
        if not name.startswith("line."):
            return name
        if isinstance(place, tuple):
            place = place[1]
        key = f"lines.{(place or 0) + 1}.{name[5:]}"
        if name in ("line.credential", "line.discipline") and key not in self.inputs:
            return f"provider.{name[5:]}"
        return key

    def value(self, name: str, place: Place = None) -> Value:
        """What is known of a fact, derived or not."""
        found = self._values.get((name, place))
        if found is None:
            found = self._values[(name, place)] = self._value(name, place)
        return found

    def _value(self, name: str, place: Place) -> Value:
        fact = describe(name)
        if not fact.inputs:
            path = name if fact.scope == "treatment" else self.path(name, place)
            return self.inputs.get(path) or unknown(name)
        at = None if fact.scope == "treatment" else place
        home = self if self.before is None else self.home(name)
        found = home._derived.get((name, at))
        if found is None:
            from engine.facts.derived import derive

            found = home._derived[(name, at)] = derive(home, name, at)
        return found

    def assuming(self, assumed: Mapping[str, Value]) -> Facts:
        """The same case with some inputs given a value."""
        return Facts(
            self.treatment,
            self.coverage,
            self.setting,
            inputs={**self.inputs, **assumed},
            presumed=self.presumed.difference(assumed),
            before=self,
            changed=frozenset([_name(path) for path in assumed]),
        )

    def home(self, name: str) -> Facts:
        """The facts before every assumption that the named fact does not rest on: what is found there still holds."""
        if self.before is None:
            return self
        if name not in self._homes:
            self._homes[name] = None if rests_on(name) & self.changed else self.before.home(name)
        return self._homes[name] or self

    def open_inputs(self, name: str, place: Place = None) -> Iterator[tuple[str, Fact]]:
        """The unknown inputs that a fact rests on, by path."""
        fact = describe(name)
        if not fact.derived:
            if not self.value(name, place).is_known:
                yield self.path(name, place), fact
            return
        for part in fact.inputs:
            yield from self.open_inputs(part, place)


def _name(path: str) -> str:
    """The dictionary's name of a path: ``lines.1.purpose`` is ``line.purpose``."""
    if path.startswith("lines."):
        return "line." + path.split(".", 2)[2]
    return {"provider.credential": "line.credential", "provider.discipline": "line.discipline"}.get(path, path)


@lru_cache(maxsize=1_024)
def rests_on(name: str) -> frozenset[str]:
    """All facts that a fact is computed from, itself included."""
    found = {name}
    for part in describe(name).inputs:
        found |= rests_on(part)
    return frozenset(found)


def inputs_of(name: str) -> Iterator[str]:
    """The inputs that a fact is computed from, itself where it is one."""
    fact = describe(name)
    if not fact.derived:
        yield name
    for part in fact.inputs:
        yield from inputs_of(part)


def _facts_of(part: str, *left_out: str) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:
    names = tuple(
        name
        for name, fact in FACTS.items()
        if not fact.derived and name.count(".") == 1 and name.startswith(f"{part}.") and name not in left_out
    )
    return names, attrgetter(*(name.split(".")[1] for name in names))


_TREATMENT_PARTS = ("provider", "site", "patient", "plan_of_care", "episode", "referral", "documents")
_LINE_PARTS = tuple(name[5:] for name, fact in FACTS.items() if fact.scope == "line" and not fact.derived)
_picked_of_line: Callable[[object], tuple[Any, ...]] = attrgetter(*_LINE_PARTS)
_PART_FACTS = tuple((part, *_facts_of(part)) for part in _TREATMENT_PARTS)
"""Each part of a treatment with the names of its facts and what picks their values out of the part."""
_FROM_THE_CASE = ("coverage.authorization", "coverage.order", "coverage.after_medicare")
_COVERAGE_FACTS, _picked_of_coverage = _facts_of("coverage", *_FROM_THE_CASE)
_MAY_BE_NONE = frozenset(name for name in _COVERAGE_FACTS if FACTS[name].allows_none)
_credential_and_discipline: Callable[[object], tuple[Any, ...]] = attrgetter("credential", "discipline")


def gather(treatment: PlannedTreatment, coverage: Coverage, setting: Setting, *, today: date, strict: bool) -> Facts:
    """The facts of a case; unless ``strict``, absent facts that may be presumed are."""
    inputs = {"today": known(today), **_given(treatment, coverage)}
    presumed = {} if strict else dict(_presumed(treatment, inputs))
    return Facts(treatment, coverage, setting, {**inputs, **presumed}, frozenset(presumed))


def _given(treatment: PlannedTreatment, coverage: Coverage) -> dict[str, Value]:
    found = {"date_of_service": known(treatment.date_of_service)}
    if treatment.diagnoses is not None:
        found["diagnoses"] = known(treatment.diagnoses)
    for part, names, picked in _PART_FACTS:
        found |= _known(names, picked(getattr(treatment, part)))
    if (treatment.necessity.expected_denial or "").strip():
        found["necessity.expected_denial"] = YES
    found |= _known(("provider.credential", "provider.discipline"), _credential_and_discipline(treatment.provider))
    found |= _given_of_coverage(treatment, coverage)
    for number, line in enumerate(treatment.lines, start=1):
        found |= _known([f"lines.{number}.{key}" for key in _LINE_PARTS], _picked_of_line(line))
        split = (line.therapist_minutes, line.assistant_minutes, line.joint_minutes)
        if line.minutes is None and None not in split:
            found[f"lines.{number}.minutes"] = known(sum(part for part in split if part is not None))
    return found


def _known(names: Iterable[str], values: tuple[Any, ...]) -> dict[str, Value]:
    """Those of the facts that have a value."""
    return {name: known(value) for name, value in zip(names, values, strict=True) if value is not None}


def _given_of_coverage(treatment: PlannedTreatment, coverage: Coverage) -> dict[str, Value]:
    found = _known(_COVERAGE_FACTS, _picked_of_coverage(coverage))
    for name in _MAY_BE_NONE & found.keys():
        if found[name].known == "none":
            found[name] = known(date.max if name == "coverage.active_to" else NO_LIMIT)
    for bucket in ("ot", "pt_slp"):
        amount = getattr(treatment.history.allowed_ytd, bucket)
        if amount is not None:
            found[f"history.allowed_ytd.{bucket}"] = known(int(amount * 100))
    second = coverage is not treatment.coverage
    found["coverage.order"] = known(coverage.order or ("secondary" if second else "primary"))
    after_medicare = second and treatment.coverage.payer in MEDICARE
    found["coverage.after_medicare"] = known(
        after_medicare if coverage.after_medicare is None else coverage.after_medicare
    )
    return {**found, **dict(_authorization(coverage.authorization))}


_AUTHORIZATION_COUNTS = tuple(key for key in Authorization.model_fields if key != "number")


def _authorization(given: Authorization | Literal["none"] | None) -> Iterator[tuple[str, Value]]:
    if given == "none":
        yield "coverage.authorization", NO
    elif given is not None:
        yield "coverage.authorization", YES
        for key in _AUTHORIZATION_COUNTS:
            value = getattr(given, key)
            if value is not None:
                yield f"coverage.authorization.{key}", known(value)


def _presumed(treatment: PlannedTreatment, inputs: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Each presumption of the dictionary that the case does not answer."""
    always = {
        "coverage.active_from": known(date.min),
        "coverage.active_to": known(date.max),
        "coverage.authorization": NO,
        "coverage.therapy_benefit": YES,
        "coverage.therapist_may_bill": YES,
        "provider.enrolled": YES,
    }
    for path, value in always.items():
        if path not in inputs:
            yield path, value
    for number, line in enumerate(treatment.lines, start=1):
        if line.purpose is None:
            yield f"lines.{number}.purpose", choice("restore", "maintain", "prevent")
        if line.assistant_minutes is None:
            yield f"lines.{number}.assistant_minutes", known(0)
