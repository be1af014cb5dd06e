"""From the authored ``when`` to a condition: every name, type, operator and constant checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches

from engine.facts.dictionary import FACTS, Fact, days_between, describe, units_of
from engine.facts.values import Scalar
from engine.language.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Constant,
    Figure,
    Fired,
    Not,
    Operator,
    Test,
)
from engine.language.table_files import Cell
from engine.problem_codes import Code
from engine.problems import Problem, Span

Path = tuple[str | int, ...]
NO_LIMIT = 10**9
"""What "none" means for a number that has no limit."""

_OPERATORS = (
    "is", "one_of", "is_not", "none_of", "at_least", "at_most", "above", "below", "between", "before", "after",
    "on_or_before", "on_or_after", "within_days", "within_business_days", "has", "in", "not_in",
)  # fmt: skip
_UNITS_OF = re.compile(r"units of ([a-z0-9-]+)")
_DAYS_FROM = re.compile(r"(business )?days from (\S+) to (\S+)")


@dataclass
class Vocabulary:
    """The names that a condition may use besides the facts, and where problems are collected."""

    tables: Mapping[str, frozenset[str]]
    figures: Collection[str]
    rules: Mapping[str, tuple[str, ...]]
    codes: Collection[str]
    span: Callable[[Path], Span]
    problems: list[Problem] = field(default_factory=list)

    def refuse(
        self, path: Path, code: Code, message: str, near: str | None = None, among: Collection[str] = ()
    ) -> None:
        close = get_close_matches(near, among, n=1, cutoff=0.6) if near else []
        hint = f"did you mean {close[0]}?" if close else None
        self.problems.append(Problem(code, message, self.span(path), _dotted(path), hint=hint))

    def at(self, where: Span) -> Vocabulary:
        """The same, its problems told of a place outside the ruleset's own file."""
        return replace(self, span=lambda _: where)


def parse_condition(authored: object, path: Path, words: Vocabulary) -> Condition:
    """The condition; parts that cannot be read are reported to ``words.problems`` and left out."""
    if authored is None:
        return ALWAYS
    if isinstance(authored, tuple):
        return All(tuple(parse_condition(part, (*path, at), words) for at, part in enumerate(authored)))
    if not isinstance(authored, Mapping):
        words.refuse(path, "broken-condition", "a condition is a list of facts and what they must be")
        return ALWAYS
    parts: list[Condition] = []
    for key, spec in authored.items():
        here = (*path, key)
        if key in ("all", "any"):
            parts.append(_group(key, spec, here, words))
        elif key == "not":
            parts.append(Not(parse_condition(spec, here, words)))
        elif key == "rule":
            parts.append(_fired(spec, here, words))
        else:
            parts.append(_tests(key, spec, here, words))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _group(key: str, spec: object, path: Path, words: Vocabulary) -> Condition:
    parts = spec if isinstance(spec, tuple) else ()
    if isinstance(spec, Mapping):
        parts = tuple({fact: test} for fact, test in spec.items())
    if not parts:
        words.refuse(path, "empty-group", f"an empty {key} means nothing; list what it joins")
    conditions = tuple(
        parse_condition(part, (*path, at) if isinstance(spec, tuple) else path, words) for at, part in enumerate(parts)
    )
    return All(conditions) if key == "all" else AnyOf(conditions)


def _fired(spec: object, path: Path, words: Vocabulary) -> Condition:
    names = spec if isinstance(spec, tuple) else (spec,)
    fired: list[Condition] = []
    for name in names:
        if isinstance(name, str) and name in words.rules:
            fired.extend(Fired(rule) for rule in words.rules[name])
        else:
            words.refuse(path, "unknown-rule", f"no rule of this payer is called {name!r}", str(name), words.rules)
    return fired[0] if len(fired) == 1 else AnyOf(tuple(fired))


def _tests(name: str, spec: object, path: Path, words: Vocabulary) -> Condition:
    fact = _fact(name, path, words)
    if fact is None:
        return ALWAYS
    if not isinstance(spec, Mapping):
        return _one_of(fact, spec, path, words)
    parts: list[Condition] = []
    for operator, operand in spec.items():
        here = (*path, operator)
        if operator == "of":
            continue
        if operator not in _OPERATORS:
            words.refuse(here, "unknown-operator", f"{operator!r} is no test", str(operator), _OPERATORS)
        elif operator in ("within_days", "within_business_days"):
            parts.append(_within(fact, operator, operand, spec.get("of"), here, words))
        else:
            parts.append(_operator(fact, operator, operand, here, words))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _fact(name: str, path: Path, words: Vocabulary) -> Fact | None:
    if counted := _UNITS_OF.fullmatch(name):
        if counted[1] in words.tables:
            return describe(units_of(counted[1]))
        words.refuse(path, "unknown-table", f"no table is called {counted[1]!r}", counted[1], words.tables)
        return None
    if (span := _DAYS_FROM.fullmatch(name)) and span[2] in FACTS and span[3] in FACTS:
        return describe(days_between(span[2], span[3], bool(span[1])))
    if name in FACTS:
        return FACTS[name]
    words.refuse(path, "unknown-fact", f"no fact is called {name!r}", name, FACTS)
    return None


