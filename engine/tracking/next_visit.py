"""The case of an episode's next visit, as far as it is tracked: facts by path, as text. What is not there is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.tracking.records import AuthorizationRecord, Episode, Tracked, Visit, VisitLine
from engine.tracking.states import GRANTED
from engine.tracking.usage import used, within_days


def next_visit(tracked: Tracked, episode: Episode, today: date) -> dict[str, str]:
    """``tracked`` is all of the patient's. The visit is the next one booked, or else one today with the codes of the
    last; its number in the payer's count is only known where every visit of the episode is tracked, and is not said."""
    visits = [visit for visit in tracked.visits if visit.episode_id in (None, episode.id)]
    booked = [visit for visit in visits if visit.status == "booked" and visit.day >= today]
    day = booked[0].day if booked else today
    patient = next(one for one in tracked.patients if one.id == episode.patient_id)
    said = {
        "patient.birth_date": patient.birth_date,
        "coverage.payer": episode.payer,
        "coverage.plan_type": episode.plan_type,
        "coverage.state": episode.state,
        "provider.discipline": episode.discipline,
        "date_of_service": day,
        "episode.evaluation_on": episode.evaluation_on,
        "episode.treatment_days_since_progress_report": _since_report(episode, visits, day),
    }
    facts = {path: str(value) for path, value in said.items() if value is not None}
    facts |= {f"diagnoses.{at}": code for at, code in enumerate(episode.diagnoses, start=1)}
    for at, line in enumerate(_lines(booked, visits), start=1):
        facts[f"lines.{at}.code"] = line.code
    held = [one for one in tracked.authorizations if one.episode_id == episode.id and one.state in GRANTED]
    held = [one for one in held if within_days(one, day)]
    # Of several that hold on the day, nobody has said which one the visit goes by.
    return facts | dict(_authorization(held[0], [v for v in visits if v.day < day])) if len(held) == 1 else facts


def _since_report(episode: Episode, visits: list[Visit], day: date) -> int | None:
    """Treatment days since the last report; not known where no report is on record."""
    since = episode.progress_report_on
    kept = {visit.day for visit in visits if visit.status == "kept" and since and since < visit.day < day}
    return len(kept) if since else None


def _lines(booked: list[Visit], visits: list[Visit]) -> tuple[VisitLine, ...]:
    kept = [visit for visit in visits if visit.status == "kept"]
    return next((visit.lines for visit in (*booked[:1], *reversed(kept)) if visit.lines), ())


def _authorization(one: AuthorizationRecord, visits: list[Visit]) -> Iterator[tuple[str, str]]:
    so_far = used(one, visits)
    units = (so_far.kept_units, so_far.booked_units)
    said = {
        "number": one.number,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "visits_approved": one.granted.visits,
        "units_approved": one.granted.units,
        "visits_used": so_far.kept + so_far.booked,
        "units_used": None if None in units else sum(number or 0 for number in units),
    }
    for name, value in said.items():
        if value is not None:
            yield f"coverage.authorization.{name}", str(value)
    for at, code in enumerate(one.codes, start=1):
        yield f"coverage.authorization.codes.{at}", code
