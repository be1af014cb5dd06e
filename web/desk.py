"""What every page works with: the settings, the rulesets, the store. One for each app."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from fastapi import Request

from engine import Decision, Library, PlannedTreatment, check
from engine.release.installed import Installed
from engine.release.signing import Keys
from engine.store import StoreError, open_store
from engine.store.audit import AuditAction
from engine.store.people import People, Person
from web.settings import Settings
from web.workbench.jobs import Jobs

if TYPE_CHECKING:
    from engine.store.repository import Store


_DECISIONS = 2_000
"""How many decisions are remembered: some days' visits."""


@dataclass(frozen=True, slots=True)
class Payer:
    id: str
    title: str


@lru_cache(maxsize=2)
def _payers(library: Library) -> tuple[Payer, ...]:
    found = ((payer, library.for_payer(payer)) for payer in library.payers)
    return tuple(sorted((Payer(id, of.title) for id, of in found if of), key=lambda payer: payer.title.casefold()))


class Desk:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._people: People | None = None
        self._store: Store | None = None
        self._opening = Lock()
        self._answering = settings.library
        self.jobs = Jobs()
        self._stamp: tuple[int, int] | None = None
        self._decided = lru_cache(maxsize=_DECISIONS)(self._decide)

    @property
    def library(self) -> Library:
        """The rules that answer. Where installed releases are followed, a look at one file tells whether another is
        installed since."""
        if self.settings.follows and (stamp := self.installed.stamp()) != self._stamp:
            with self._opening:
                release = self.installed.current()
                self._answering = self.settings.library.with_own(release.rulesets if release else None)
                self._stamp = stamp
        return self._answering

    @property
    def installed(self) -> Installed:
        """The releases of rulesets on this machine."""
        return Installed(self.settings.data / "rulesets")

    @property
    def payers(self) -> tuple[Payer, ...]:
        return _payers(self.library)

    @cached_property
    def seal(self) -> Fernet:
        """What seals for this process alone: a form that waits for signing in."""
        return Fernet(Fernet.generate_key())

    @property
    def people(self) -> People:
        """Raises StoreError where the database cannot be opened; the next request tries again."""
        with self._opening:
            if self._people is None:
                self._people = People.open(self.settings.database_url)
            return self._people

    @property
    def store(self) -> Store:
        """Raises StoreError like ``people``."""
        with self._opening:
            if self._store is None:
                self._store = open_store(self.settings.database_url)
            return self._store

    @property
    def keys(self) -> Keys:
        """The key that signs what is kept about rules here, and those that are trusted."""
        return Keys(self.settings.data / "keys")

    @property
    def now(self) -> datetime:
        return self.settings.clock()

    @property
    def today(self) -> date:
        """The day where the practice is."""
        return self.now.astimezone().date()

    def next_day(self) -> date:
        """The next day with a visit, tomorrow where there is none."""
        return self.store.tracking.day_after(self.today) or self.today + timedelta(days=1)

    def decide(self, treatment: PlannedTreatment) -> Decision:
        """The decision on today's day; one made before is not made again."""
        return self._decided(treatment, self.today, self.library)

    def _decide(self, treatment: PlannedTreatment, today: date, library: Library) -> Decision:
        return check(treatment, library, today=today)

    def close(self) -> None:
        self.jobs.close()
        for part in (self._people, self._store):
            if part is not None:
                part.close()

    def payer_id(self, typed: str) -> str | None:
        """The payer meant by its id or title; another name as an id of no ruleset; None where it is close to one."""
        named = typed.strip().casefold()
        for payer in self.payers:
            if named in (payer.id, payer.title.casefold()):
                return payer.id
        return None if self.near(typed) else self.without_rules(typed)

    def without_rules(self, typed: str) -> str:
        """A name as the id of a payer of whom there are no rules."""
        return re.sub(r"[^a-z0-9]+", "-", typed.casefold()).strip("-")[:60] or "none"

    def payer_title(self, payer_id: str) -> str:
        """The payer's title; its id where no ruleset has it."""
        return next((payer.title for payer in self.payers if payer.id == payer_id), payer_id)

    def near(self, typed: str) -> tuple[Payer, ...]:
        """Payers that a name may mean."""
        named = typed.strip().casefold()
        holding = [one for one in self.payers if len(named) > 2 and (named in one.title.casefold() or named in one.id)]
        close = get_close_matches(named, [one.title.casefold() for one in self.payers], n=2, cutoff=0.85)
        return tuple(holding or [one for one in self.payers if one.title.casefold() in close])


def desk(request: Request) -> Desk:
    """The app's."""
    found: Desk = request.app.state.desk
    return found


def person(request: Request) -> Person | None:
    """Who is signed in."""
    found: Person | None = getattr(request.state, "person", None)
    return found


def signed_in(request: Request) -> Person:
    """Who is signed in, behind the guard, which lets nobody else in."""
    found = person(request)
    assert found is not None
    return found


def seen(request: Request, patient_ids: Iterable[str], what: AuditAction = "viewed", detail: str = "") -> None:
    """Record that who is signed in saw these patients, before anything of them is shown.

    Raises StoreError where that cannot be recorded: then nothing is shown, and the person is told why.
    """
    at, who = desk(request), signed_in(request)
    try:
        at.store.audit.seen(what, patient_ids, who=who.name, at=at.now, detail=detail)
    except StoreError as error:
        raise StoreError(f"Not shown, because who sees a patient must be recorded, and that failed. {error}") from None
