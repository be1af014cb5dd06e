"""A process of its own that appends checks until it is stopped, and prints the id of each that was acknowledged.

Everything is imported before it says "ready", so that a kill hits the writing; a line on standard input releases it.
"""

from __future__ import annotations

import itertools
import os
import resource
import sys
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


def main(url: str, name: str, count: str = "", largest_file: str = "", user: str = "") -> None:
    with open_store("sqlite://") as warm:
        warm.record_check(a_check("warm"))
        warm.verify()
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest_file), int(largest_file)))
    if user and os.geteuid() == 0:
        os.setuid(int(user))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        store = open_store(url)
        for number in range(int(count)) if count else itertools.count():
            check = a_check(f"{name}-{number}", number)
            store.record_check(check)
            print(check.check_id, flush=True)
    except StoreError as error:
        print(f"StoreError: {error}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
