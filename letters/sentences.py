"""The sentences of a text, each with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letters.letter import Run, Text

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")


def sentences(text: Text) -> Iterator[Text]:
    """Sentences as the template's own words divide them; a quote is never divided."""
    current: list[Run] = []
    ended = False
    for run in text.runs:
        if run.rests_on:
            current.append(run)
            ended = run.text.rstrip().endswith((".", "!", "?"))
            continue
        pieces = SENTENCE_END.split(run.text)
        if ended and run.text[:1].isspace():
            yield Text(tuple(current))
            current = []
        for piece in pieces[:-1]:
            yield Text((*current, Run(piece)))
            current = []
        current.append(Run(pieces[-1]))
        ended = False
    yield Text(tuple(current))
