"""The tutorial works as it is written: its edits, its commands and their output, from the copy to the release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import PlannedTreatment, check
from engine.language.load import Library
from tests.tutorial import BULLETIN, TUTORIAL, Edit, at_the_desk, done, edited, steps

LIBRARIES = (Library(), Library(BULLETIN / "after"))
"""The bundled rulesets, and those that the tutorial ends in."""


def test_every_step_does_what_the_tutorial_says_and_ends_in_the_ruleset_shown(tmp_path: Path) -> None:
    file = at_the_desk(tmp_path)
    for step in steps(TUTORIAL.read_text()):
        if isinstance(step, Edit):
            before = file.read_text()
            file.write_text(edited(before, step))
            assert file.read_text() != before, step.place
        else:
            printed = done(step, tmp_path)
            assert re.fullmatch(re.escape(step.printed).replace("…", ".*"), printed), f"{step.typed}\n{printed}"
    assert file.read_text() == (BULLETIN / "after" / file.name).read_text()


@pytest.mark.parametrize("state", ["AZ", "CA", "OH"])
@pytest.mark.parametrize("listed", [True, False, None])
@pytest.mark.parametrize("plan_type", ["hmo", "dsnp"])
def test_its_end_decides_as_the_bundled_ruleset_does(state: str, listed: bool | None, plan_type: str) -> None:
    for day in ("2024-08-31", "2026-01-31", "2026-02-01", "2026-11-24"):
        for visit in (1, 6, 7):
            treatment = PlannedTreatment.model_validate(
                {
                    "date_of_service": day,
                    "coverage": {
                        "payer": "uhc-medicare-advantage",
                        "state": state,
                        "plan_listed": listed,
                        "plan_type": plan_type,
                        "in_network": True,
                    },
                    "provider": {"discipline": "OT", "credential": "OT"},
                    "site": {"place_of_service": "11", "modality": "in_person"},
                    "lines": ({"code": "97535", "minutes": 30},),
                    "plan_of_care": {"starts_on": day},
                    "episode": {"visit_number": visit, "new_patient": True, "evaluation_on": day},
                }
            )
            told = [check(treatment, library, today=treatment.date_of_service) for library in LIBRARIES]
            assert told[0].authorization.answer == told[1].authorization.answer, (day, visit)
