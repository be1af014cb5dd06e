"""What was decided and written goes into the store, after it was shown: a failing store never takes an answer away."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from cli.session import WRONG_INPUT
from engine.store import AnswerRecord, LetterRecord, StoreError, open_store
from engine.store.asked import Asked, check_record

if TYPE_CHECKING:
    from engine.store.repository import Store

__all__ = ["Asked", "database_url", "load_store", "now", "practice_store", "record", "record_answered", "told_plainly"]


def database_url() -> str | None:
    return os.environ.get("PRECERTAIN_DATABASE_URL") or None


def load_store() -> None:
    """Load the database libraries now, where there is nothing else to do."""
    importlib.import_module("engine.store.repository")


def record(asked: Sequence[Asked], *letters: LetterRecord) -> None:
    """Record checks, and the letters written for them; where that fails, say so on standard error."""
    try:
        with open_store(database_url()) as store:
            store.record_check(*(check_record(one, now()) for one in asked))
            for letter in letters:
                store.record_letter(letter)
    except StoreError as error:
        print(f"Not recorded: {error}", file=sys.stderr)


def record_answered(asked: Asked, answers: Sequence[AnswerRecord], again: Asked) -> None:
    """Record a check, what was answered to its questions, and the check that followed."""
    try:
        with open_store(database_url()) as store:
            store.record_check(check_record(asked, now()))
            store.record_answers(*answers)
            store.record_check(check_record(again, now()))
    except StoreError as error:
        print(f"Not recorded: {error}", file=sys.stderr)


@contextmanager
def told_plainly() -> Iterator[None]:
    """What the database could not do is told, with exit status 2."""
    try:
        yield
    except StoreError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from None


@contextmanager
def practice_store() -> Iterator[Store]:
    """The practice's store, open."""
    with told_plainly(), open_store(database_url()) as store:
        yield store


def now() -> datetime:
    return datetime.now(UTC)
