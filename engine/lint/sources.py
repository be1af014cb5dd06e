"""What rests on no source, on one that cannot be right, or on one that nobody has looked at for long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from engine.decision import Source
from engine.language.resolve import RulesetFile
from engine.lint.checks import problem
from engine.lint.whole import Asked, Whole
from engine.problem_codes import Code
from engine.problems import Problem, Span

_ADDRESS = re.compile(r"(https?://)?([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(/\S*)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True)
class PlacedSource:
    """A source and where it is written."""

    key: str
    source: Source
    where: Span


def placed_sources(asked: Asked) -> Iterator[PlacedSource]:
    """The shared sources and those of each ruleset."""
    shared = asked.library.reference.source_places
    for key, source in asked.library.reference.sources.items():
        yield PlacedSource(key, source, shared.span(("sources", key)))
    for file in asked.library.files:
        for key, authored in file.authored.sources.items():
            published = None if authored.published is None else str(authored.published)
            source = Source(
                authored.title, authored.publisher, authored.section, authored.url, published, authored.verified,
                authored.level,
            )  # fmt: skip
            yield PlacedSource(key, source, file.document.span(("sources", key)))


def _not_seen(source: Source) -> bool:
    return source.level == "memory"


class SourceNotSeen:
    """A rule whose source nobody has seen is hearsay until somebody looks."""

    code: ClassVar[Code] = "source-not-seen"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule in whole.own:
            if _not_seen(rule.source):
                message = f"rests on {rule.source.title!r}, which nobody has seen"
                yield problem(self.code, rule, message, "find it, read it and write down where and when")


class FigureWithoutSource:
    """A figure that nobody can look up must not decide anything: its source is seen and tells of a publisher."""

    code: ClassVar[Code] = "figure-without-source"

    def look(self, asked: Asked) -> Iterator[Problem]:
        for file in asked.library.files:
            known = {**asked.library.reference.sources, **_own(file)}
            for name, figure in file.authored.figures.items():
                for at, value in enumerate(figure.values):
                    source = known.get(value.source)
                    if source is not None and (_not_seen(source) or not source.publisher):
                        path = ("figures", name, "values", at, "source")
                        message = f"figure {name}: {source.title!r} was not seen or names no publisher"
                        yield Problem(self.code, message, file.document.span(path), ".".join(map(str, path[:2])))


def _own(file: RulesetFile) -> dict[str, Source]:
    return {
        key: Source(item.title, item.publisher, item.section, item.url, None, item.verified, item.level)
        for key, item in file.authored.sources.items()
    }


class DeadSource:
    """A source that cannot be right: its address is none, it has no title, or it was verified before it was published
    or on a day that has not come."""

    code: ClassVar[Code] = "dead-source"

    def look(self, asked: Asked) -> Iterator[Problem]:
        for placed in placed_sources(asked):
            for message in _faults(placed.source, asked.day):
                yield Problem(self.code, f"source {placed.key}: {message}", placed.where)


def _faults(source: Source, day: date | None) -> Iterator[str]:
    if not source.title.strip():
        yield "it has a publisher, but no title" if source.publisher else "it has no title"
    if source.url is not None and not _ADDRESS.fullmatch(source.url):
        yield f"{source.url!r} is no address"
    if source.verified is None:
        return
    if day is not None and source.verified > day:
        yield f"verified on {source.verified}, which is after {day}"
    published = _first_day(source.published)
    if published is not None and source.verified < published:
        yield f"verified on {source.verified}, before it was published ({source.published})"


def _first_day(published: str | None) -> date | None:
    """The first day that a date of publication may mean, where the text begins with one."""
    found = _DAY.match(published or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


class OldSource:
    """A source that nobody has looked at for so long is looked at again. Only where an age is asked for."""

    code: ClassVar[Code] = "old-source"

    def look(self, asked: Asked) -> Iterator[Problem]:
        if asked.day is None or asked.older_than is None:
            return
        for placed in placed_sources(asked):
            seen = placed.source.verified
            if seen is not None and seen < asked.day - timedelta(days=asked.older_than):
                age = (asked.day - seen).days
                message = f"source {placed.key}: last verified on {seen}, {age} days before {asked.day}"
                yield Problem(self.code, message, placed.where, hint="look again, and write down the day")
