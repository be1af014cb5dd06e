"""The words of the front desk, which the screen shares, and their styles on a terminal."""

from __future__ import annotations

from engine.words import (
    ANSWERS,
    HEADLINES,
    REASONS,
    RESOLUTIONS,
    STATUS,
    THERAPY,
    TIMINGS,
    WHO,
    citation,
    count,
    day,
    visits,
)

__all__ = [
    "ANSWERS",
    "HEADLINES",
    "REASONS",
    "RESOLUTIONS",
    "STATUS",
    "STYLES",
    "THERAPY",
    "TIMINGS",
    "WHO",
    "citation",
    "count",
    "day",
    "visits",
]

STYLES = {
    "book": "bold green",
    "book_and_request": "bold green",
    "authorize_first": "bold yellow",
    "call_payer": "bold yellow",
    "not_covered": "bold red",
}
