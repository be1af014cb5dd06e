"""Two people at browsers of their own book, keep, cancel, correct and import at random, some of it from stale pages.

The counts that the authorization's page shows are those of the appointments that took place, counted here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, Clock, send, token_of
from tests.web.front_desk import GRANT, add_all, book, cells, hidden, move, values, visit_on

STEPS = 12


@dataclass
class Appointment:
    """What truly happens on a day, and as the schedule was last exported."""

    day: date
    status: str
    exported: tuple[str, str] | None = None


@dataclass
class Desk:
    """The practice with two browsers; every act is told to the server and done to ``appointments``."""

    clients: tuple[TestClient, TestClient]
    clock: Clock
    patient: str
    pick: random.Random
    appointments: list[Appointment] = field(default_factory=list)
    days: int = 0

    def new_day(self) -> date:
        self.days += 1
        return date(2026, 6, 1) + timedelta(days=self.days)

    def _visit(self, page: Response, one: Appointment) -> str:
        return visit_on(page, one.day.isoformat())

    def book(self, client: TestClient) -> None:
        one = Appointment(self.new_day(), "booked")
        assert book(client, self.patient, one.day.isoformat()).status_code == 200
        self.appointments.append(one)

    def book_again(self, client: TestClient) -> None:
        if one := self._any():
            book(client, self.patient, one.day.isoformat())
            one.status = "booked" if one.status == "cancelled" else one.status

    def say(self, client: TestClient) -> None:
        if one := self._any("booked"):
            did = self.pick.choice(["kept", "kept", "cancelled", "no_show"])
            page = client.get(self.patient)
            fields = {"form_token": token_of(page), "read_at": hidden(page), "did": did}
            if self.pick.random() < 0.3:  # the other was quicker, with another answer
                quicker = self.pick.choice([other for other in ("kept", "cancelled", "no_show") if other != did])
                other = next(one for one in self.clients if one is not client)
                theirs = {"form_token": token_of(other.get(self.patient)), "read_at": hidden(page), "did": quicker}
                assert other.post(self._visit(page, one), data=theirs).status_code == 200
                self.clock.goes_on(seconds=1)
                assert client.post(self._visit(page, one), data=fields).status_code == 409
                one.status = quicker
            else:
                assert client.post(self._visit(page, one), data=fields).status_code == 200
                one.status = did

    def correct(self, client: TestClient) -> None:
        if one := self._any():
            address = f"{self._visit(client.get(self.patient), one)}/correct"
            day, status = self.new_day(), self.pick.choice(["kept", "booked", "cancelled"])
            said = values(client.get(address)) | {"day": day.isoformat(), "status": status}
            assert client.post(address, data=said).status_code == 200
            one.day, one.status = day, status

    def import_schedule(self, client: TestClient) -> None:
        for one in self.appointments:
            one.exported = (one.day.isoformat(), one.status)
        self.import_again(client)

    def import_again(self, client: TestClient) -> None:
        patient_id, visits = self.patient.rsplit("/", 1)[1], client.get(self.patient)
        rows = ["visit_id,patient_id,day,status,codes,starts_at"]
        for one in self.appointments:
            if one.exported:
                name = self._visit(visits, one).rsplit("/", 1)[1]
                rows.append(f"{name},{patient_id},{one.exported[0]},{one.exported[1]},97530:1,9:00")
        if len(rows) > 1:
            token = token_of(client.get("/visits/import"))
            file = {"file": ("visits.csv", "\n".join(rows).encode(), "text/csv")}
            answer = client.post("/visits/import", data={"form_token": token}, files=file)
            assert f"Rows read: {len(rows) - 1}." in answer.text

    def _any(self, status: str | None = None) -> Appointment | None:
        fit = [one for one in self.appointments if status in (None, one.status)]
        return self.pick.choice(fit) if fit else None


@pytest.mark.parametrize("seed", [1, 2])
def test_both_are_shown_the_number_of_distinct_kept_visits_whatever_they_do(
    signed_in: TestClient, browsers: Callable[[], TestClient], clock: Clock, seed: int
) -> None:
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    kim = browsers()
    send(kim, "/sign-in", name="Kim Invented", password=PASSWORD)
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    move(signed_in, made.authorization, "approved", **GRANT | {"valid_from": "2026-01-01", "granted__visits": "90"})
    desk = Desk((signed_in, kim), clock, made.patient, random.Random(seed))
    acts = (
        desk.book,
        desk.book,
        desk.book_again,
        desk.say,
        desk.say,
        desk.correct,
        desk.import_schedule,
        desk.import_again,
    )
    for _ in range(STEPS):
        clock.goes_on(seconds=1)
        desk.pick.choice(acts)(desk.pick.choice(desk.clients))
        kept = sum(one.status == "kept" for one in desk.appointments)
        booked = sum(one.status == "booked" for one in desk.appointments)
        client = desk.pick.choice(desk.clients)
        assert cells(client.get(made.authorization), "Visits")[2:5] == [str(kept), str(booked), str(90 - kept)]
    for client in desk.clients:
        assert cells(client.get(made.authorization), "Visits")[2] == str(kept)
