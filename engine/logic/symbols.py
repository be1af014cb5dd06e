"""The inputs of a case as variables of the solver, shared by all rulesets that are held against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, Any, get_args, get_origin

import z3
from pydantic import BaseModel, TypeAdapter, ValidationError

from engine import treatment
from engine.facts.base import rests_on
from engine.facts.dictionary import FACTS, Fact, describe
from engine.language.conditions import Test, leaves
from engine.language.parse import NO_LIMIT
from engine.language.rules import Ruleset
from engine.logic.terms import Formula, Term, within
from engine.reference import Reference

DAY = "date_of_service"
CODE = "line.code"
PAIR, SEPARATE = "pair", "pair.separate_time"
"""Which pair of codes is on the claim, and whether its second has its own time: the inputs of rules about pairs."""
YTD = ("history.allowed_ytd.ot", "history.allowed_ytd.pt_slp")
ON_FILE = "coverage.authorization"
AUTHORIZED_CODES, THIS_CODE = "coverage.authorization.codes", "the line's code"
NO_CODE_KNOWS = "99999"
"""A well-formed code that stands in no table."""
_UNITS = {f"{ON_FILE}.units_approved", f"{ON_FILE}.units_used", "line.minutes"}
_EARLIEST, _LATEST = date(1880, 1, 1).toordinal(), date(2199, 12, 31).toordinal()
_MOST_MONEY = 10_000_000_000
_MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("coverage.authorization.", treatment.Authorization),
    ("coverage.", treatment.Coverage),
    ("plan_of_care.", treatment.PlanOfCare),
    ("episode.", treatment.Episode),
    ("line.", treatment.Line),
)


@dataclass(frozen=True)
class Input:
    """One input: its variables, and what the numbers of a named one stand for.

    A list of codes has a variable for each code that tests name; ``given`` says of an input that a complete case may
    lack whether it is there.
    """

    fact: Fact
    terms: tuple[Term, ...]
    names: tuple[str, ...] = ()
    given: Term | None = None

    @property
    def term(self) -> Term:
        return self.terms[0]

    @property
    def variables(self) -> tuple[Term, ...]:
        return self.terms if self.given is None else (self.given, *self.terms)


class Symbols:
    """The variables of all inputs that the rulesets read. ``limits``: what every case keeps to."""

    def __init__(self, reference: Reference, rulesets: Iterable[Ruleset]) -> None:
        self.reference = reference
        self.limits: list[Formula] = []
        self._mentioned = _mentioned(rulesets)
        self._inputs: dict[str, Input] = {}

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(_kinds_of_pairs(self.reference))

    @property
    def day(self) -> Term:
        return self.input(DAY).term

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.reference.codes, NO_CODE_KNOWS)

    def input(self, name: str) -> Input:
        found = self._inputs.get(name)
        if found is None:
            found = self._inputs[name] = self._made(name)
            if name == "line.assistant_minutes":
                self.limits.append(found.term <= self.input("line.minutes").term)
        return found

    def _made(self, name: str) -> Input:
        if name == PAIR:
            term = z3.Int(name)
            self.limits.append(within(term, range(max(1, len(self.pairs)))))
            return Input(Fact(name, "whole", "", scope="pair"), (term,))
        fact = FACTS[name]
        if fact.type == "boolean":
            if name == "necessity.expected_denial":  # written or not; nobody writes that it is not
                return Input(fact, (z3.BoolVal(True),), given=z3.Bool(name))
            return Input(fact, (z3.Bool(name),))
        if fact.type == "codes":
            return self._list(fact)
        if fact.type in ("choice", "code"):
            names = self._names(fact)
            term = z3.Int(name)
            self.limits.append(within(term, [at for at, text in enumerate(names) if _can_be(fact, text)]))
            return Input(fact, (term,), names)
        return self._number(fact)

    def _list(self, fact: Fact) -> Input:
        names = tuple(dict.fromkeys((*self._mentioned.get(fact.name, ()), *fact.choices)))
        if fact.name == AUTHORIZED_CODES:
            names = (*names, THIS_CODE)
        terms = tuple(z3.Bool(f"{fact.name} has {text}") for text in names)
        for text, term in zip(names, terms, strict=True):
            if fact.name == AUTHORIZED_CODES and text in self.codes:
                same = self.input(CODE).term == self.codes.index(text)
                self.limits.append(z3.Implies(z3.And(terms[-1], same), term))
            elif text != THIS_CODE and not _can_be(fact, text):
                self.limits.append(z3.Not(term))
        return Input(fact, terms, names)

    def _names(self, fact: Fact) -> tuple[str, ...]:
        if fact.name == CODE:
            return self.codes
        if fact.type == "code":
            mentioned = self._mentioned.get(fact.name, ())
            return (*mentioned, next(code for code in ("99", "98", "97", "96") if code not in mentioned))
        return fact.choices

    def _number(self, fact: Fact) -> Input:
        term = z3.Int(fact.name)
        least, most = limits_of(fact)
        inside = z3.And(term >= least, term <= most)
        none = date.max.toordinal() if fact.type == "date" else NO_LIMIT
        self.limits.append(z3.Or(inside, term == none) if fact.allows_none else inside)
        given = z3.Bool(f"{fact.name} given") if fact.name == "documents.abn_signed_on" else None
        return Input(fact, (term,), given=given)


def _can_be(fact: Fact, text: str) -> bool:
    """Whether a case can hold the text: rules may name a place or a diagnosis that none can."""
    match fact.name:
        case "site.place_of_service":
            return len(text) == 2 and text.isascii() and text.isdecimal()
        case "diagnoses":
            return _reads_as(treatment.Diagnosis, text)
        case "coverage.authorization.codes":
            return _reads_as(treatment.Code, text)
    return True


def _reads_as(kind: Any, text: str) -> bool:
    try:
        return bool(TypeAdapter(kind).validate_python(text) == text)
    except ValidationError:
        return False


@lru_cache(maxsize=256)
def limits_of(fact: Fact) -> tuple[int, int]:
    """The least and the greatest value that a case may give a number, an amount or a date."""
    if fact.type == "date":
        return _EARLIEST, _LATEST
    if fact.type == "money":
        return 0, _MOST_MONEY
    for prefix, model in _MODELS:
        if fact.name.startswith(prefix):
            annotation = model.model_fields[fact.name.removeprefix(prefix)].annotation
            return _bounds(annotation, "ge", 0), _bounds(annotation, "le", NO_LIMIT - 1)
    return 0, NO_LIMIT - 1


def _bounds(annotation: object, key: str, default: int) -> int:
    """The bound that stands on a whole number somewhere in a type."""
    if get_origin(annotation) is Annotated:
        for note in annotation.__metadata__:  # type: ignore[attr-defined]
            for rule in getattr(note, "metadata", ()):
                if hasattr(rule, key):
                    return int(getattr(rule, key))
    for part in get_args(annotation):
        if (found := _bounds(part, key, default)) != default:
            return found
    return default


def _mentioned(rulesets: Iterable[Ruleset]) -> Mapping[str, tuple[str, ...]]:
    """The texts that tests name, by fact."""
    found: dict[str, dict[str, None]] = {}
    for test in (test for ruleset in rulesets for test in _tests(ruleset)):
        texts = [constant for constant in test.constants if isinstance(constant, str)]
        found.setdefault(test.fact, {}).update(dict.fromkeys(texts))
    return {name: tuple(sorted(texts)) for name, texts in found.items()}


def _tests(ruleset: Ruleset) -> Iterator[Test]:
    for rule in ruleset.rules:
        for condition in (rule.condition, *(document.on_file for document in rule.documents)):
            yield from (leaf for leaf in leaves(condition) if isinstance(leaf, Test))


def _kinds_of_pairs(reference: Reference) -> Iterator[tuple[str, str]]:
    """One pair of codes for each way in which an edit may be dated and marked."""
    seen: set[object] = set()
    for (first, second), windows in reference.edits.pairs.items():
        if (second, first) not in reference.edits.pairs and windows not in seen:
            seen.add(windows)
            yield first, second


def read_by(tests: Iterable[Test]) -> tuple[str, ...]:
    """The inputs that tests rest on, in the dictionary's order, those last that yield to the others."""
    names: set[str] = {DAY}
    for test in tests:
        if test.fact.startswith("pair."):
            names |= {PAIR, SEPARATE}
            continue
        rests = {name for name in rests_on(test.fact) if name in FACTS and not FACTS[name].derived}
        # An authorization is shown counted in visits, unless a rule itself reads its units.
        names |= rests - _UNITS if test.fact == "line.authorized" else rests
        if describe(test.fact).scope == "line":
            names.add(CODE)
    last = (PAIR, SEPARATE, *YTD)
    order = {name: at for at, name in enumerate((*(name for name in FACTS if name not in last), *last))}
    return tuple(sorted(names, key=lambda name: order[name]))
