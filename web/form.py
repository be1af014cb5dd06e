"""The check form: its fields, what was typed in them, and the case they make or what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from starlette.datastructures import FormData

from engine import PlannedTreatment, Problem, UserError
from engine.cases import case_of
from engine.changes import with_facts
from engine.fields import unknown_field
from engine.language.rules import ANSWERS
from web.desk import Desk
from web.languages import gettext, said
from web.wrong import told

LINES = 6
ANSWER, ANSWERED = "answer.", "answered."
"""Begin the names of the call script's fields and of those answered before; the fact's path follows."""
_FIELDS = (
    "coverage.payer", "coverage.plan_type", "coverage.state", "coverage.copay", "coverage.deductible_remaining",
    "coverage.coinsurance", "provider.discipline", "diagnoses",
    "plan_of_care.visits", "plan_of_care.weeks", "episode.visit_number", "date_of_service",
    "site.place_of_service", "site.modality", "provider.credential",
)  # fmt: skip
NAMES = (*_FIELDS, *(f"lines.{at}.{part}" for at in range(1, LINES + 1) for part in ("code", "minutes")))


@dataclass(frozen=True)
class Typed:
    """What was typed: ``values`` by field; by the fact's path ``answers`` to the questions of the check ``asked_by``,
    and those ``answered`` before."""

    values: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)
    asked_by: str = ""
    said_by: str = ""
    reference: str = ""
    find: str = ""


def read(form: FormData) -> Typed:
    """The form as it was sent, the codes moved together where a line was left empty."""
    texts = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    lines = [(texts.get(f"lines.{at}.code", ""), texts.get(f"lines.{at}.minutes", "")) for at in range(1, LINES + 1)]
    values = {name: texts.get(name, "") for name in _FIELDS}
    for at, (code, minutes) in enumerate((line for line in lines if any(line)), start=1):
        values |= {f"lines.{at}.code": code.upper(), f"lines.{at}.minutes": minutes}
    values["date_of_service"] = texts.get("moved_to") or values["date_of_service"]
    picked = [code for code in form.getlist("picked") if isinstance(code, str) and code not in values["diagnoses"]]
    values["diagnoses"] = " ".join(filter(None, (values["diagnoses"], *picked)))
    answers, answered = _beginning(ANSWER, texts), _beginning(ANSWERED, texts)
    return Typed(
        values,
        answers,
        answered,
        texts.get("asked_by", ""),
        texts.get("said_by", ""),
        texts.get("reference", ""),
        texts.get("find", ""),
    )


def _beginning(prefix: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix) and text}


def case(typed: Typed, desk: Desk) -> PlannedTreatment | dict[str, str]:
    """The case with the answers in it, or what is wrong, by the field's name."""
    cells = {name: text for name, text in typed.values.items() if text and name not in ("coverage.payer", "diagnoses")}
    errors: dict[str, str] = {}
    if payer := typed.values.get("coverage.payer"):
        named = desk.payer_id(payer)
        if not named:
            errors["coverage.payer"] = unknown_payer(payer, desk)
        cells["coverage.payer"] = named or "none"
    cells |= {f"diagnoses.{at}": code for at, code in enumerate(diagnoses(typed), start=1)}
    read = case_of(cells)
    if not isinstance(read, PlannedTreatment):
        for problem in read:
            errors.setdefault(_field(problem), _said(problem, cells, desk))
    return errors or _answered(read, typed, desk)


def diagnoses(typed: Typed) -> list[str]:
    """The codes as typed, in capitals."""
    return [code for code in re.split(r"[\s,;]+", typed.values.get("diagnoses", "").upper()) if code]


def unknown_payer(typed: str, desk: Desk) -> str:
    """That no payer is called so, with those that may be meant."""
    nearest = gettext(", or ").join(near.title for near in desk.near(typed)[:3])
    return gettext(
        "There are no rules of “%(payer)s”. Did you mean %(nearest)s?",
        payer=typed,
        nearest=nearest or gettext("another name"),
    )


def _settings(answers: Mapping[str, str]) -> Iterator[str]:
    """The answers as settings of facts; where the fact is a list, one of each item.

    A question about an answer itself, as of a payer whose rules nobody published, is answered in words: no fact holds
    them.
    """
    for fact, text in answers.items():
        if fact in ANSWERS:
            continue
        if unknown_field(fact) and not unknown_field(f"{fact}.1"):
            items = filter(None, re.split(r"[\s,;]+", text.upper()))
            yield from (f"{fact}.{at}={item}" for at, item in enumerate(items, start=1))
        else:
            yield f"{fact}={text}"


def _answered(
    treatment: PlannedTreatment | tuple[Problem, ...], typed: Typed, desk: Desk
) -> PlannedTreatment | dict[str, str]:
    if not isinstance(treatment, PlannedTreatment):
        return {}
    answers = {**typed.answered, **typed.answers}
    try:
        return with_facts(treatment, list(_settings(answers)))
    except UserError as error:
        found = {}
        for problem in error.problems:
            fact = next((one for one in answers if (problem.key or "").startswith(one)), "")
            prefix = ANSWER if fact in typed.answers else ANSWERED
            found[prefix + fact if fact else ""] = _said(problem, answers, desk)
        return found


def _field(problem: Problem) -> str:
    """The field beside which a problem is told; the one that is missing where there is none."""
    key = problem.key or ""
    if key.startswith("diagnoses"):
        return "diagnoses"
    within = ("coverage.payer", "lines.1.code", *NAMES)  # of a group that is missing, the field that is needed
    near = (name for name in within if name.startswith(f"{key}.") or key.startswith(f"{name}."))
    return key if key in NAMES else next(near, "")


def _said(problem: Problem, cells: Mapping[str, str], desk: Desk) -> str:
    """What is wrong, with what was typed and the nearest right thing; of a code, one that is called alike."""
    key = problem.key or ""
    given = cells.get(key)
    near = get_close_matches(given, desk.library.reference.codes, n=1) if given and key.endswith(".code") else []
    labels = [said(desk.library.reference.codes[code].label) for code in near]
    hint = gettext("Did you mean %(code)s (%(label)s)?", code=near[0], label=labels[0]) if near else None
    return told(problem, given, hint)
