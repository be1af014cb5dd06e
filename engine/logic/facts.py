"""The facts of a case as terms over its inputs: how each derived fact rests on what a case says.

``sound`` holds for every real case; ``narrow`` only for some, plain ones, and makes approximate facts exact there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import z3

from engine.facts.base import Facts, Setting, gather, rests_on
from engine.facts.derived import bucket_of
from engine.facts.dictionary import FACTS, unknown
from engine.facts.values import Value
from engine.inference.patterns import FALSE, TRUE
from engine.language.conditions import Test, judge
from engine.language.parse import NO_LIMIT
from engine.logic.symbols import (
    AUTHORIZED_CODES,
    CODE,
    ON_FILE,
    PAIR,
    SEPARATE,
    THIS_CODE,
    YTD,
    Input,
    Symbols,
)
from engine.logic.terms import Formula, Range, Term, Truth, given_or, judge_flag, number, within
from engine.treatment import Coverage, Line, PlannedTreatment

_MOST_MINUTES = 240
"""Minutes up to which units are tabulated for a case that is to be shown."""
_ASSISTANTS = ("OTA", "PTA", "SLPA")


@dataclass(frozen=True, slots=True)
class Approximate:
    """A fact known between bounds, and ``base``, which it exceeds by what rests on the inputs ``on`` alone."""

    found: Range
    base: Term
    on: frozenset[str]

    def lesson(self, value: Value, base: int) -> Formula:
        """That the fact has this value, where its base has that."""
        low, high = value.bounds
        said = [] if low is None else [self.found.low - self.base == number(low) - base]
        return z3.And([*said, *([] if high is None else [self.found.high - self.base == number(high) - base])])


class FactTerms:
    """The facts of one ruleset's cases on a day, each as what judges its tests."""

    def __init__(self, symbols: Symbols, setting: Setting, day: Term) -> None:
        self.symbols = symbols
        self.setting = setting
        self.day = day
        self.sound: list[Formula] = []
        self.narrow: list[Formula] = []
        self.approximate: dict[str, Approximate] = {}
        """Facts held between bounds only: what they really are is asked of the engine."""
        self._by_code: dict[str, tuple[Value, ...]] = {}
        self._ranges: dict[str, Range] = {}
        self._flags: dict[str, Truth] = {}
        self._unit_steps: dict[str, tuple[tuple[int, Value], ...]] = {}

    def judge(self, test: Test) -> Truth:
        """Where the test, its figures resolved, is certain and where possible."""
        name = test.fact
        if name in _FLAGS:
            if name not in self._flags:
                self._flags[name] = _FLAGS[name](self)
            return judge_flag(test, self._flags[name])
        if name in ("line.kind", "line.therapy_code", "line.telehealth_listed"):
            return self._judge_by_code(test)
        if name == "pair.indicator":
            return self._judge_indicator(test)
        if name in _RANGES or " from " in name or name.startswith("units of "):
            return self.range(name).judge(test)
        return self._judge_input(test, self.symbols.input(name))

    def _judge_input(self, test: Test, given: Input) -> Truth:
        truth = self._judge_given(test, given)
        if test.fact.startswith(f"{ON_FILE}."):
            return given_or(self._flag(ON_FILE), truth, judge(test, unknown(given.fact.name)))
        if given.given is not None:
            return given_or(given.given, truth, judge(test, unknown(given.fact.name)))
        return truth

    def _judge_given(self, test: Test, given: Input) -> Truth:
        match given.fact.type:
            case "boolean":
                return judge_flag(test, Truth.of(given.term))
            case "choice" | "code":
                wanted = [given.names.index(str(one)) for one in test.constants if one in given.names]
                return Truth.of(within(given.term, wanted)) if test.operator == "one_of" else Truth.state(FALSE)
            case "codes":
                if test.operator != "has":
                    return Truth.state(FALSE)
                named = zip(given.names, given.terms, strict=True)
                return Truth.of(z3.Or([term for name, term in named if name in test.constants]))
            case _:
                term = self.day if test.fact == "date_of_service" else given.term
                return Range.of(term).judge(test)

    def _flag(self, name: str) -> Formula:
        return self.symbols.input(name).term

    def days_of(self, name: str) -> Term:
        return self.day if name == "date_of_service" else self.symbols.input(name).term

    # Facts that follow exactly from the inputs.

    def active(self) -> Truth:
        first, last = self.days_of("coverage.active_from"), self.days_of("coverage.active_to")
        return Truth.of(z3.And(first <= self.day, self.day <= last))

    def abn_signed(self) -> Truth:
        signed = self.symbols.input("documents.abn_signed_on")
        return Truth.of(z3.And(signed.given, signed.term <= self.day))

    def abn_due(self) -> Truth:
        return Truth.of(self.symbols.input("necessity.expected_denial").given)

    def names_line_discipline(self) -> Truth:
        named, mine = self.symbols.input("referral.names_discipline"), self.symbols.input("line.discipline")
        pairs = zip(named.names, named.terms, strict=True)
        return Truth.of(z3.Or([z3.And(term, mine.term == mine.names.index(name)) for name, term in pairs]))

    def assistant_took_part(self) -> Truth:
        credential = self.symbols.input("line.credential")
        assistant = within(credential.term, [credential.names.index(name) for name in _ASSISTANTS])
        return Truth.of(z3.Or(assistant, self.symbols.input("line.assistant_minutes").term > 0))

    def authorized(self) -> Truth:
        """Plainly: counted in visits. Where units count too it still takes the dates and the code."""
        part = {name: self.symbols.input(f"{ON_FILE}.{name}") for name in ("visits_approved", "visits_used")}
        codes = self.symbols.input(AUTHORIZED_CODES)
        own = self.symbols.input(CODE).term
        listed = [
            term if name == THIS_CODE else z3.And(term, within(own, _places(self.symbols.codes, name)))
            for name, term in zip(codes.names, codes.terms, strict=True)
        ]
        first, last = self.days_of(f"{ON_FILE}.valid_from"), self.days_of(f"{ON_FILE}.valid_to")
        in_force = z3.And(self._flag(ON_FILE), first <= self.day, self.day <= last)
        may = z3.And(in_force, z3.Or(z3.Not(z3.Or(codes.terms)), *listed))
        found = z3.Bool(f"authorized on {self.day}")
        room = part["visits_used"].term + 1 <= part["visits_approved"].term
        self.sound.append(z3.Implies(found, may))
        self.narrow.append(found == z3.And(may, room))
        return Truth.of(found)

    def separate(self) -> Truth:
        return Truth.of(self._flag(SEPARATE))

    # Facts that the code table and the edits tell.

    def _judge_by_code(self, test: Test) -> Truth:
        code = self.symbols.input(CODE).term
        states = [judge(test, value) for value in self._values_by_code(test.fact)]
        return Truth(
            within(code, [at for at, state in enumerate(states) if state == TRUE]),
            within(code, [at for at, state in enumerate(states) if state != FALSE]),
        )

    def _values_by_code(self, name: str) -> tuple[Value, ...]:
        if name not in self._by_code:
            self._by_code[name] = tuple(self._plain_case(code, None).value(name, 0) for code in self.symbols.codes)
        return self._by_code[name]

    def _plain_case(self, code: str, minutes: int | None) -> Facts:
        return self._case((Line(code=code, minutes=minutes),), date(2026, 1, 1))

    def _case(self, lines: tuple[Line, ...], on: date) -> Facts:
        coverage = Coverage(payer="any")
        treatment = PlannedTreatment(date_of_service=on, coverage=coverage, lines=lines)
        return gather(treatment, coverage, self.setting, today=on, strict=True)

    def edited(self) -> Formula:
        """There is, or may be, an edit between the pair of codes."""
        return self._of_pairs(lambda value: value is not None)

    def _judge_indicator(self, test: Test) -> Truth:
        return Truth(
            self._of_pairs(lambda value: value is not None and judge(test, value) == TRUE),
            self._of_pairs(lambda value: value is not None and judge(test, value) != FALSE),
        )

    def _of_pairs(self, wanted: Callable[[Value | None], bool]) -> Formula:
        """Where the indicator of the pair, None where there is no edit, is as wanted: by pair and stretch of days."""
        if not self.setting.uses_edits:
            return z3.BoolVal(False)
        pair, found = self.symbols.input(PAIR).term, []
        for at, codes in enumerate(self.symbols.pairs):
            starts = self._edit_days(codes)
            for start, following in zip(starts, [*starts[1:], None], strict=True):
                if wanted(self._indicator(codes, start)):
                    until = [] if following is None else [self.day < following.toordinal()]
                    found.append(z3.And(pair == at, self.day >= start.toordinal(), *until))
        return z3.Or(found)

    def _edit_days(self, codes: tuple[str, str]) -> list[date]:
        edits = self.setting.reference.edits
        days = {date(1880, 1, 1), edits.listed_from}
        for window in edits.pairs[codes]:
            days |= {window.start} if window.start else set()
            days |= {window.end + timedelta(days=1)} if window.end else set()
        return sorted(days)

    def _indicator(self, codes: tuple[str, str], on: date) -> Value | None:
        if self.setting.reference.edits.lookup(*codes, on) is None:
            return None
        return self._case(tuple(Line(code=code) for code in codes), on).value("pair.indicator", (0, 1))

    # Whole numbers and amounts.

    def range(self, name: str) -> Range:
        if name not in self._ranges:
            if " from " in name:
                made = self._days(name)
            elif name.startswith("units of "):
                made = self._units_of(name)
            else:
                made = _RANGES[name](self)
            self._ranges[name] = made
        return self._ranges[name]

    def _between(self, name: str, *under: object) -> Range:
        """A fact of which only bounds are known here; the same for rulesets ``under`` which it is found alike."""
        here = " ".join(map(str, (name, *under, "on", self.day)))
        found = Range(z3.Int(f"least {here}"), z3.Int(f"most {here}"))
        self.sound.append(found.low <= found.high)
        self.approximate[name] = Approximate(found, z3.IntVal(0), rests_on(name) | {CODE})
        return found

    def _exactly(self, name: str) -> Term:
        term = z3.Int(f"{name} on {self.day}")
        self.approximate[name] = Approximate(Range.of(term), z3.IntVal(0), rests_on(name))
        return term

    def _days(self, name: str) -> Range:
        counted, _, span = name.partition(" from ")
        first, _, last = span.partition(" to ")
        days = self.days_of(last) - self.days_of(first)
        if not counted.startswith("business"):
            return Range.of(days)
        found, length = self._exactly(name), z3.If(days < 0, -days, days)
        self.sound.append(z3.Or(z3.And(found >= 0, days >= 0), z3.And(found <= 0, days <= 0)))
        # Seven days hold at most five business days; federal holidays take fewer than thirteen a year, four in a month.
        size = z3.If(found < 0, -found, found)
        self.sound += [7 * size <= 5 * length + 10, size <= length, 2555 * size >= 1730 * length - 20_000]
        return Range.of(found)

    def visits_left(self) -> Range:
        limit, used = self.symbols.input("coverage.visit_limit").term, self.symbols.input("coverage.visits_used").term
        return Range.of(z3.If(limit == NO_LIMIT, NO_LIMIT, limit - used))

    def age(self) -> Range:
        age = self._exactly("patient.age")
        days = self.day - self.days_of("patient.birth_date")
        # 365.2425 days a year, in whole numbers; a birthday falls at most three days beside them.
        self.sound += [10_000 * days >= 3_652_425 * age - 30_000, 10_000 * days <= 3_652_425 * (age + 1) + 30_000]
        return Range.of(age)

    def units(self) -> Range:
        found = self._between("line.units", self.setting.unit_rule)
        self.sound.append(found.low >= 0)
        code, minutes = self.symbols.input(CODE), self.symbols.input("line.minutes").term
        by_steps: dict[tuple[tuple[int, Value], ...], list[int]] = {}
        for at, name in enumerate(code.names):
            by_steps.setdefault(self._steps(name), []).append(at)
        self.narrow.append(minutes <= _MOST_MINUTES)
        for steps, codes in by_steps.items():
            ends = [*(start for start, _ in steps[1:]), _MOST_MINUTES + 1]
            for (start, value), end in zip(steps, ends, strict=True):
                here = z3.And(within(code.term, codes), minutes >= start, minutes < end)
                self.narrow.append(z3.Implies(here, self.approximate["line.units"].lesson(value, 0)))
        return found

    def _steps(self, code: str) -> tuple[tuple[int, Value], ...]:
        """From which minutes on a code alone on the claim has how many units."""
        entry = self.setting.reference.codes.get(code)
        key = f"{entry.timing} {entry.minutes}" if entry else code
        if key not in self._unit_steps:
            values = [self._plain_case(code, minutes).value("line.units", 0) for minutes in range(_MOST_MINUTES + 1)]
            changed = [at for at, value in enumerate(values) if at == 0 or value != values[at - 1]]
            self._unit_steps[key] = tuple((at, values[at]) for at in changed)
        return self._unit_steps[key]

    def _units_of(self, name: str) -> Range:
        """The line's own units, and more where other lines have codes of the table too."""
        codes, mine = self.setting.tables[name.removeprefix("units of ")], self.range("line.units")
        found = self._between(name, self.setting.unit_rule, *sorted(codes))
        places = [at for at, code in enumerate(self.symbols.codes) if code in codes]
        listed = within(self.symbols.input(CODE).term, places)
        self.sound += [found.low >= 0, z3.Implies(listed, found.low >= mine.low)]
        own = z3.If(listed, mine.low, 0), z3.If(listed, mine.high, 0)
        self.narrow += [found.low == own[0], found.high == own[1]]
        return found

    def bucket_before(self) -> Range:
        discipline = self.symbols.input("line.discipline")
        found: Term = None
        for at, name in enumerate(discipline.names):
            amount = self.symbols.input(f"history.allowed_ytd.{bucket_of(name)}").term
            found = amount if found is None else z3.If(discipline.term == at, amount, found)
        return Range.of(found)

    def bucket_after(self) -> Range:
        before = self.range("line.bucket_before")
        found = self._between("line.bucket_after", self.setting.unit_rule, self.setting.fee_schedule)
        self.sound.append(found.low >= before.low)
        self.approximate["line.bucket_after"] = Approximate(found, before.low, frozenset(FACTS) - set(YTD))
        return found


def _places(names: tuple[str, ...], name: str) -> list[int]:
    return [names.index(name)] if name in names else []


_FLAGS: dict[str, Callable[[FactTerms], Truth]] = {
    "coverage.active": FactTerms.active,
    "documents.abn_signed": FactTerms.abn_signed,
    "documents.abn_due": FactTerms.abn_due,
    "referral.names_line_discipline": FactTerms.names_line_discipline,
    "line.authorized": FactTerms.authorized,
    "line.assistant_took_part": FactTerms.assistant_took_part,
    "pair.separate_time": FactTerms.separate,
}
_RANGES: dict[str, Callable[[FactTerms], Range]] = {
    "coverage.visits_left": FactTerms.visits_left,
    "patient.age": FactTerms.age,
    "line.units": FactTerms.units,
    "line.bucket_before": FactTerms.bucket_before,
    "line.bucket_after": FactTerms.bucket_after,
}
