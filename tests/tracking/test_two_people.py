"""Two people, each with a store of their own on one file, book, keep, cancel, correct and import at random.

The number of kept visits is that of the appointments that took place, counted here without the fold.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.store import open_store
from engine.store.repository import Store
from engine.tracking.fold import fold
from engine.tracking.records import AuthorizationRecord, VisitEvent, VisitLine
from engine.tracking.usage import used
from tests.longer import examples
from tests.store.visit_writer import a_patient, an_episode

PEOPLE = ("Lee", "Kim")
WHO = st.sampled_from(PEOPLE)
PICK = st.integers(0, 1_000)
LINES = (VisitLine(code="97530", units=1),)


@dataclass
class Appointment:
    """What truly happens; ``ids`` are the names that people gave it."""

    day: date
    status: str
    ids: list[str] = field(default_factory=list)
    exported: tuple[date, str] | None = None


class TwoPeople(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self._folder.name)}/precertain.db"
        self.stores: dict[str, Store] = {who: open_store(url) for who in PEOPLE}
        self.appointments: list[Appointment] = []
        self._number = count(1)
        self._days = (date(2026, 12, 1) + timedelta(days=number) for number in count())
        self._at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    @initialize()
    def one_patient(self) -> None:
        self.stores["Lee"].tracking.add(a_patient("p1"), an_episode("p1-ot", "p1"), who="Lee", at=self._at)

    def _tell(self, who: str, kind: str, visit: str, **more: object) -> None:
        self._at += timedelta(seconds=1)
        says = {"id": f"e{next(self._number)}", "visit_id": visit, "patient_id": "p1", "kind": kind, "who": who}
        self.stores[who].tracking.append(VisitEvent.model_validate(says | {"at": self._at} | more))

    def _one(self, pick: int) -> Appointment:
        return self.appointments[pick % len(self.appointments)]

    @rule(who=WHO)
    def book(self, who: str) -> None:
        made = Appointment(next(self._days), "booked", [f"v{next(self._number)}"])
        self.appointments.append(made)
        self._tell(who, "booked", made.ids[0], day=made.day, starts_at=time(9), lines=LINES)

    @precondition(lambda self: self.appointments)
    @rule(who=WHO, pick=PICK)
    def book_what_the_other_booked_already(self, who: str, pick: int) -> None:
        one = self._one(pick)
        one.ids.append(f"v{next(self._number)}")
        self._tell(who, "booked", one.ids[-1], day=one.day, starts_at=time(9), lines=LINES)
        if one.status == "cancelled":
            one.status = "booked"

    @precondition(lambda self: self.appointments)
    @rule(who=WHO, pick=PICK, status=st.sampled_from(["kept", "cancelled", "no_show"]))
    def say_what_became_of_it(self, who: str, pick: int, status: str) -> None:
        one = self._one(pick)
        one.status = status
        self._tell(who, status, one.ids[pick % len(one.ids)])

    @precondition(lambda self: self.appointments)
    @rule(who=WHO, pick=PICK)
    def move_it(self, who: str, pick: int) -> None:
        one = self._one(pick)
        one.day = next(self._days)
        self._tell(who, "corrected", one.ids[0], day=one.day, starts_at=time(9))

    @precondition(lambda self: self.appointments)
    @rule(who=WHO, new_ids=st.booleans())
    def import_the_schedule(self, who: str, new_ids: bool) -> None:
        for one in self.appointments:
            one.exported = (one.day, one.status)
        self._import(who, new_ids)

    @precondition(lambda self: any(one.exported for one in self.appointments))
    @rule(who=WHO, new_ids=st.booleans())
    def import_the_same_file_again(self, who: str, new_ids: bool) -> None:
        self._import(who, new_ids)

    def _import(self, who: str, new_ids: bool) -> None:
        for one in self.appointments:
            if one.exported is not None:
                day, status = one.exported
                if new_ids:
                    one.ids.append(f"x{next(self._number)}")
                name = one.ids[-1] if new_ids else one.ids[0]
                self._tell(who, "imported", name, status=status, day=day, starts_at=time(9), lines=LINES)

    @invariant()
    def both_count_the_visits_that_took_place(self) -> None:
        took_place = [one.day for one in self.appointments if one.status == "kept"]
        booked = [one.day for one in self.appointments if one.status == "booked"]
        for store in self.stores.values():
            visits = fold(store.tracking.events("p1"))
            assert [visit.day for visit in visits if visit.status == "kept"] == sorted(took_place)
            so_far = used(AuthorizationRecord(id="a1", episode_id="p1-ot", codes=("97530",)), visits)
            assert (so_far.kept, so_far.booked) == (len(took_place), len(booked))
            assert so_far.kept_units == len(took_place)

    def teardown(self) -> None:
        assert self.stores["Kim"].verify() == ()
        for store in self.stores.values():
            store.close()
        self._folder.cleanup()


TestTwoPeople = pytest.mark.longer(TwoPeople.TestCase)
TestTwoPeople.settings = settings(max_examples=examples(25), stateful_step_count=25, deadline=None)
