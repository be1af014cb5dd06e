"""The command demo: a made-up practice in an empty database."""

from __future__ import annotations

from typing import cast

from cli.record import database_url, now, told_plainly
from cli.session import Today, day_asked
from engine.store import StoreError, open_store

_PEOPLE = {"Demo Front Desk": "front_desk", "Demo Clinician": "clinician", "Demo Maintainer": "maintainer"}
_ADMINISTRATOR = "Demo Administrator"


def demo(today: Today = None) -> None:
    """Fill an empty database with plainly invented patients, visits and people, to look around in with `serve`.

    Where anything is recorded already, nothing is written: name another database in PRECERTAIN_DATABASE_URL.
    """
    from engine.store.people import People, Role
    from engine.tracking.demo import WHO
    from engine.tracking.demo import demo as made_up
    from web import passwords

    made, passwords_given = made_up(day_asked(today)), {}
    with told_plainly(), open_store(database_url()) as store:
        people = People.open(database_url())
        if store.length() or not people.none_yet():
            raise StoreError(
                "The database holds records already, so nothing was written. Name an empty one for the demo: "
                "PRECERTAIN_DATABASE_URL=sqlite:///demo.db precertain demo"
            )
        store.tracking.add(*made.records, made.packet, who=WHO, at=now())
        store.tracking.append(*made.events)
        for name, role in ({_ADMINISTRATOR: "administrator"} | _PEOPLE).items():
            passwords_given[name] = passwords.for_once()
            password_hash = passwords.hashed(passwords_given[name])
            if name == _ADMINISTRATOR:
                first = people.add_first(name, password_hash, now())
                assert first is not None
                people.reset_password(first.id, password_hash, now(), by=WHO)
            else:
                people.add(name, cast("Role", role), password_hash, now(), by=WHO, must_change=True)
        people.close()
    print(f"Filled with plainly invented patients, and a packet to be written for {made.packet.case.patient.name}.")
    print("Start `precertain serve` with the same PRECERTAIN_DATABASE_URL and sign in as one of these; each chooses a")
    print("password of their own then:")
    for name, password in passwords_given.items():
        print(f"  {name:20} {password}")
