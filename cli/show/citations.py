"""The sources of what is shown, numbered as they are cited."""

from __future__ import annotations

from cli.show.page import Page
from cli.show.words import citation
from engine.decision import Source


class Citations:
    """The sources in the order in which they are cited."""

    def __init__(self) -> None:
        self._sources: dict[Source, int] = {}

    def number(self, source: Source) -> int:
        return self._sources.setdefault(source, len(self._sources) + 1)

    def show(self, page: Page) -> None:
        if self._sources:
            page.heading("Sources")
            for source, number in self._sources.items():
                page.rows((f"[{number}]", citation(source)))
                if source.url:
                    page.verbatim(source.url, by=7)
