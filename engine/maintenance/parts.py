"""What of rulesets rests on a source and can grow old: each rule, figure and clock, as it is written now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from difflib import get_close_matches
from hashlib import sha256

import orjson
from pydantic import BaseModel

from engine.decision import Source
from engine.language.authored import AuthoredRule
from engine.language.load import Library
from engine.language.resolve import RulesetFile
from engine.problems import Problem, Span, UserError

_ROW = re.compile(r"-[1-9][0-9]*$")


@dataclass(frozen=True, slots=True)
class Part:
    """``id`` is ``ruleset/rule``, ``ruleset/figures/name`` or ``ruleset/clocks/event``. ``stale_after``: the last day
    before a later publication should exist; ``ends``: the last day in force of a figure or a clock, None where it is
    open; ``since``: the day on which the whole file was last held against its sources. ``text_sha256`` covers what the
    part says and the publications that it cites, not the layout, nor when these were verified."""

    id: str
    title: str
    sources: tuple[Source, ...]
    stale_after: date | None
    ends: date | None
    kept_by: str | None
    since: date
    where: Span
    text_sha256: str


def parts(library: Library) -> Mapping[str, Part]:
    """The parts of every ruleset by id. Raises UserError where a file cannot be read."""
    files = {file.authored.id: file for file in library.files}
    return {part.id: part for file in files.values() for part in _of(file, _sources(file, files, library))}


def part_named(found: Mapping[str, Part], name: str) -> Part:
    """By its id, or as decisions cite it. Raises UserError with the nearest."""
    part = part_cited(found, name)
    if part is None:
        near = get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]}?" if near else "an id is RULESET/RULE, as `precertain check` cites it"
        raise UserError([Problem("unknown-rule", f"no rule, figure or clock is called {name!r}", hint=hint)])
    return part


def part_cited(found: Mapping[str, Part], name: str) -> Part | None:
    """What a decision cites: a rule, one made from a row of a table, or a clock, which stands behind a rule of its
    name; None where it is none of these."""
    ruleset, _, last = name.rpartition("/")
    ids = (name, _ROW.sub("", name), f"{ruleset}/clocks/{last}", f"{ruleset}/figures/{last}")
    return next((found[one] for one in ids if one in found), None)


def _sources(file: RulesetFile, files: Mapping[str, RulesetFile], library: Library) -> dict[str, Source]:
    """Those that the file may cite, the shared ones and its bases' included."""
    base = files.get(file.authored.extends or "")
    known = _sources(base, files, library) if base else dict(library.reference.sources)
    for key, one in file.authored.sources.items():
        published = None if one.published is None else str(one.published)
        known[key] = Source(one.title, one.publisher, one.section, one.url, published, one.verified, one.level)
    return known


def _of(file: RulesetFile, known: Mapping[str, Source]) -> Iterator[Part]:
    authored = file.authored
    for name, figure in authored.figures.items():
        ends = max((value.end or date.max for value in figure.values), default=date.max)
        cited = [value.source for value in figure.values]
        yield _part(file, f"figures/{name}", figure.meaning, ("figures", name), known, cited, None, ends, figure)
    for event, clock in authored.clocks.items():
        ends = max((span.end or date.max for span in clock.spans), default=date.max)
        stale = min((span.stale_after for span in clock.spans if span.stale_after), default=None)
        cited = [span.source for span in clock.spans]
        yield _part(file, f"clocks/{event}", clock.title, ("clocks", event), known, cited, stale, ends, clock)
    for at, rule in enumerate(authored.rules):
        stale, path = rule.stale_after, ("rules", at)
        yield _part(file, rule.id, rule.title, path, known, [rule.source], stale, None, rule, *_rows(file, rule))


def _rows(file: RulesetFile, rule: AuthoredRule) -> Iterator[BaseModel]:
    """The table whose rows the rule is made of: what it says stands there."""
    if rule.each_row and (table := file.authored.tables.get(rule.each_row)):
        yield table


def _part(
    file: RulesetFile,
    name: str,
    title: str,
    path: tuple[str | int, ...],
    known: Mapping[str, Source],
    cited: list[str],
    stale_after: date | None,
    ends: date | None,
    *written: BaseModel,
) -> Part:
    sources = tuple(known[key] for key in dict.fromkeys(cited) if key in known)
    said = [one.model_dump(mode="json", exclude_defaults=True) for one in written]
    published = [asdict(replace(source, verified=None)) for source in sources]
    text = orjson.dumps([said, published], option=orjson.OPT_SORT_KEYS)
    return Part(
        f"{file.authored.id}/{name}", title, sources, stale_after, None if ends == date.max else ends,
        file.authored.kept_by, file.authored.verified, file.document.span(path), sha256(text).hexdigest(),
    )  # fmt: skip
