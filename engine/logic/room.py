"""The room in which questions about rulesets are solved: variables once, then question by question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import z3

from engine.facts.base import Facts
from engine.facts.dictionary import FACTS
from engine.facts.values import Value
from engine.language.conditions import Test
from engine.language.parse import NO_LIMIT
from engine.language.rules import Ruleset
from engine.logic.symbols import PAIR, Input, Symbols, limits_of, read_by
from engine.logic.terms import Formula, Term
from engine.logic.view import View
from engine.logic.witness import Found, Given, Unproved, Witness, read_case, typical_case, witness_of
from engine.reference import Reference
from engine.treatment import PlannedTreatment

_TRIES = 40
"""Real cases tried before a question that rests on approximate facts is given up."""
_PATIENCE = 20_000
"""Milliseconds that the solver may think about one step."""


@dataclass(frozen=True)
class Claim:
    """What is asked: where a formula holds, which tests it rests on, and whether a real case bears it out.

    ``kept``: what of a case must not change where facts that it does not need are taken out.
    """

    formula: Formula
    tests: tuple[Test, ...]
    holds: Callable[[PlannedTreatment], bool]
    kept: Callable[[PlannedTreatment], object] = lambda case: None


class Room:
    """One or several rulesets over the same inputs."""

    def __init__(self, reference: Reference, *rulesets: Ruleset) -> None:
        self.symbols = Symbols(reference, rulesets)
        self.views = tuple(View(self.symbols, ruleset) for ruleset in rulesets)
        self._moved: dict[tuple[int, date], View] = {}
        self._lessons: list[Formula] = []

    @property
    def view(self) -> View:
        """The first, or only, ruleset."""
        return self.views[0]

    def moved(self, day: date, at: int = 0) -> View:
        """A ruleset with every case moved to a day."""
        key = (at, day)
        if key not in self._moved:
            self._moved[key] = View(self.symbols, self.views[at].ruleset, day)
        return self._moved[key]

    def find(self, claim: Claim, besides: tuple[Formula, ...] = ()) -> Found:
        """A real case of the claim, near the first ruleset's typical case; None where there is proved to be none."""
        inputs = tuple(self.symbols.input(name) for name in read_by(claim.tests))
        views = (*self.views, *self._moved.values())
        solver = self._solver(claim, besides, views)
        plain = [formula for view in views for formula in view.facts.narrow]
        for _ in range(_TRIES):
            solver.push()
            solver.add([*plain, *self._lessons])
            if solver.check() != z3.sat:
                break
            search = _Nearest(solver)
            values = {one.fact.name: search.value(one, self._typically.get(one.fact.name)) for one in inputs}
            case = self._witness(values)
            if case is not None and claim.holds(case.case):
                return self._shrunk(claim, values, case)
            lessons = [] if case is None else list(self._learn(case.case, search.model, inputs, views))
            self._lessons += lessons
            solver.pop()
            if not lessons:
                solver.add(z3.Not(_as_in(search.model, inputs)))
        solver = self._solver(claim, besides, views)
        if solver.check() == z3.unsat:
            return None
        return Unproved("facts that are known only between bounds decide it, or the solver's time was up")

    def _witness(self, values: Mapping[str, Given]) -> Witness | None:
        return witness_of(self.view.ruleset, self.symbols, values, self._typically)

    def _shrunk(self, claim: Claim, values: dict[str, Given], found: Witness) -> Witness:
        """The same case without facts that neither the typical case gives nor the claim needs."""
        kept = claim.kept(found.case)
        for name in [name for name in values if name not in (PAIR, *self._typically)]:
            fewer = {other: value for other, value in values.items() if other != name}
            case = self._witness(fewer)
            if case is not None and claim.holds(case.case) and claim.kept(case.case) == kept:
                values, found = fewer, case
        return found

    def possible(self, claim: Claim) -> bool:
        """Whether anything under the bounds may bear the claim out; false is a proof that nothing does."""
        solver = self._solver(claim, (), (*self.views, *self._moved.values()))
        return bool(solver.check() != z3.unsat)

    def _solver(self, claim: Claim, besides: tuple[Formula, ...], views: tuple[View, ...]) -> z3.Solver:
        solver = z3.Solver()
        solver.set("timeout", _PATIENCE)
        solver.add([claim.formula, *besides])
        solver.add([formula for view in views for formula in view.facts.sound])
        solver.add(self.symbols.limits)
        return solver

    def _learn(
        self, case: PlannedTreatment, model: z3.ModelRef, inputs: tuple[Input, ...], views: tuple[View, ...]
    ) -> Iterator[Formula]:
        """What approximate facts really are in a case, where the model has them otherwise."""
        for view in views:
            known = view.known(case)
            for name, fact in view.facts.approximate.items():
                lesson = fact.lesson(known.value(name, 0), model.eval(fact.base, model_completion=True).as_long())
                if not z3.is_true(model.eval(lesson)):
                    yield z3.Implies(_as_in(model, (one for one in inputs if one.fact.name in fact.on)), lesson)

    @cached_property
    def _typically(self) -> Mapping[str, Given]:
        """What the typical case gives each input."""
        case = read_case(typical_case(self.view.ruleset))
        return {} if case is None else dict(_inputs_of(self.view.known(case)))


