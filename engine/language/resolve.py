"""From authored files to one payer's ruleset: inheritance, rows, sources, conditions, levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Literal

from engine.decision import RulesetUsed, Source
from engine.facts.dictionary import FACTS
from engine.language import authored as form
from engine.language.clocks import SPAN_UNITS, Clock, ClockSpan
from engine.language.conditions import All, Condition, Test, shared
from engine.language.graph import check_graph, check_scope
from engine.language.parse import Path, Vocabulary, parse_condition
from engine.language.rows import columns_read, filled
from engine.language.rules import (
    ORDER,
    Change,
    DatedFigure,
    DeadlineSet,
    DocumentRequired,
    Due,
    Effect,
    Example,
    FigureValue,
    Rule,
    Ruleset,
)
from engine.language.table_files import Cell
from engine.problem_codes import Code
from engine.problems import Problem
from engine.reference import Reference
from engine.source import Document


@dataclass(frozen=True)
class RulesetFile:
    """One file as read: its authored form, its spans, its hash, and whether it is a practice's own."""

    authored: form.AuthoredRuleset
    document: Document
    sha256: str
    own: bool


@dataclass(frozen=True)
class _Placed:
    """A rule with the file it stands in and its place there."""

    file: RulesetFile
    path: Path
    rule: form.AuthoredRule
    row: Mapping[str, object] | None
    id: str


def resolve(chain: tuple[RulesetFile, ...], reference: Reference, problems: list[Problem]) -> Ruleset:
    """One ruleset from the files base first; what is wrong goes to ``problems``."""
    last = chain[-1].authored
    builder = _Builder(chain, reference, problems)
    rules = tuple(builder.rule(placed) for placed in builder.placed)
    check_graph(rules, problems)
    return Ruleset(
        id=last.id,
        payer=last.payer,
        title=last.title,
        version=last.version,
        verified=last.verified,
        unit_rule=_unit_rule(chain),
        distinct_service_modifier=str(_latest(chain, "distinct_service_modifier") or "59"),
        uses_edits=bool(_latest(chain, "uses_edits")),
        fee_schedule=bool(_latest(chain, "fee_schedule")),
        rules=rules,
        figures=builder.figures,
        clocks=builder.clocks,
        tables=builder.tables,
        typical_case=_typical_case(chain),
        used=tuple(RulesetUsed(file.authored.id, file.authored.version, file.sha256) for file in reversed(chain)),
        changes=tuple(Change(one.version, one.date, one.change) for one in last.changelog),
        own=any(file.own for file in chain),
    )


def _latest(chain: tuple[RulesetFile, ...], key: str) -> str | bool | None:
    for file in reversed(chain):
        value: str | bool | None = getattr(file.authored, key)
        if value is not None:
            return value
    return None


def _unit_rule(chain: tuple[RulesetFile, ...]) -> Literal["cms", "spm"] | None:
    for file in reversed(chain):
        if (rule := file.authored.unit_rule) is not None:
            return None if rule == "unknown" else rule
    return None


def _typical_case(chain: tuple[RulesetFile, ...]) -> Mapping[str, object]:
    case: dict[str, object] = {}
    for file in chain:
        case.update(file.authored.typical_case)
        if file.authored.payer:
            case["coverage.payer"] = file.authored.payer
    return case


