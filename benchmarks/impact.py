"""How long ``precertain rules impact`` takes over 100,000 stored cases: python -m benchmarks.impact"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

import orjson

from benchmarks.process import ROOT
from engine import PlannedTreatment
from engine.cases import read_cases
from engine.store import CheckRecord, open_store

CASES = 100_000
MOST_SECONDS = 60
PROCESSES = 2
SEED = 20_261_126
_TODAY = date(2026, 11, 24)
_AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
_BATCH = 5_000
_RULESET = ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml"
_WAS, _IS = "episode.visit_number: {at_most: 6}", "episode.visit_number: {at_most: 8}"


@dataclass(frozen=True, slots=True)
class ImpactResult:
    """Seconds of the processor and by the clock; the largest process in bytes; cases touched and under the payer."""

    cases: int
    touched: int
    under_payer: int
    user: float
    wall: float
    memory: int


def stored_cases(number: int) -> Iterator[PlannedTreatment]:
    """The examples over and over: another patient, day, visit, state and time of each."""
    chance = random.Random(SEED)
    examples = [
        case.treatment
        for path in sorted((ROOT / "examples").glob("*.yaml"))
        for case in read_cases(path.name, path.read_bytes()).cases
    ]
    for at in range(number):
        one = chance.choice(examples)
        born = one.patient.birth_date or date(1950, 1, 1)
        lines = tuple(line.model_copy(update={"minutes": chance.choice((15, 23, 30, 38, 45))}) for line in one.lines)
        planned = one.plan_of_care.visits
        visit = chance.randint(1, planned or 20) if one.episode.visit_number or chance.random() < 0.7 else None
        yield one.model_copy(
            update={
                "id": f"case-{at}",
                "date_of_service": _TODAY + timedelta(days=chance.randrange(60)),
                "patient": one.patient.model_copy(
                    update={"birth_date": born + timedelta(days=chance.randrange(3_000))}
                ),
                "lines": lines if all(line.therapist_minutes is None for line in one.lines) else one.lines,
                "episode": one.episode.model_copy(update={"visit_number": visit}),
            }
        )


def write_store(url: str, number: int) -> int:
    """How many of the cases are under the payer whose rules change."""
    theirs = 0
    batch: list[CheckRecord] = []
    with open_store(url) as store:
        for at, treatment in enumerate(stored_cases(number), start=1):
            theirs += treatment.coverage.payer == "uhc-medicare-advantage"
            case = treatment.model_dump(mode="json", exclude_none=True)
            told = orjson.dumps({"case": case, "today": _TODAY.isoformat(), "strict": False})
            batch.append(
                CheckRecord(
                    f"{at:016x}", _AT, told, b"{}", (), treatment.coverage.payer, "book", treatment.date_of_service
                )
            )
            if len(batch) == _BATCH or at == number:
                store.record_check(*batch)
                batch.clear()
    return theirs


def measure_impact(number: int = CASES) -> ImpactResult:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/practice.db"
        theirs = write_store(url, number)
        new = Path(folder) / "new"
        new.mkdir()
        text = _RULESET.read_text(encoding="utf-8")
        assert _WAS in text
        (new / "uhc.yaml").write_text(text.replace(_WAS, _IS), encoding="utf-8")
        command = [sys.executable, "-m", "cli.main", "rules", "impact", "bundled", str(new), "--on", "store", "--json"]
        env = {**os.environ, "PRECERTAIN_DATABASE_URL": url, "XDG_DATA_HOME": folder}
        before, start = getrusage(RUSAGE_CHILDREN), perf_counter()
        ended = subprocess.run(
            [*command, "--today", _TODAY.isoformat()], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE
        )
        wall, after = perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    found = orjson.loads(ended.stdout)
    assert found["looked_at"] == {"check": number}
    return ImpactResult(
        number, len(found["changes"]), theirs, after.ru_utime - before.ru_utime, wall, after.ru_maxrss * 1024
    )


if __name__ == "__main__":
    print(measure_impact(int(sys.argv[1]) if len(sys.argv) > 1 else CASES))
