"""Values that leave a trace: whatever a template prints of the case is known afterwards, place by place.

A template never sees a fact's text. It prints a token, and the text is put in after the template's own words have been
read for markup: nothing that a person typed can become markup, and each run of the letter knows what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from letters.letter import Run, Text
from letters.words import Scalar, counted, in_letter

_TOKEN = re.compile("\ue000([0-9]+)\ue001")
_STRAY = re.compile("[\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A value of a fact or finding; printing it prints its token. Templates cannot reach its text."""

    _value: Scalar
    _run: Run
    _token: str

    def __str__(self) -> str:
        return self._token


class Ledger:
    """The quotes of one letter, and their way back from tokens to text."""

    def __init__(self) -> None:
        self._quotes: list[Quote] = []

    def quote(self, value: Scalar, *rests_on: str, text: str | None = None) -> Quote:
        run = Run(in_letter(value) if text is None else text, rests_on)
        quote = Quote(value, run, f"\ue000{len(self._quotes)}\ue001")
        self._quotes.append(quote)
        return quote

    def counted(self, quote: Quote, noun: str) -> Quote:
        """Filter: ``12`` as "12 visits". A gap of a draft stays a gap."""
        if not isinstance(quote._value, int):
            return quote
        return self.quote(quote._value, *quote._run.rests_on, text=counted(quote._value, noun))

    def is_whole(self, printed: str) -> bool:
        """Whether printed words hold no piece of a token and no token that was never given out."""
        numbers = [int(number) for number in _TOKEN.findall(printed)]
        return not _STRAY.search(_TOKEN.sub("", printed)) and all(number < len(self._quotes) for number in numbers)

    def text(self, printed: str) -> Text:
        """Printed words with the quotes' text in the place of their tokens."""
        return Text(tuple(run for run in self._runs(printed) if run.text))

    def _runs(self, printed: str) -> Iterator[Run]:
        for at, piece in enumerate(_TOKEN.split(printed)):
            yield self._quotes[int(piece)]._run if at % 2 else Run(piece)
