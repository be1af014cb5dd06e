"""A person's calendar feed is known by the hash of its secret, until it is renewed or withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.store.people import People

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_feed_is_one_persons_until_it_is_renewed_or_withdrawn(url: str) -> None:
    people = People.open(url)
    one = people.add("Lee", "front_desk", "x", AT, by="Robin")
    other = people.add("Kim", "front_desk", "x", AT, by="Robin")
    assert one is not None
    assert other is not None
    people.feeds.give(one.id, "first", AT)
    people.feeds.give(other.id, "theirs", AT)
    assert (people.feeds.whose("first"), people.feeds.made_at(one.id)) == (one.id, AT)
    people.feeds.give(one.id, "second", AT)
    assert (people.feeds.whose("first"), people.feeds.whose("second")) == (None, one.id)
    people.feeds.withdraw(one.id)
    assert (people.feeds.whose("second"), people.feeds.made_at(one.id)) == (None, None)
    assert people.feeds.whose("theirs") == other.id
    people.close()
