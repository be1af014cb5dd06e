"""The verdict of rules impact against check under the old and the new rules, on many changes of rules."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from tests.prove.result import record
from tests.quality.test_impact import held_against_check

CASES, PARTS = 2_000, 4
SEED = 20_261_127


def test_impact_says_what_check_says_under_both_rules() -> None:
    told: Counter[str] = Counter()
    with ProcessPoolExecutor(PARTS, multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(held_against_check, repeat(CASES // PARTS), range(SEED, SEED + PARTS)):
            told += part
    assert told["changed"] + told["same"] == CASES
    record(
        "Impact against check",
        f"{CASES:,} random changes of the bundled rules (a number, a date or a comparison of one or two rules, a\n"
        "condition or an exception left out, a figure raised, a rule taken away), each with a case on and around what\n"
        f"it changes, decided by check under the old and the new rules: 0 differences. {told['changed']:,} answers\n"
        f"changed, {told['same']:,} did not; {told['screened out']:,} of these were told from the changed rules alone.",
    )