def _operator(fact: Fact, operator: str, operand: object, path: Path, words: Vocabulary) -> Condition:
    match operator:
        case "is" | "one_of":
            return _one_of(fact, operand, path, words)
        case "is_not" | "none_of":
            return Not(_one_of(fact, operand, path, words))
        case "in" | "not_in":
            if not isinstance(operand, str) or operand not in words.tables:
                words.refuse(path, "unknown-table", f"no table is called {operand!r}", str(operand), words.tables)
                return ALWAYS
            test = Test(fact.name, "one_of", tuple(sorted(words.tables[operand])))
            return test if operator == "in" else Not(test)
        case "has":
            constants = _constants(fact, operand, path, words)
            return Test(fact.name, "has", constants)
        case "between":
            constants = _constants(fact, operand, path, words)
            if len(constants) != 2:
                words.refuse(path, "broken-condition", "between takes two values, the least and the greatest")
                return ALWAYS
            return Test(fact.name, "between", constants)
        case _:
            return _bound(fact, operator, operand, path, words)


_BOUNDS: Mapping[str, tuple[Operator, int]] = {
    "at_least": ("at_least", 0),
    "on_or_after": ("at_least", 0),
    "above": ("at_least", 1),
    "after": ("at_least", 1),
    "at_most": ("at_most", 0),
    "on_or_before": ("at_most", 0),
    "below": ("at_most", -1),
    "before": ("at_most", -1),
}


def _bound(fact: Fact, operator: str, operand: object, path: Path, words: Vocabulary) -> Condition:
    if fact.type not in ("whole", "money", "date"):
        words.refuse(path, "wrong-type", f"{fact.name} is a {fact.type}: {operator} compares numbers and dates only")
        return ALWAYS
    kind, step = _BOUNDS[operator]
    if isinstance(operand, Mapping) and set(operand) == {"figure"}:
        name = str(operand["figure"])
        if name not in words.figures:
            words.refuse(path, "unknown-figure", f"no figure is called {name!r}", name, words.figures)
            return ALWAYS
        return Test(fact.name, kind, (Figure(name, step),))
    known = len(words.problems)
    constants = _constants(fact, operand, path, words)
    if len(constants) != 1:
        if len(words.problems) == known:
            words.refuse(path, "broken-condition", f"{operator} takes one value")
        return ALWAYS
    constant = constants[0]
    if isinstance(constant, date):
        return Test(fact.name, kind, (constant + timedelta(days=step),))
    if isinstance(constant, int):
        return Test(fact.name, kind, (constant + step,))
    return ALWAYS


def _within(fact: Fact, operator: str, days: object, of: object, path: Path, words: Vocabulary) -> Condition:
    if isinstance(days, Cell):
        words = words.at(days.where)
        days = _typed(describe(days_between(fact.name, fact.name, business=False)), str(days))
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        words.refuse(path, "wrong-type", f"{operator} takes a number of days")
        return ALWAYS
    if fact.type != "date" or not isinstance(of, str) or of not in FACTS or FACTS[of].type != "date":
        words.refuse(path, "broken-condition", f"{operator} compares two dates: name the earlier one with of:")
        return ALWAYS
    return Test(days_between(of, fact.name, operator == "within_business_days"), "between", (0, days))


def _one_of(fact: Fact, operand: object, path: Path, words: Vocabulary) -> Condition:
    constants = _constants(fact, operand, path, words)
    if not constants:
        return ALWAYS
    return Test(fact.name, "one_of", constants)


def _constants(fact: Fact, operand: object, path: Path, words: Vocabulary) -> tuple[Constant, ...]:
    items = operand if isinstance(operand, tuple) else operand.parts() if isinstance(operand, Cell) else (operand,)
    if not items:
        words.refuse(path, "empty-group", f"{fact.name} is compared with an empty list")
    constants = (_constant(fact, item, path, words) for item in items)
    return tuple(constant for constant in constants if constant is not None)


def _constant(fact: Fact, item: object, path: Path, words: Vocabulary) -> Scalar | None:
    if isinstance(item, Cell):
        return _constant(fact, _typed(fact, str(item)), path, words.at(item.where))
    if item == "none" and fact.allows_none:
        return date.max if fact.type == "date" else NO_LIMIT
    match fact.type, item:
        case "boolean", bool():
            return item
        case "choice", str() if item in fact.choices:
            return item
        case "choice", str():
            words.refuse(path, "unknown-value", f"{fact.name} cannot be {item!r}", item, fact.choices)
            return None
        case "codes", str() if not fact.choices or item in fact.choices:
            return item
        case "code", str():
            if fact.name == "line.code" and item not in words.codes:
                words.refuse(path, "unknown-code", f"{item!r} is not in the code table", item, words.codes)
            return item
        case "whole", int() if not isinstance(item, bool):
            return item
        case "money", int() | float() if not isinstance(item, bool):
            return round(item * 100)
        case "date", date():
            return item
    words.refuse(path, "wrong-type", f"{fact.name} is a {fact.type}, not {item!r}")
    return None


def _typed(fact: Fact, text: str) -> object:
    """The text of a cell as a value of the fact's type; the text itself where it is none."""
    match fact.type:
        case "boolean":
            return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
        case "whole" if re.fullmatch(r"-?[0-9]{1,9}", text):
            return int(text)
        case "money" if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
            return float(text)
        case "date" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            with suppress(ValueError):
                return date.fromisoformat(text)
    return text


def _dotted(path: Path) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
