"""What the payer's portal or representative said otherwise than a rule decided in a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import orjson

from engine.language.rules import ANSWERS
from engine.maintenance.naming import names_patient
from engine.maintenance.parts import Part, part_cited, part_named
from engine.problems import Problem, UserError
from engine.store.records import CheckRecord
from engine.store.rule_notes import Contradiction

MOST_CHARACTERS = 600
_NAMED = (
    "names the patient of the check: it has a name, the birth date, the member or telephone number or the street that "
    "the check holds; the check's id is enough"
)
_NAMED_HINT = "say what holds for the payer's plans; where a word only happens to be one of the names, use another word"


def cited(check: CheckRecord, found: Mapping[str, Part]) -> tuple[Part, ...]:
    """The rules of rulesets that a check's decision rests on; those of who pays second included."""
    decision = orjson.loads(check.decision_json)
    rules = [finding["rule"] for told in _decisions(decision) for finding in told["findings"]]
    parts = (part_cited(found, rule) for rule in rules)
    return tuple(dict.fromkeys(part for part in parts if part is not None))


def contradiction(
    check: CheckRecord,
    found: Mapping[str, Part],
    *,
    rule: str,
    said: str,
    said_by: str,
    reference: str | None,
    who: str | None,
    at: datetime,
) -> Contradiction:
    """What is to be recorded. Raises UserError where the check does not rest on the rule, where something is missing,
    or where what is to be recorded names the patient: rules are kept by people who see no patient."""
    said, said_by, reference = said.strip(), said_by.strip(), (reference or "").strip() or None
    part = part_named(found, rule)
    problems = list(_missing(said, said_by))
    if part not in cited(check, found):
        problems.append(_not_cited(check, found, rule))
    case = orjson.loads(check.case_json)["case"]
    typed = {"said": said, "said-by": said_by, "reference": reference or ""}
    for field, text in typed.items():
        if len(text) > MOST_CHARACTERS:
            problems.append(Problem("too-large", f"say it in {MOST_CHARACTERS} characters at most", key=field))
        if names_patient(text, case):
            problems.append(Problem("broken-value", _NAMED, key=field, hint=_NAMED_HINT))
    if problems:
        raise UserError(problems)
    return Contradiction(check.check_id, part.id, _answer(check, rule, part), said, said_by, reference, who, at)


def _missing(said: str, said_by: str) -> Iterator[Problem]:
    if not said:
        yield Problem("missing-key", "write what was said", key="said")
    if not said_by:
        yield Problem("missing-key", "write who said it: the portal, or the representative", key="said-by")


def _not_cited(check: CheckRecord, found: Mapping[str, Part], rule: str) -> Problem:
    ids = [part.id for part in cited(check, found)]
    near = get_close_matches(rule, ids, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"it rests on {', '.join(ids) or 'no rule'}"
    return Problem("unknown-rule", f"check {check.check_id} does not rest on {rule}", key="rule", hint=hint)


def _decisions(decision: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield decision
    if decision.get("secondary"):
        yield decision["secondary"]


def _answer(check: CheckRecord, rule: str, part: Part) -> str | None:
    """Which answer of the check the rule gave."""
    for told in _decisions(orjson.loads(check.decision_json)):
        for dimension in ANSWERS:
            if {rule, part.id} & set(told[dimension]["why"]):
                return f"{dimension}: {told[dimension]['answer']}"
    return None
