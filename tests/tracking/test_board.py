"""The board: everything due, soonest first, by the payers' own clocks; and its calendar without names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from engine import load_rulesets
from engine.tracking.board import Due, board
from engine.tracking.feed import calendar
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient, Tracked, Visit, VisitLine

TODAY = date(2026, 11, 24)
LIBRARY = load_rulesets()


def tracked(payer: str, *authorizations: AuthorizationRecord, kept: int = 0, **episode: object) -> Tracked:
    first = date(2026, 11, 2)
    visits = tuple(
        Visit(
            ids=(f"v{number}",), patient_id="p1", episode_id=None, status="kept", day=first + timedelta(days=number),
            starts_at=None, lines=(VisitLine(code="97530", units=2),),
        )
        for number in range(kept)
    )  # fmt: skip
    said = {"id": "p1-ot", "patient_id": "p1", "payer": payer, "discipline": "OT"} | episode
    return Tracked((Patient(id="p1", name="Mary Example"),), (Episode.model_validate(said),), authorizations, visits)


def dues(everything: Tracked, days: int = 365) -> list[tuple[str, date | None]]:
    return [(due.kind, due.on) for due in board(everything, LIBRARY, today=TODAY, days=days)]


def an_authorization(**said: object) -> AuthorizationRecord:
    return AuthorizationRecord.model_validate({"id": "a1", "episode_id": "p1-ot"} | said)


def test_a_progress_report_is_due_by_the_tenth_treatment_day_at_medicare() -> None:
    assert dues(tracked("medicare-part-b", kept=9)) == []
    assert dues(tracked("medicare-part-b", kept=10)) == [("progress_report", date(2026, 11, 11))]
    assert dues(tracked("medicare-part-b", kept=10, progress_report_on=date(2026, 11, 5))) == []


def test_a_plan_of_care_is_recertified_by_its_end_or_the_payers_clock_whichever_comes_first() -> None:
    evaluated = {"evaluation_on": date(2026, 11, 2)}
    assert dues(tracked("medicare-part-b", **evaluated)) == [("recertification", date(2027, 1, 31))]
    sooner = evaluated | {"plan_ends_on": date(2026, 12, 14)}
    assert dues(tracked("medicare-part-b", **sooner)) == [("recertification", date(2026, 12, 14))]


def test_a_denial_is_appealed_by_the_payers_first_level() -> None:
    denied = an_authorization(state="denied", denial_received_on=date(2026, 11, 2))
    assert dues(tracked("medicare-part-b", denied)) == [("appeal", date(2027, 3, 2))]


@pytest.mark.parametrize(("state", "kind"), [("denied", "appeal"), ("draft", "request"), ("submitted", "decision")])
def test_a_payer_without_a_published_clock_gives_no_day_and_is_not_left_out(state: str, kind: str) -> None:
    assert dues(tracked("a-payer-nobody-knows", an_authorization(state=state)), days=0) == [(kind, None)]


def test_a_request_goes_out_by_the_day_that_was_set_for_it() -> None:
    draft = an_authorization(request_by=date(2026, 12, 1))
    assert dues(tracked("uhc-medicare-advantage", draft)) == [("request", date(2026, 12, 1))]


APPROVED = {"state": "approved", "granted": Amount(visits=6), "valid_from": date(2026, 11, 1)}


def test_a_run_out_comes_with_the_last_day_to_ask_for_more() -> None:
    approved = an_authorization(**APPROVED, valid_to=date(2027, 1, 31))
    everything = tracked("uhc-medicare-advantage", approved, kept=4, visits_per_week=1)
    found = board(everything, LIBRARY, today=TODAY, days=365)
    assert [(due.kind, due.on) for due in found] == [
        ("request_more", date(2026, 12, 8)), ("runs_out", date(2026, 12, 15)), ("expires", date(2027, 1, 31)),
    ]  # fmt: skip
    assert found[0].why == "medicare-advantage/standard_decision"


def test_more_that_is_asked_for_already_is_not_asked_again() -> None:
    approved = an_authorization(**APPROVED)
    more = an_authorization(id="a2", state="submitted", submitted_on=TODAY)
    both = tracked("uhc-medicare-advantage", approved, more, kept=4, visits_per_week=1)
    assert [kind for kind, _ in dues(both)] == ["decision", "runs_out"]


def test_only_what_falls_within_the_days_asked_and_what_is_overdue_is_shown() -> None:
    past = an_authorization(**APPROVED, valid_to=date(2026, 11, 20))
    later = an_authorization(id="a2", request_by=date(2027, 5, 1))
    assert dues(tracked("uhc-medicare-advantage", past, later), days=7) == [("expires", date(2026, 11, 20))]


def test_a_patient_who_is_discharged_needs_nothing_but_an_appeal() -> None:
    denied = an_authorization(state="denied", denial_received_on=date(2026, 11, 2))
    gone = tracked(
        "medicare-part-b", denied, an_authorization(id="a2", **APPROVED), kept=10, discharged_on=date(2026, 11, 20),
        evaluation_on=date(2026, 11, 2),
    )  # fmt: skip
    assert [kind for kind, _ in dues(gone)] == ["appeal"]


def test_the_calendar_holds_every_known_day_and_no_name() -> None:
    everything = tracked("medicare-part-b", an_authorization(), kept=10, evaluation_on=date(2026, 11, 2))
    found = board(everything, LIBRARY, today=TODAY, days=365)
    made = calendar(found, datetime(2026, 11, 24, 9, tzinfo=UTC))
    read = {str(event["uid"]): event for event in Calendar.from_ical(made).walk("VEVENT")}
    known = {due.on for due in found if due.on}
    assert {event["dtstart"].dt for event in read.values()} == known
    assert len(read) == len([due for due in found if due.on]), "every id is another's"
    assert "Mary" not in made.decode()
    assert "Example" not in made.decode()
    assert "(ME, p1-ot)" in str(read["progress_report-p1-ot@precertain"]["summary"])


def test_an_empty_board_is_a_calendar_too() -> None:
    nothing: tuple[Due, ...] = ()
    assert Calendar.from_ical(calendar(nothing, datetime(2026, 11, 24, tzinfo=UTC))).walk("VEVENT") == []
