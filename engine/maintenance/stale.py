"""What must be looked at again, by whom and since when, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from engine.decision import Source
from engine.language.load import Library
from engine.maintenance.parts import Part, parts
from engine.maintenance.reviews import Looked, looks
from engine.release.signing import Keys
from engine.store.rule_notes import Contradiction, RuleNotes

OLDER_THAN = 180
"""Days after which a source is looked at again."""

Why = Literal["contradicted", "edition due", "ended", "never verified", "old source"]
"""In the order of urgency. ``ended``: a figure or a clock that says nothing of today, without a successor."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """``since``: the first day on which it was to be looked at; ``contradiction``: of a contradicted one."""

    why: Why
    part: Part
    since: date
    said: str
    contradiction: Contradiction | None = None

    @property
    def kept_by(self) -> str:
        return self.part.kept_by or "nobody named"


def stale(
    library: Library, notes: RuleNotes | None, keys: Keys, *, today: date, older_than: int = OLDER_THAN
) -> tuple[ToReview, ...]:
    """All that is to be looked at on that day. ``notes``: None where there is no store.

    Raises UserError where a file cannot be read, StoreError where the database cannot.
    """
    found = dict(parts(library))
    looked = tuple(looks(notes.reviews(), found, keys)) if notes else ()
    counting = {one.review.rule: one.review.verified for one in looked if one.counts}
    items = [*open_contradictions(notes.contradictions(), looked, found)] if notes else []
    for part in found.values():
        items.extend(_aged(part, counting.get(part.id), today, older_than))
    order = get_args(Why)
    return tuple(sorted(items, key=lambda item: (order.index(item.why), item.since, item.part.id)))


def open_contradictions(
    said: tuple[Contradiction, ...], looked: tuple[Looked, ...], found: Mapping[str, Part]
) -> Iterator[ToReview]:
    """Those that no look at their rule has followed. A look whose signature does not hold closes nothing."""
    closed = {one.review.rule: one.review.sequence for one in looked if one.signer is not None}
    for one in said:
        if one.rule in found and closed.get(one.rule, 0) < one.sequence:
            by = f"{one.said_by}{f' ({one.reference})' if one.reference else ''}"
            about = f" about {one.answer}" if one.answer else ""
            text = f"{by} said otherwise{about} in check {one.check_id}: {one.said}"
            yield ToReview("contradicted", found[one.rule], one.at.date(), text, one)


def _aged(part: Part, looked: date | None, today: date, older_than: int) -> Iterator[ToReview]:
    """Why the part itself is to be looked at: the one reason that presses most."""
    one_day = timedelta(days=1)
    for why, day, text in (
        ("edition due", part.stale_after, "a later edition should exist since {}"),
        ("ended", part.ends, "nothing is in force since {}"),
    ):
        if day is not None and day < today and (looked is None or looked <= day):
            yield ToReview(why, part, day + one_day, text.format(day + one_day))  # type: ignore[arg-type]
            return
    read = [source for source in part.sources if source.level != "own"]
    unseen = [source for source in read if source.verified is None]
    if unseen and looked is None:
        yield ToReview("never verified", part, part.since, f"nobody wrote down when they read {_title(unseen[0])}")
        return
    seen = [(max(source.verified or date.min, looked or date.min), source) for source in read]
    if not seen:
        return
    oldest, source = min(seen, key=lambda one: one[0])
    if oldest < today - timedelta(days=older_than):
        due = oldest + timedelta(days=older_than + 1)
        yield ToReview("old source", part, due, f"{_title(source)}: last looked at on {oldest}")


def _title(source: Source) -> str:
    return f"“{source.title}”"
