"""Checks as the tests record them, and the work of a process that appends them."""

from __future__ import annotations

import itertools
import os
import resource
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from engine.decision import RulesetUsed
from engine.store import AnswerRecord, CheckRecord, LetterRecord, StoreError, open_store

PATIENT = "Mary Example"


def a_check(check_id: str, number: int = 0) -> CheckRecord:
    return CheckRecord(
        check_id=check_id,
        at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC) + timedelta(minutes=number),
        case_json=b'{"patient":{"name":"' + PATIENT.encode() + b'"},"id":"' + check_id.encode() + b'"}',
        decision_json=b'{"headline":"book","id":"' + check_id.encode() + b'"}' + b" " * 2_000,
        rulesets=(RulesetUsed("medicare-part-b", "2026.1", "ab" * 32), RulesetUsed("own", "3", "cd" * 32)),
        payer="medicare-part-b",
        headline="book",
        date_of_service=date(2026, 12, 1),
    )


def an_answer(check_id: str) -> AnswerRecord:
    return AnswerRecord(
        check_id, "coverage.in_network", "yes", "Lee of the plan", "R-1", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    )


def a_letter(check_id: str) -> LetterRecord:
    return LetterRecord(
        check_id=check_id,
        kind="medical-necessity",
        file_name="letter.pdf",
        sha256="ef" * 32,
        format="pdf",
        draft=True,
        at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    )


def checks(url: str, name: str, count: int | None = None) -> Iterator[str]:
    """Append checks until stopped; the id of each that was acknowledged, and at last what was said against one."""
    try:
        store = open_store(url)
        for number in range(count) if count else itertools.count():
            check = a_check(f"{name}-{number}", number)
            store.record_check(check)
            yield check.check_id
    except StoreError as error:
        yield f"StoreError: {error}"


def checks_with_little_room(url: str, name: str, largest_file: int) -> Iterator[str]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    yield from checks(url, name)


def checks_of_another_user(url: str, name: str, user: int) -> Iterator[str]:
    if os.geteuid() == 0:
        os.setuid(user)
    yield from checks(url, name)
