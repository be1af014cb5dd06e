"""What stands in the fields of a field sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.decision import Decision
from engine.icd10cm import description
from engine.treatment import PlannedTreatment
from letters.case_facts import known_facts
from letters.evidence import ask_name
from letters.field_sheets import SheetField
from letters.words import Scalar, counted, displayed, in_letter

WHOM_TO_ASK: Mapping[str, str] = {
    "payer": "Ask the payer", "patient": "Ask the patient", "clinician": "Ask the clinician",
    "chart": "Look in our files",
}  # fmt: skip
_BLANK = "_" * 18
_PAYER = ("coverage.payer", "decision.payer_title")
_NAMED = {
    "measure": "measure:", "baseline": "baseline:", "target": "target:", "by": "by",
    "score": "score", "of": "out of", "on": "on",
}  # fmt: skip

Entry = tuple[str, tuple[str, ...]]
"""A text and what it rests on."""


class Entries:
    """What is written in a field: the fact, each entry of a list, or a blank with the question and whom to ask."""

    def __init__(self, treatment: PlannedTreatment, decision: Decision, dated: date) -> None:
        self._treatment = treatment
        self._decision = decision
        self._facts = known_facts(treatment)
        self._dated = dated

    def of(self, field: SheetField) -> Iterator[Entry]:
        match field.fact:
            case "today":
                yield in_letter(self._dated), ("today",)
            case "coverage.payer":
                yield self._decision.payer_title or self._treatment.coverage.payer, _PAYER
            case "lines":
                yield from (self._service(number) for number in range(1, len(self._treatment.lines) + 1))
            case str(fact) if fact in self._facts:
                yield displayed(fact, self._facts[fact]), (fact,)
            case str(fact) if any(path.startswith(f"{fact}.") for path in self._facts):
                yield from self._listed(fact)
            case _:
                yield f"{_BLANK}\n{WHOM_TO_ASK[field.who]}: {field.ask}", (ask_name(field),)

    def _service(self, number: int) -> Entry:
        line, path = self._decision.lines[number - 1], f"lines.{number}"
        said = {
            f"{path}.code": line.code,
            f"decision.{path}.label": line.label,
            f"decision.{path}.minutes": counted(line.minutes, "minute") if line.minutes is not None else None,
            f"decision.{path}.units": counted(line.units, "unit") if line.units is not None else None,
        }
        known = {name: text for name, text in said.items() if text}
        return "; ".join(known.values()), tuple(known)

    def _listed(self, fact: str) -> Iterator[Entry]:
        number = 1
        while entry := {path: self._facts[path] for path in self._facts if _within(path, f"{fact}.{number}")}:
            text = _diagnosis(entry, number) if fact == "diagnoses" else _entry(entry, f"{fact}.{number}")
            yield text, (*entry, *((f"icd-10-cm.diagnoses.{number}",) if fact == "diagnoses" else ()))
            number += 1


def _within(path: str, entry: str) -> bool:
    return path == entry or path.startswith(f"{entry}.")


def _diagnosis(entry: Mapping[str, Scalar], number: int) -> str:
    code = str(entry[f"diagnoses.{number}"])
    return " ".join(part for part in (code, description(code)) if part)


def _entry(entry: Mapping[str, Scalar], path: str) -> str:
    """A goal or a measure in one line: its parts in their order, each with its name where the value needs it."""
    parts = {name.removeprefix(f"{path}."): in_letter(value) for name, value in entry.items()}
    return "; ".join(f"{_NAMED[name]} {text}" if name in _NAMED else text for name, text in parts.items())