class _Builder:
    def __init__(self, chain: tuple[RulesetFile, ...], reference: Reference, problems: list[Problem]) -> None:
        self.problems = problems
        self.reference = reference
        self.sources = self._sources(chain)
        self.tables = {
            name: frozenset(map(str, table.values or ()))
            for file in chain
            for name, table in file.authored.tables.items()
        }
        self.rows = {name: table.rows for file in chain for name, table in file.authored.tables.items() if table.rows}
        self.figures = {name: figure for file in chain for name, figure in self._figures(file)}
        self.clocks = {event: clock for file in chain for event, clock in self._clocks(file)}
        self.placed = tuple(self._place(chain))
        self.tests: dict[Test, Test] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        for placed in self.placed:
            self.names[placed.rule.id] = (*self.names.get(placed.rule.id, ()), placed.id)
        self._check_tables(chain)

    def _sources(self, chain: tuple[RulesetFile, ...]) -> dict[str, Source]:
        sources = dict(self.reference.sources)
        for file in chain:
            for key, source in file.authored.sources.items():
                published = source.published.isoformat() if isinstance(source.published, date) else source.published
                sources[key] = Source(
                    source.title, source.publisher, source.section, source.url, published, source.verified, source.level
                )
        return sources

    def _refuse(self, file: RulesetFile, path: Path, code: Code, message: str, hint: str | None = None) -> None:
        span = file.document.span(path)
        excerpt = file.document.excerpt(span.line)
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        self.problems.append(Problem(code, message, span, key, excerpt, hint))

    def source(self, file: RulesetFile, key: str, path: Path) -> Source:
        if key in self.sources:
            return self.sources[key]
        words = Vocabulary({}, (), {}, (), file.document.span)
        words.refuse(path, "unknown-source", f"no source is called {key!r}", key, self.sources)
        self.problems.extend(words.problems)
        return Source(key, None, None, None, None, None, "memory")

    def _check_tables(self, chain: tuple[RulesetFile, ...]) -> None:
        for file in chain:
            for name, table in file.authored.tables.items():
                self.source(file, table.source, ("tables", name, "source"))
                for at, code in enumerate(table.values or ()):
                    if code not in self.reference.codes and len(code) == 5:
                        path = ("tables", name, "values", at)
                        said, key = f"{str(code)!r} is not in the code table", f"tables.{name}"
                        if isinstance(code, Cell):
                            self.problems.append(Problem("unknown-code", said, code.where, key))
                        else:
                            self._refuse(file, path, "unknown-code", said)

    def _figures(self, file: RulesetFile) -> Iterator[tuple[str, DatedFigure]]:
        for name, figure in file.authored.figures.items():
            scale = 100 if figure.unit == "dollars" else 1
            yield (
                name,
                DatedFigure(
                    name,
                    figure.meaning,
                    figure.unit,
                    tuple(
                        FigureValue(
                            value.start,
                            value.end,
                            round(value.value * scale),
                            self.source(file, value.source, ("figures", name, "values", at, "source")),
                        )
                        for at, value in enumerate(figure.values)
                    ),
                ),
            )

    def _clocks(self, file: RulesetFile) -> Iterator[tuple[str, Clock]]:
        for event, clock in file.authored.clocks.items():
            spans = tuple(self._span(file, span, ("clocks", event, "spans", at)) for at, span in enumerate(clock.spans))
            yield (
                event,
                Clock(f"{file.authored.id}/{event}", event, clock.title, clock.counted_from, clock.rolls, spans),
            )

    def _span(self, file: RulesetFile, span: form.AuthoredClockSpan, path: Path) -> ClockSpan:
        given = [(int(getattr(span, unit)), unit) for unit in SPAN_UNITS if getattr(span, unit) is not None]
        if len(given) != 1:
            self._refuse(file, path, "broken-due", "say one of hours, days, business_days or months")
        if span.start and span.end and span.end < span.start:
            self._refuse(file, path, "impossible-dates", "the span ends before it begins")
        amount, unit = given[0] if given else (0, SPAN_UNITS[0])
        ahead = (span.scheduled_ahead.at_least, span.scheduled_ahead.at_most) if span.scheduled_ahead else None
        source = self.source(file, span.source, (*path, "source"))
        inferred = span.reading == "inferred"
        return ClockSpan(span.start, span.end, amount, unit, ahead, span.because, source, inferred, span.stale_after)

    def _place(self, chain: tuple[RulesetFile, ...]) -> Iterator[_Placed]:
        """The rules of all files, base first; a later rule of the same id takes the earlier one's place."""
        kept: dict[str, tuple[_Placed, ...]] = {}
        for file in chain:
            for left in file.authored.leaves_out:
                if kept.pop(left.rule, None) is None:
                    self._refuse(file, ("leaves_out",), "unknown-rule", f"no inherited rule is called {left.rule!r}")
            here: set[str] = set()
            for at, rule in enumerate(file.authored.rules):
                path: Path = ("rules", at)
                if rule.id in here:
                    self._refuse(file, (*path, "id"), "duplicate-rule", f"{rule.id!r} stands twice in this file")
                here.add(rule.id)
                if rule.id in kept and not rule.replaces_because:
                    self._refuse(
                        file, (*path, "id"), "unexplained-replacement",
                        f"{rule.id!r} replaces an inherited rule without saying why", "add replaces_because",
                    )  # fmt: skip
                kept[rule.id] = tuple(self._rows(file, path, rule))
        return (placed for rules in kept.values() for placed in rules)

    def _rows(self, file: RulesetFile, path: Path, rule: form.AuthoredRule) -> Iterator[_Placed]:
        qualified = f"{file.authored.id}/{rule.id}"
        if rule.each_row is None:
            yield _Placed(file, path, rule, None, qualified)
            return
        rows = self.rows.get(rule.each_row)
        if rows is None:
            self._refuse(file, (*path, "each_row"), "unknown-table", f"no table with rows is called {rule.each_row!r}")
            return
        self._check_columns(file, path, rule, rows)
        for number, row in enumerate(rows, start=1):
            yield _Placed(file, path, rule, row, f"{qualified}-{number}")

    def _check_columns(
        self, file: RulesetFile, path: Path, rule: form.AuthoredRule, rows: tuple[Mapping[str, object], ...]
    ) -> None:
        """A misspelt column would be empty in every row, and so ask for nothing."""
        columns = {column for row in rows for column in row}
        for named in sorted(columns_read(rule.when) - columns):
            near = get_close_matches(named, columns, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            message = f"no row of {rule.each_row} has a column {named!r}"
            self._refuse(file, (*path, "when"), "unknown-table", message, hint)

    def rule(self, placed: _Placed) -> Rule:
        file, path, rule = placed.file, placed.path, placed.rule
        words = Vocabulary(self.tables, self.figures, self.names, self.reference.codes, file.document.span)
        then_path = (*path, "then")
        condition = parse_condition(filled(rule.when, placed.row), (*path, "when"), words)
        documents = [rule.then.document] if rule.then.document else []
        deadlines = [rule.then.deadline] if rule.then.deadline else []
        built = Rule(
            id=placed.id,
            title=rule.title,
            scope=rule.scope,
            condition=shared(_in_force(condition, rule.start, rule.end), self.tests),
            effect=self._effect(placed, words),
            documents=tuple(
                DocumentRequired(
                    document.id,
                    document.title,
                    parse_condition(document.on_file_when, (*then_path, "document", "on_file_when"), words),
                )
                for document in documents
            ),
            deadlines=tuple(
                DeadlineSet(deadline.id, deadline.title, self._due(deadline.due, (*then_path, "deadline"), words))
                for deadline in deadlines
            ),
            warning=rule.then.warning,
            overrides=self._overrides(placed, words),
            because=rule.because,
            source=self.source(file, rule.source, (*path, "source")),
            in_force_from=rule.start,
            in_force_to=rule.end,
            stale_after=rule.stale_after,
            inferred=rule.reading == "inferred",
            examples=tuple(
                Example(example.name, example.given, example.expect, file.document.span((*path, "examples", at)))
                for at, example in enumerate(rule.examples)
            ),
            where=file.document.span(path),
        )
        if rule.start and rule.end and rule.end < rule.start:
            words.refuse((*path, "to"), "impossible-dates", "the rule ends before it begins")
        check_scope(built, path, words)
        self.problems.extend(_shown(problem, file.document) for problem in words.problems)
        return built

    def _overrides(self, placed: _Placed, words: Vocabulary) -> tuple[str, ...]:
        found: list[str] = []
        for at, name in enumerate(placed.rule.overrides):
            if name in self.names:
                found.extend(self.names[name])
            else:
                path = (*placed.path, "overrides", at)
                words.refuse(path, "unknown-rule", f"no rule of this payer is called {name!r}", name, self.names)
        found.extend(self._giving(placed, words))
        return tuple(dict.fromkeys(found))

    def _giving(self, placed: _Placed, words: Vocabulary) -> Iterator[str]:
        """The other rules that give one of the answers in ``overrides_answers``."""
        mine = _answer(placed.rule.then)
        for at, answer in enumerate(placed.rule.overrides_answers):
            path = (*placed.path, "overrides_answers", at)
            if mine is None or answer not in ORDER[mine[0]]:
                known = ORDER[mine[0]] if mine else ()
                words.refuse(
                    path, "unknown-value", f"{answer!r} is no answer that this rule can override", answer, known
                )
                continue
            for other in self.placed:
                if other.rule.id != placed.rule.id and _answer(other.rule.then) == (mine[0], answer):
                    yield other.id

    def _effect(self, placed: _Placed, words: Vocabulary) -> Effect | None:
        then = placed.rule.then
        effects: list[Effect] = []
        if then.coverage:
            effects.append(Effect("coverage", then.coverage.answer, reason=then.coverage.reason))
        if then.authorization:
            asked = then.authorization
            due_path = (*placed.path, "then", "authorization", "request_by")
            due = self._due(asked.request_by, due_path, words) if asked.request_by else None
            before = asked.review == "before_visit"
            effects.append(
                Effect("authorization", asked.answer, None, asked.within_weeks, due, before),
            )
        if then.telehealth:
            effects.append(Effect("telehealth", then.telehealth))
        if then.provider:
            effects.append(Effect("provider", then.provider))
        if then.edit:
            effects.append(Effect("edit", then.edit))
        if then.modifier:
            effects.append(Effect("modifier", then.modifier))
        if len(effects) > 1:
            words.refuse((*placed.path, "then"), "two-answers", "a rule gives one answer; write a rule for each")
        return effects[0] if effects else None

    def _due(self, due: form.AuthoredDue, path: Path, words: Vocabulary) -> Due:
        if due.after not in FACTS or FACTS[due.after].type != "date":
            words.refuse(path, "unknown-fact", f"no date is called {due.after!r}", due.after, FACTS)
        clock = self.clocks.get(due.clock)
        if clock is None:
            words.refuse(path, "unknown-clock", f"no clock is called {due.clock!r}", due.clock, self.clocks)
            clock = Clock(due.clock, "authorization_request", "", "", False, ())
        return Due(clock, due.after)


def _answer(then: form.Then) -> tuple[str, str] | None:
    """The dimension and the answer of a rule, where its dimension has an order."""
    if then.coverage:
        return "coverage", then.coverage.answer
    if then.authorization:
        return "authorization", then.authorization.answer
    for dimension in ("telehealth", "provider", "edit"):
        if value := getattr(then, dimension):
            return dimension, str(value)
    return None


def _shown(problem: Problem, document: Document) -> Problem:
    excerpt = document.excerpt(problem.where.line) if problem.where else None
    return replace(problem, excerpt=excerpt)


def _in_force(condition: Condition, start: date | None, end: date | None) -> Condition:
    tests: list[Condition] = []
    if start:
        tests.append(Test("date_of_service", "at_least", (start,)))
    if end:
        tests.append(Test("date_of_service", "at_most", (end,)))
    if not tests:
        return condition
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return All((*tests, *parts))
