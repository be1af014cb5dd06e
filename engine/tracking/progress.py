"""After how many treatment days a progress report is due: asked of the payer's rules, which alone know the number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.decide import documents_wanted
from engine.language.load import Library
from engine.tracking.records import Episode, Visit
from engine.treatment import Coverage, Line, PlannedTreatment, Provider
from engine.treatment import Episode as CaseEpisode

_MOST_DAYS = 30
_PAPER = "progress_report"


class ProgressReports:
    """By when an episode's next report is due. What was asked of the rules is remembered, for one day's board."""

    def __init__(self, library: Library, today: date) -> None:
        self._library = library
        self._today = today
        self._intervals: dict[tuple[str, str, str], int | None] = {}

    def due(self, episode: Episode, visits: Iterable[Visit]) -> date | None:
        """The treatment day, kept or booked, by which the next report is written; None where it is not reached, or the
        payer's rules ask for none. ``visits`` are the patient's."""
        since = episode.progress_report_on
        theirs = [
            visit
            for visit in visits
            if visit.status in ("kept", "booked")
            and visit.episode_id in (None, episode.id)
            and (since is None or visit.day > since)
        ]
        days = sorted({visit.day for visit in theirs})
        code = next((line.code for visit in theirs for line in visit.lines), None)
        interval = self._interval(episode, code) if code else None
        return days[interval - 1] if interval and len(days) >= interval else None

    def _interval(self, episode: Episode, code: str) -> int | None:
        key = (episode.payer, episode.discipline, code)
        if key not in self._intervals:
            asked = (days for days in range(1, _MOST_DAYS + 1) if self._asked_after(episode, code, days))
            self._intervals[key] = next(asked, None)
        return self._intervals[key]

    def _asked_after(self, episode: Episode, code: str, days: int) -> bool:
        """Whether the rules want a report before the visit that follows so many treatment days without one."""
        treatment = PlannedTreatment(
            date_of_service=self._today,
            coverage=Coverage(payer=episode.payer),
            provider=Provider(discipline=episode.discipline, credential=episode.discipline),
            lines=(Line(code=code),),
            episode=CaseEpisode(visit_number=days + 1, treatment_days_since_progress_report=days),
        )
        return any(paper.id == _PAPER for paper in documents_wanted(treatment, self._library, today=self._today))
