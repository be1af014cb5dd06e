"""Whom a change of rules touches: exactly those whom check answers otherwise under the new rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path

from engine import PlannedTreatment, check
from engine.cases import read_cases
from engine.quality.call_list import calls, what_changes
from engine.quality.impact import Books, Desk, Impact, Subject, answers_of, impact
from engine.quality.screen import Screen
from engine.quality.subjects import of_store
from engine.store import CheckRecord, LetterRecord, open_store
from engine.store.asked import Asked, check_record
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient, VisitEvent, VisitLine
from tests.laws.cases import LIBRARY, TODAY
from tests.quality.changed_rules import question
from tests.quality.test_difference import rule
from tests.quality.test_mutation import HEAD

CASES = 80
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def books(folder: Path, *rules: str) -> Books:
    folder.mkdir()
    (folder / "own.yaml").write_text(HEAD + "".join(rules))
    return Books(folder)


def both(tmp_path: Path) -> tuple[Books, Books]:
    """Arizona is new."""
    return books(tmp_path / "old", rule()), books(tmp_path / "new", rule(states="[OH, ME, IN, AZ]"))


def case(name: str, state: str, day: str = "2026-12-01", payer: str = "own-plan") -> PlannedTreatment:
    told = {
        "id": name, "date_of_service": day, "patient": {"name": f"Invented {name.title()}"},
        "coverage": {"payer": payer, "state": state}, "provider": {"discipline": "OT", "credential": "OT"},
        "lines": ({"code": "97535", "minutes": 30},), "episode": {"visit_number": 9},
    }  # fmt: skip
    return PlannedTreatment.model_validate(told)


def subject(treatment: PlannedTreatment) -> Subject:
    return Subject("visit", treatment.id or "", treatment.model_dump_json(exclude_none=True).encode(), TODAY)


def held_against_check(cases: int, seed: int) -> Counter[str]:
    """Each verdict of impact against check under both rules; how many changed, stayed, and were screened out."""
    told: Counter[str] = Counter()
    for changed, treatment in question(cases, seed):
        before, after = (answers_of(check(treatment, library, today=TODAY)) for library in (LIBRARY, changed.new))
        found = Desk(LIBRARY, changed.new).change(subject(treatment))
        what = f"{changed.what}\n{treatment.model_dump_json(exclude_none=True)}"
        assert (found is not None) == (before != after), what
        assert found is None or (found.before, found.after) == (before, after), what
        told["changed" if found else "same"] += 1
        told["screened out"] += not Screen(LIBRARY, changed.new).may_differ(treatment, TODAY, False)
        changed.new.engine(changed.payer).close()
    return told


def test_the_verdict_is_that_of_check_under_both_rules() -> None:
    told = held_against_check(CASES, 20261126)
    assert told["changed"] > CASES / 10
    assert told["screened out"] > CASES / 4


def test_those_who_are_touched_come_first_visit_first_with_both_answers(tmp_path: Path) -> None:
    cases = [
        case("late", "AZ", "2026-12-20"), case("early", "AZ", "2026-12-02"), case("ohio", "OH"), case("texas", "TX"),
        case("other", "AZ", payer="self-pay"),
    ]  # fmt: skip
    found = impact(*both(tmp_path), map(subject, cases))
    assert [(change.id, change.before.authorization, change.after.authorization) for change in found.changes] == [
        ("early", "unknown", "review_required"),
        ("late", "unknown", "review_required"),
    ]
    assert found.looked_at == {"visit": 5}
    assert "authorization: clinical review instead of not known" in what_changes(
        found.changes[0].before, found.changes[0].after
    )


def test_several_processes_find_the_same_as_one(tmp_path: Path) -> None:
    states = ("OH", "AZ", "TX")
    subjects = [subject(case(f"n{number}", states[number % 3])) for number in range(1_201)]
    old, new = both(tmp_path)
    alone, shared = (impact(old, new, subjects, processes=processes) for processes in (1, 2))
    assert alone == shared
    assert len(shared.changes) == 400


def stored(tmp_path: Path, old: Books) -> str:
    """A practice with a booked visit in Arizona, two open authorizations, checks and a letter."""
    url = f"sqlite:///{tmp_path / 'practice.db'}"
    library = old.library()

    def record(treatment: PlannedTreatment) -> CheckRecord:
        return check_record(Asked(treatment, False, check(treatment, library, today=TODAY)), AT)

    booked, again, letter = case("booked", "AZ"), case("asked", "OH"), case("lettered", "AZ", "2026-11-01")
    newer = case("asked", "AZ")
    with open_store(url) as store:
        store.record_check(*map(record, (booked, again, newer, letter, case("past", "AZ", "2026-11-02"))))
        for draft, kind in ((False, "prior-authorization"), (True, "appeal")):
            store.record_letter(LetterRecord(record(letter).check_id, kind, "letter.pdf", "0" * 64, "pdf", draft, AT))
        patient = Patient(id="p1", name="Invented Booked", birth_date=date(1960, 1, 2))
        episode = Episode(id="e1", patient_id="p1", payer="own-plan", discipline="OT", state="AZ")
        asked, closed = (
            AuthorizationRecord(id=name, episode_id="e1", state=state, codes=("97535",), requested=Amount(visits=9))
            for name, state in (("a1", "submitted"), ("a2", "cancelled"))
        )
        store.tracking.add(patient, episode, asked, closed, who="Test", at=AT)
        store.tracking.append(
            VisitEvent(
                id="v1-booked", visit_id="v1", patient_id="p1", kind="booked", at=AT, who="Test", episode_id="e1",
                day=date(2026, 12, 3), starts_at=time(9, 30), lines=(VisitLine(code="97535"),),
                check_id=record(booked).check_id,
            ),
            VisitEvent(
                id="v2-booked", visit_id="v2", patient_id="p1", kind="booked", at=AT, who="Test",
                day=date(2026, 11, 20),
            ),
        )  # fmt: skip
    return url


def from_store(tmp_path: Path) -> Impact:
    old, new = both(tmp_path)
    with open_store(stored(tmp_path, old)) as store:
        return impact(old, new, of_store(store, TODAY).each)


def test_the_store_gives_visits_authorizations_letters_and_the_newest_checks(tmp_path: Path) -> None:
    found = from_store(tmp_path)
    assert found.looked_at == {"visit": 1, "authorization": 1, "letter": 1, "check": 1}
    assert [(change.kind, change.id, change.letter, change.on.isoformat()) for change in found.changes] == [
        ("letter", "lettered", "prior-authorization", "2026-11-01"),
        ("check", "asked", None, "2026-12-01"),
        ("visit", "v1", None, "2026-12-03"),
        ("authorization", "a1", None, "2026-12-03"),
    ]
    assert found.unread == ()


def test_the_call_list_has_one_call_a_patient_and_payer_and_names_nobody_unasked(tmp_path: Path) -> None:
    found = from_store(tmp_path)
    listed = calls(found)
    assert [(call.patient, call.first.isoformat(), call.more) for call in listed] == [
        ("IL", "2026-11-01", 0),
        ("IA", "2026-12-01", 0),
        ("IB p1", "2026-12-03", 1),
    ]
    assert listed[0].to_do.startswith("Look at the prior-authorization letter again")
    assert listed[0].by == TODAY, "a day that is past is today"
    assert [call.patient for call in calls(found, names=True)][-1] == "Invented Booked"


def test_of_a_plan_the_visits_that_change_are_told_and_the_day_by_which_to_ask(tmp_path: Path) -> None:
    ruleset = LIBRARY.bundled / "medicare-advantage" / "uhc.yaml"
    text = ruleset.read_text()
    (tmp_path / "uhc.yaml").write_text(text.replace("visit_number: {at_most: 6}", "visit_number: {at_most: 8}"))
    example = LIBRARY.bundled.parent / "examples" / "stroke-uhc-medicare-advantage.yaml"
    (read,) = read_cases(example.name, example.read_bytes()).cases
    found = impact(Books(), Books(tmp_path), [subject(read.treatment)])
    (call,) = calls(found)
    assert call.what == "Visits 7 to 8: approved without clinical review, on request instead of clinical review."
    assert call.by == date(2026, 12, 9), "not the day of the visit: the request may follow it"


def test_a_visit_booked_without_a_check_is_told_not_passed_over(tmp_path: Path) -> None:
    old, new = both(tmp_path)
    found = impact(old, new, [Subject("visit", "v9", b"{}", TODAY)])
    assert found.unread == ("visit v9",)


def test_what_changes_a_setting_is_decided_for_every_case(tmp_path: Path) -> None:
    old = books(tmp_path / "old", rule())
    new = books(tmp_path / "new", rule())
    assert new.own is not None
    file = new.own / "own.yaml"
    file.write_text(file.read_text().replace("extends: common", "extends: common\nunit_rule: cms"))
    ohio = case("ohio", "OH")
    assert Screen(old.library(), new.library()).may_differ(ohio, TODAY, False)
    assert not Screen(old.library(), old.library()).may_differ(ohio, TODAY, False)
