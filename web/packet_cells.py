"""A case as the cells of a form, by dotted paths, and back: only what was typed differently is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from starlette.datastructures import FormData

from engine.changes import with_facts
from engine.fields import is_field
from engine.problems import UserError
from engine.treatment import PlannedTreatment
from web.desk import Desk
from web.languages import gettext
from web.wrong import told

LISTS = {"lines": "code", "plan_of_care.goals": "text", "necessity.measures": "name"}
"""The lists whose items have a row each in the form, with the name of the first field of a row."""
DIAGNOSES = "diagnoses"
_PAYER = "coverage.payer"


def cells(treatment: PlannedTreatment, desk: Desk) -> dict[str, str]:
    """What the form shows of the case: the payer by its title, the diagnoses in one field."""
    found = dict(_leaves("", treatment.model_dump(mode="json", exclude_none=True)))
    ruleset = desk.library.for_payer(treatment.coverage.payer)
    codes = {path: code for path, code in found.items() if path.startswith(f"{DIAGNOSES}.")}
    named = next((payer.title for payer in desk.payers if payer.id == treatment.coverage.payer), None)
    shown = {path: text for path, text in found.items() if path not in codes}
    return {**shown, _PAYER: named if named and ruleset else found[_PAYER], DIAGNOSES: " ".join(codes.values())}


def typed(form: FormData) -> dict[str, str]:
    """What was sent of the case, by path; line ends as one character."""
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return {
        name: value.replace("\r\n", "\n").strip()
        for name, value in texts.items()
        if name == DIAGNOSES or is_field(name)
    }


def rows_of(path: str, values: Mapping[str, str]) -> int:
    """How many items of a list stand in the form."""
    numbers = [
        int(number)
        for name, text in values.items()
        if text and name.startswith(f"{path}.")
        for number in (name.removeprefix(f"{path}.").partition(".")[0],)
        if number.isdecimal()
    ]
    return max(numbers, default=0)


def changed(treatment: PlannedTreatment, typed: Mapping[str, str], desk: Desk) -> PlannedTreatment | dict[str, str]:
    """The case with what was typed differently, or what is wrong with it by the field's name."""
    was = cells(treatment, desk)
    differing = {path: text for path, text in typed.items() if text != was.get(path, "").strip()}
    errors: dict[str, str] = {}
    if _PAYER in differing:
        payer = desk.payer_id(differing[_PAYER]) if differing[_PAYER] else ""
        if not payer:
            nearest = ", or ".join(near.title for near in desk.near(differing[_PAYER])[:3])
            errors[_PAYER] = (
                gettext("Did you mean %(payer)s?", payer=nearest) if nearest else gettext("A payer is needed.")
            )
        differing[_PAYER] = payer or treatment.coverage.payer
    blank = {path: _blank_rows(path, was, typed) for path in LISTS}
    try:
        made = with_facts(treatment, list(_settings(differing, was, typed, blank)))
    except UserError as error:
        for problem in error.problems:
            field = _field(problem.key or "", was, typed, blank)
            errors.setdefault(field, told(problem, typed.get(field, "")))
        return errors
    return errors or made


def _settings(
    differing: Mapping[str, str], was: Mapping[str, str], typed: Mapping[str, str], blank: Mapping[str, list[int]]
) -> Iterator[str]:
    """What is changed, then the rows that were emptied, the last first: what follows a row moves up."""
    gone = tuple(f"{path}.{number}." for path, numbers in blank.items() for number in numbers)
    for path, text in differing.items():
        if path == DIAGNOSES:
            yield from _diagnoses(text, was[DIAGNOSES])
        elif not path.startswith(gone):
            yield f"{path}={text}"
    for path, numbers in blank.items():
        if numbers and len(numbers) == max(rows_of(path, was), rows_of(path, typed)):
            yield f"{path}="
        else:
            yield from (f"{path}.{number}=" for number in sorted(numbers, reverse=True))


def _diagnoses(text: str, before: str) -> Iterator[str]:
    codes = [code for code in re.split(r"[\s,;]+", text.upper()) if code]
    if not codes:
        yield f"{DIAGNOSES}="
        return
    yield from (f"{DIAGNOSES}.{at}={code}" for at, code in enumerate(codes, 1))
    yield from (f"{DIAGNOSES}.{at}=" for at in range(len(before.split()), len(codes), -1))


def _blank_rows(path: str, was: Mapping[str, str], typed: Mapping[str, str]) -> list[int]:
    """The items of the case that nothing was left of in the form."""
    sent = {name for name in typed if name.startswith(f"{path}.")}
    return [
        number
        for number in range(1, rows_of(path, was) + 1)
        if (row := [name for name in sent if name.startswith(f"{path}.{number}.")]) and not any(map(typed.get, row))
    ]


def _field(key: str, was: Mapping[str, str], typed: Mapping[str, str], blank: Mapping[str, list[int]]) -> str:
    """The field beside which a problem is told: rows that were taken away are counted again."""
    if key.startswith(DIAGNOSES):
        return DIAGNOSES
    for path, first in LISTS.items():
        if key == path:
            return f"{path}.1.{first}"
        number, _, name = key.removeprefix(f"{path}.").partition(".")
        if key.startswith(f"{path}.") and number.isdecimal():
            last = max(rows_of(path, was), rows_of(path, typed))
            kept = [at for at in range(1, last + 1) if at not in blank[path]]
            at = kept[int(number) - 1] if int(number) <= len(kept) else int(number)
            return f"{path}.{at}.{name or first}"
    return key


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, part)
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _leaves(f"{path}.{number}", part)
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    else:
        yield path, str(value)
