"""The board and an authorization, as a person reads them and as a program does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from cli.show.page import Page
from cli.show.words import day
from engine.decision import JsonValue
from engine.tracking.board import Due
from engine.tracking.burn_down import BurnDown
from engine.tracking.records import Amount, AuthorizationRecord, Tracked, Visit
from engine.tracking.usage import left, used

if TYPE_CHECKING:
    from engine.store.tracking import Saved

_POINTS_SHOWN = 12


def show_board(found: Iterable[Due], today: date, page: Page) -> None:
    rows = [
        (
            "not known" if due.on is None else due.on.isoformat(),
            "overdue" if due.on is not None and due.on < today else "",
            f"{due.initials} {due.episode_id}",
            due.text + (f" ({due.authorization_id})" if due.authorization_id else ""),
        )
        for due in found
    ]
    if not rows:
        page.line("Nothing is due.")
    page.rows(*rows, by=0)


def row_of(record: AuthorizationRecord, tracked: Tracked) -> tuple[str, ...]:
    """One authorization in a list."""
    return record.id, record.state, _days(record), _left(record, _visits(record, tracked))


def show_authorization(
    record: AuthorizationRecord,
    tracked: Tracked,
    ahead: BurnDown,
    history: Iterable[Saved[AuthorizationRecord]],
    page: Page,
) -> None:
    visits = _visits(record, tracked)
    so_far = used(record, visits)
    page.line(f"{record.id}: {record.state}" + (f", number {record.number}" if record.number else ""), "bold")
    page.rows(
        ("Requested", _amount(record.requested)),
        ("Granted", _amount(record.granted)),
        ("Codes", ", ".join(record.codes) or "any"),
        ("Holds", _days(record)),
        ("Used", f"{so_far.kept} visits kept, {so_far.booked} booked"),
        ("Left", _left(record, visits)),
        ("Runs out", _run_out(ahead)),
        ("Ask by", day(ahead.ask_by) if ahead.ask_by else "not known"),
    )
    if ahead.points:
        page.heading(f"{str(ahead.unit).capitalize()} left, by those kept and by those booked too")
        page.rows(
            *(
                (point.on.isoformat(), str(point.left), str(point.left_after_booked))
                for point in ahead.points[-_POINTS_SHOWN:]
            )
        )
    page.heading("History")
    page.rows(*((f"{one.at:%Y-%m-%d %H:%M}", one.who, one.record.state, f"version {one.version}") for one in history))


def summary_json(record: AuthorizationRecord, tracked: Tracked) -> dict[str, JsonValue]:
    visits = _visits(record, tracked)
    so_far, remaining = used(record, visits), left(record, visits)
    return {
        "authorization": record.model_dump(mode="json"),
        "used": {
            "visits_kept": so_far.kept,
            "visits_booked": so_far.booked,
            "units_kept": so_far.kept_units,
            "units_booked": so_far.booked_units,
        },
        "left": {
            "visits": remaining.visits,
            "visits_after_booked": remaining.visits_after_booked,
            "units": remaining.units,
            "units_after_booked": remaining.units_after_booked,
        },
    }


def history_json(saved: Saved[AuthorizationRecord]) -> JsonValue:
    return {
        "version": saved.version,
        "who": saved.who,
        "at": saved.at.isoformat(),
        "authorization": saved.record.model_dump(mode="json"),
    }


def _visits(record: AuthorizationRecord, tracked: Tracked) -> tuple[Visit, ...]:
    """Those of the authorization's patient."""
    patient = next(episode.patient_id for episode in tracked.episodes if episode.id == record.episode_id)
    return tuple(visit for visit in tracked.visits if visit.patient_id == patient)


def _amount(amount: Amount) -> str:
    said = [
        f"{number} {what}"
        for number, what in ((amount.visits, "visits"), (amount.units, "units"))
        if number is not None
    ]
    return ", ".join(said) or "not known"


def _days(record: AuthorizationRecord) -> str:
    if record.valid_from is None and record.valid_to is None:
        return "days not known"
    first = record.valid_from.isoformat() if record.valid_from else "a day not known"
    last = record.valid_to.isoformat() if record.valid_to else "a day not known"
    return f"{first} to {last}"


def _left(record: AuthorizationRecord, visits: tuple[Visit, ...]) -> str:
    remaining = left(record, visits)
    said = [
        f"{by_kept} {what} ({'not known' if by_booked is None else by_booked} after those booked)"
        for by_kept, by_booked, what in (
            (remaining.visits, remaining.visits_after_booked, "visits"),
            (remaining.units, remaining.units_after_booked, "units"),
        )
        if by_kept is not None
    ]
    return ", ".join(said) or "not known"


def _run_out(ahead: BurnDown) -> str:
    if ahead.by is None:
        return "not known"
    last = f"; the last visit covered is on {day(ahead.last_covered)}" if ahead.last_covered else ""
    if ahead.runs_out_on is None:
        return f"used up, by {ahead.by}{last}"
    return f"{day(ahead.runs_out_on)}, by {ahead.by}{last}"