def _inputs_of(facts: Facts) -> Iterator[tuple[str, Given]]:
    """The inputs that a case itself gives, nothing presumed."""
    for name, fact in FACTS.items():
        path = facts.path(name, 0)
        value = facts.inputs.get(path)
        if not fact.derived and value is not None and value.is_known and path not in facts.presumed:
            yield name, _given(value)


def _given(value: Value) -> Given:
    known = value.known
    return known.toordinal() if isinstance(known, date) else known


def _as_in(model: z3.ModelRef, inputs: Iterable[Input]) -> Formula:
    """The inputs are as in a model."""
    fixed: list[Formula] = []
    for one in inputs:
        absent = one.given is not None and not z3.is_true(model.eval(one.given, model_completion=True))
        terms = (one.given,) if absent else one.variables
        fixed += [term == model.eval(term, model_completion=True) for term in terms]
    return z3.And(fixed)


class _Nearest:
    """Fixes one variable after the other as near as possible to what is preferred."""

    def __init__(self, solver: z3.Solver) -> None:
        self.solver = solver
        self.model = solver.model()

    def value(self, one: Input, wanted: Given) -> Given:
        if one.given is not None and not self._bool(one.given, wanted is not None):
            return None
        kind = one.fact.type
        if kind == "boolean":
            return self._bool(one.term, wanted is True)
        if kind == "codes":
            listed = wanted if isinstance(wanted, tuple) else ()
            named = zip(one.names, one.terms, strict=True)
            return tuple(name for name, term in named if self._bool(term, name in listed))
        if kind in ("choice", "code"):
            start = one.names.index(str(wanted)) if wanted in one.names else 0
            return one.names[self._first(one.term, [start, *range(len(one.names))])]
        return self._number(one, wanted)

    def _try(self, formula: Formula) -> bool:
        """Keep a formula if it can hold."""
        if not z3.is_true(self.model.eval(formula, model_completion=True)):
            self.solver.push()
            self.solver.add(formula)
            if self.solver.check() != z3.sat:
                self.solver.pop()
                return False
            self.model = self.solver.model()
            self.solver.pop()
        self.solver.add(formula)
        return True

    def _bool(self, term: Term, wanted: bool) -> bool:
        return wanted if self._try(term == wanted) else not wanted

    def _first(self, term: Term, order: list[int]) -> int:
        for at in order:
            if self._try(term == at):
                return at
        raise AssertionError("a variable has a value")

    def _number(self, one: Input, wanted: Given) -> int:
        if one.fact.allows_none and wanted is None:
            wanted = date.max.toordinal() if one.fact.type == "date" else NO_LIMIT
        if wanted is None:
            wanted = date(2026, 11, 24).toordinal() if one.fact.type == "date" else limits_of(one.fact)[0]
        start = int(wanted)  # type: ignore[arg-type]
        if self._try(one.term == start):
            return start
        if one.fact.allows_none and start in (NO_LIMIT, date.max.toordinal()):
            start = date(2026, 11, 24).toordinal() if one.fact.type == "date" else 20
        return self._near(one.term, start)

    def _near(self, term: Term, start: int) -> int:
        """The value nearest to a start, the greater of two: by doubling and halving the distance."""
        far = 1
        while not self._may(z3.And(term >= start - far, term <= start + far)):
            far *= 2
        near = 0
        while near < far:
            middle = (near + far) // 2
            if self._may(z3.And(term >= start - middle, term <= start + middle)):
                far = middle
            else:
                near = middle + 1
        return self._first(term, [start + near, start - near])

    def _may(self, formula: Formula) -> bool:
        self.solver.push()
        self.solver.add(formula)
        found = bool(self.solver.check() == z3.sat)
        self.solver.pop()
        return found
