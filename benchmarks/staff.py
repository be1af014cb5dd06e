"""The staff of a practice at the screen: what each does, what they are told, and whether all of it is there later."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx

from benchmarks.served import Browser
from engine.store import open_store

_VISIT = {
    "coverage.payer": "Cigna commercial", "provider.discipline": "OT", "provider.credential": "OT",
    "lines.1.code": "97530", "diagnoses": "Z47.1", "plan_of_care.visits": "8", "plan_of_care.weeks": "4",
    "date_of_service": "2026-12-01", "site.place_of_service": "11", "site.modality": "in_person",
}  # fmt: skip
_CHECK_ID = re.compile(r"Recorded as check ([0-9a-f]{16})")
_ROLES = ("front_desk", "clinician", "maintainer")
_DO = {"check": 8, "answer": 4, "change a role": 4, "read rules": 3, "read the audit log": 1}
"""What is done, how often of twenty."""


@dataclass
class Told:
    """What the screen told one person: latencies in seconds by action, and each write that it acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    checks: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    refused: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)


class Member:
    """One of the staff, under a name of ``let_in``; ``others``: the ids of the people whose roles they change."""

    def __init__(self, address: str, at: int, others: range) -> None:
        self.name = f"Staff {at}"
        self.browser = Browser(address)
        self.chance = random.Random(at)
        self.others = others
        self.told = Told()
        self.check_id = ""

    def works(self, actions: int) -> Told:
        self._timed("sign in", lambda: self.browser.sign_in(self.name))
        does: dict[str, Callable[[], httpx.Response]] = {
            "check": self.checks, "answer": self._answers, "change a role": self.changes_a_role,
            "read rules": lambda: self.browser.open("/rules/cigna-commercial"),
            "read the audit log": lambda: self.browser.open("/audit"),
        }  # fmt: skip
        for what in self.chance.choices(list(_DO), list(_DO.values()), k=actions):
            self._timed(what, does[what])
        self.browser.close()
        return self.told

    def _timed(self, what: str, does: Callable[[], httpx.Response]) -> None:
        begun = time.perf_counter()
        answer = does()
        self.told.seconds.setdefault(what, []).append(time.perf_counter() - begun)
        if answer.status_code not in (200, 303, 409, 422, 503):
            self.told.unexpected.append(f"{self.name}, {what}: {answer.status_code}")

    def checks(self) -> httpx.Response:
        minutes, day = self.chance.randint(8, 60), self.chance.randint(1, 28)
        fields = {"lines.1.minutes": str(minutes), "date_of_service": f"2026-12-{day:02}"}
        return self._asks(fields)

    def _answers(self) -> httpx.Response:
        """Who answers a call's questions has checked before."""
        if not self.check_id:
            return self.checks()
        asked_by = self.check_id
        fields = {"asked_by": asked_by, "answer.episode.visit_number": "2", "said_by": "Pat Example"}
        answer = self._asks({"lines.1.minutes": "30"} | fields)
        if _CHECK_ID.search(answer.text):
            self.told.answers[asked_by] += 1
        return answer

    def _asks(self, fields: dict[str, str]) -> httpx.Response:
        answer = self.browser.send("/check", _VISIT | fields)
        if found := _CHECK_ID.search(answer.text):
            self.check_id = found[1]
            self.told.checks[self.check_id] += 1
        else:
            self._refusal(answer)
        return answer

    def changes_a_role(self) -> httpx.Response:
        other = self.chance.choice(self.others)
        answer = self.browser.send(f"/people/{other}/role", {"role": self.chance.choice(_ROLES)})
        if answer.status_code == 303:
            self.told.changes += 1
        else:
            self._refusal(answer)
        return answer

    def _refusal(self, answer: httpx.Response) -> None:
        """Told in words, or else nobody knows of it."""
        said = re.search(r'role="alert"[^>]*>(.*?)</', answer.text, re.DOTALL) or re.search(
            "<h1>(.*?)</h1>", answer.text
        )
        (self.told.refused if said else self.told.unexpected).append(
            said[1].strip() if said else "refused without a word"
        )


def lost_writes(database_url: str, told: Iterable[Told]) -> list[str]:
    """What was acknowledged and is not in the database as often, and what its log's chain says is broken."""
    checks: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    changes = 0
    for one in told:
        checks += one.checks
        answers += one.answers
        changes += one.changes
    with open_store(database_url) as store:
        entries = store.entries()
        changed = sum(1 for entry in store.audit.trail() if entry.what == "role changed")
        broken = [f"the chain is broken at {found.sequence}" for found in store.verify()]
    kept = Counter(entry.check_id for entry in entries if entry.kind == "check")
    answered = Counter(entry.check_id for entry in entries if entry.kind == "answer")
    lost = [f"check {one}: {count}" for one, count in (checks - kept).items()]
    lost += [f"answer to {one}: {count}" for one, count in (answers - answered).items()]
    return [*lost, *([f"changes of roles: {changes - changed}"] if changed < changes else []), *broken]
