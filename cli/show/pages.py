"""The reference pages in docs/: facts, problem codes and every ruleset, generated so that they stay true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import getdoc

from cli.show.rulesets import BUILDS, OUR_READING, by_origin
from cli.show.words import ANSWERS, citation
from engine import Library
from engine.activities import load_activities
from engine.denial_reasons import load_denial_reasons
from engine.explain import said_constant
from engine.facts.dictionary import ACTIVITIES, FACTS, Fact
from engine.language.rules import Rule, Ruleset
from engine.lint import CHECKS, FILE_CHECKS, WHOLE_CHECKS
from engine.own_findings import ABOUT_PAPER, ABOUT_RULES
from engine.paperwork.risks import load_risks
from engine.problem_codes import LEVELS, MEANINGS
from engine.quality.clauses import plain_day
from engine.quality.english import clock_spans, conditions, effects, in_force, lists, titled
from engine.quality.statements import Statement, load_statements
from engine.reference import Reference


def pages(books: Library) -> Mapping[str, str]:
    """The text of each page by its file name."""
    rulesets = books.all()
    found = {"facts.md": _page(_facts()), "problems.md": _page(_problems()), "rulesets.md": _page(_index(rulesets))}
    found["warnings.md"] = _page(_warnings(books.reference))
    statements = load_statements(books)
    found["statements.md"] = _page(_statements(statements, books.reference))
    titles = {ruleset.id: ruleset.title for ruleset in rulesets}
    found |= {f"ruleset-{ruleset.id}.md": _page(_ruleset(ruleset, statements, titles)) for ruleset in rulesets}
    return found


def _page(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _facts() -> Iterator[str]:
    yield "# Facts\n"
    yield "Every fact that a rule may read. A fact that is absent from a case is unknown, unless it is presumed.\n"
    yield "| fact | type | meaning | who knows | presumed where absent |"
    yield "|---|---|---|---|---|"
    for fact in FACTS.values():
        who = "computed" if fact.derived else fact.who
        yield f"| `{fact.name}` | {_type(fact)} | {fact.meaning} | {who} | {fact.presumed or ''} |"
    yield "\nBesides, `days from A to B` and `business days from A to B` count days between two dates, and `units of T`"
    yield "the day's units of the codes of table T in the line's discipline."
    yield "\n## Activities\n"
    yield (
        "What a line's minutes are spent on (`lines[].activities`): "
        + ", ".join(f"`{name}`" for name in ACTIVITIES)
        + "."
    )


def _type(fact: Fact) -> str:
    unit = f" ({fact.unit})" if fact.unit else ""
    choices = f": {' '.join(fact.choices)}" if 0 < len(fact.choices) <= 12 else ""
    return f"{fact.type}{unit}{choices}{' or none' if fact.allows_none else ''}"


def _problems() -> Iterator[str]:
    yield "# Problem codes\n"
    yield "A problem is told as `file:line:column: code: message (key)`, with the line and the nearest right thing."
    yield "A lint tells warnings and, with `--notes`, notes besides errors; only errors fail it."
    for group, meanings in MEANINGS.items():
        yield f"\n## {group}\n"
        yield "| code | level | meaning |"
        yield "|---|---|---|"
        yield from (f"| `{code}` | {LEVELS.get(code, 'error')} | {meaning} |" for code, meaning in meanings.items())
    yield "\n## What each check of the lint looks for\n"
    checks: dict[str, object] = {check.code: check for check in CHECKS}
    checks |= {check.code: check for check in WHOLE_CHECKS}
    checks |= {check.code: check for check in FILE_CHECKS}
    for code, check in checks.items():
        yield f"- `{code}`: {' '.join((getdoc(check) or '').split())}"


def _warnings(reference: Reference) -> Iterator[str]:
    yield "# Warnings\n"
    yield "What precertain itself has to say about a case. A warning changes no answer and no headline."
    for title, meanings in (("About the paper and the claim", ABOUT_PAPER), ("About the rules", ABOUT_RULES)):
        yield f"\n## {title}\n"
        yield "| warning | meaning |"
        yield "|---|---|"
        for rule, meaning in meanings.items():
            yield f"| `{rule}` | {meaning} |"
    yield "\n## Common denials\n"
    yield "| risk | claim adjustment reason codes | source |"
    yield "|---|---|---|"
    for risk in load_risks(reference.folder).values():
        yield f"| {risk.title} | {', '.join(risk.reason_codes)} | {citation(risk.source)} |"
    yield "\n## Reasons of denials\n"
    yield "What an appeal answers, by the reason code of the denial.\n"
    yield "| code | in our words | risk | papers that bear the appeal out | source |"
    yield "|---|---|---|---|---|"
    for reason in load_denial_reasons(reference.folder).values():
        papers = ", ".join(f"`{name}`" for name in reason.documents)
        yield f"| {reason.code} | {reason.label} | `{reason.argument}` | {papers} | {citation(reason.source)} |"
    table = load_activities(reference.folder)
    yield "\n## Activities and codes\n"
    yield "Which codes an activity usually stands under: information, never coding advice.\n"
    yield "| activity | codes |"
    yield "|---|---|"
    for name, codes in table.fits.items():
        yield f"| `{name}` | {', '.join(codes)} |"
    yield "\n| code | what tells it apart | source |"
    yield "|---|---|---|"
    for code, use in table.uses.items():
        yield f"| {code} | {use.apart} | {citation(use.source)} |"


def _index(rulesets: tuple[Ruleset, ...]) -> Iterator[str]:
    yield "# Rulesets\n"
    yield "| ruleset | answers for | version | verified | rules |"
    yield "|---|---|---|---|---|"
    for ruleset in rulesets:
        payer = f"`{ruleset.payer}`" if ruleset.payer else "a base for others"
        link = f"[{ruleset.title}](ruleset-{ruleset.id}.md)"
        yield f"| {link} | {payer} | {ruleset.version} | {ruleset.verified} | {len(ruleset.rules)} |"


def _statements(statements: tuple[Statement, ...], reference: Reference) -> Iterator[str]:
    yield "# What was found about payers\n"
    yield "Statement by statement: the rule or clock that encodes it, or why none does. A test holds this table against"
    yield "the rulesets both ways."
    for payer in sorted({statement.payer for statement in statements}):
        yield f"\n## {payer}\n"
        yield "| found | encoded by | source |"
        yield "|---|---|---|"
        for one in statements:
            if one.payer == payer:
                yield f"| {one.says} | {_encoded(one)} | {_cited(one, reference)} |"


def _encoded(statement: Statement) -> str:
    return ", ".join(f"`{rule}`" for rule in statement.rules) or f"None: {statement.why_none}"


def _cited(statement: Statement, reference: Reference) -> str:
    return "; ".join(citation(reference.sources[key]) for key in statement.sources) or "none seen"


def _authorization(ruleset: Ruleset) -> Iterator[str]:
    """What needs authorization, when, and how we know."""
    rules = ruleset.deciding["authorization"]
    yield "\n## What needs authorization, when, and how we know\n"
    if not any(rule for rule in rules if rule.source.level != "own"):
        yield "No published rule was found: the answer stays open, and the payer is asked."
        return
    yield "| answer | where | in force | how we know |"
    yield "|---|---|---|---|"
    for rule in sorted(rules, key=lambda rule: -(rule.effect.rank if rule.effect else 0)):
        answer = ANSWERS[rule.effect.value] if rule.effect else ""
        marks = ", our reading" if rule.inferred else ""
        marks += f", to be looked at again since {rule.stale_after}" if rule.stale_after else ""
        yield f"| {answer} | {rule.because} | {in_force(rule)} | {citation(rule.source)}{marks} |"
    yield "\nWhat no rule names stays open."


def _ruleset(ruleset: Ruleset, statements: tuple[Statement, ...], titles: Mapping[str, str]) -> Iterator[str]:
    yield f"# {ruleset.title}\n"
    yield f"Version {ruleset.version}, last verified {plain_day(ruleset.verified)}."
    yield f"Unit rule: {ruleset.unit_rule or 'not known'}."
    if ruleset.payer:
        yield from _authorization(ruleset)
        left = [one for one in statements if one.payer == ruleset.payer and one.why_none]
        if left:
            yield "\n## Found, and not encoded\n"
            yield from (f"- {one.says} {one.why_none}" for one in left)
    if ruleset.figures:
        yield "\n## Figures\n"
        yield "| figure | from | to | value | source |"
        yield "|---|---|---|---|---|"
        for figure in ruleset.figures.values():
            for value in figure.values:
                shown = (
                    said_constant(value.value, money=True)
                    if figure.unit == "dollars"
                    else f"{value.value} {figure.unit}"
                )
                yield (
                    f"| {figure.meaning} (`{figure.name}`) | {value.start} | {value.end or ''} | {shown} "
                    f"| {citation(value.source)} |"
                )
    if ruleset.clocks:
        yield "\n## Clocks\n"
        yield "| what is due | counted from | how long | source |"
        yield "|---|---|---|---|"
        for clock in ruleset.clocks.values():
            for said, span in zip(clock_spans(clock), clock.spans, strict=True):
                yield f"| {clock.title} (`{clock.event}`) | {clock.counted_from} | {said} | {citation(span.source)} |"
    for origin, rules in by_origin(ruleset, ruleset.rules):
        yield "\n## Rules" if origin == ruleset.id else f"\n## Taken over from {titles.get(origin, origin)}"
        for rule in rules:
            yield from _rule(rule, ruleset)
    for name, codes in lists(ruleset.rules, ruleset).items():
        yield f"\n## The list “{name.replace('-', ' ')}”\n"
        yield f"{', '.join(codes)}"


def _rule(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    yield f"\n### {rule.title}\n"
    yield f"{rule.because}\n"
    yield f"For {in_force(rule)}:\n"
    yield from (f"- {effect}." for effect in effects(rule) or (BUILDS,))
    yield "\nWhere\n"
    yield from (f"{'    ' * line.depth}- {line.text}" for line in conditions(rule, ruleset))
    if rule.overrides:
        yield "\nWhere it applies, these do not:\n"
        yield from (f"- {titled(name, ruleset)} (`{name}`)" for name in rule.overrides)
    url = f" <{rule.source.url}>" if rule.source.url else ""
    yield f"\nSource: {citation(rule.source)}{OUR_READING if rule.inferred else ''}.{url} Rule `{rule.id}`."
