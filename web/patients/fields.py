"""Records as forms: the fields of each kind, a record as typed text, and typed text as a record or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, TypeVar

from pydantic import BaseModel
from starlette.datastructures import FormData

from engine.source import Document, validate
from engine.tracking.files import line_of
from engine.tracking.records import AuthorizationRecord, Episode, Patient, Visit, VisitEvent, VisitLine
from web.choices import DISCIPLINES, PLAN_TYPES
from web.desk import Desk
from web.form import unknown_payer
from web.languages import N_, capital, gettext, in_english
from web.patients.labels import STATES, VISITS
from web.wrong import NEEDED, told

Kind = Literal["text", "date", "time", "number", "codes", "lines", "choice", "payer"]
Model = TypeVar("Model", bound=BaseModel)
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False


@dataclass(frozen=True)
class Group:
    legend: str
    fields: tuple[Field, ...]


Groups = tuple[Group, ...]

_WRITTEN: Mapping[Kind, str] = {
    "date": N_("“%(text)s” is no day that there is. A day is written 2026-11-24."),
    "time": N_("“%(text)s” is no time of day. It is written 9:30 or 14:00."),
    "number": N_("“%(text)s” is no whole number."),
}
_SPACES = N_("Several with spaces between them.")
PATIENT: Groups = (
    Group(N_("Patient"), (Field("name", N_("Name"), needed=True), Field("birth_date", N_("Born on"), "date"))),
)  # fmt: skip
EPISODE: Groups = (
    Group(N_("Payer and plan"), (
        Field("payer", N_("Payer"), "payer", needed=True),
        Field("plan_type", N_("Plan type"), "choice", choices=PLAN_TYPES),
        Field("state", N_("The plan's state"), hint=N_("Two letters, such as MA.")),
    )),
    Group(N_("Therapy"), (
        Field("discipline", N_("Discipline"), "choice", choices=DISCIPLINES, needed=True),
        Field("diagnoses", N_("ICD-10-CM codes"), "codes", _SPACES),
        Field("visits_per_week", N_("Visits a week"), "number", N_("1 to 5; the run-out is projected at this pace.")),
    )),
    Group(N_("Days"), (
        Field("evaluation_on", N_("Evaluation"), "date"),
        Field("plan_ends_on", N_("The plan of care ends"), "date"),
        Field("recertified_on", N_("Last recertified"), "date"),
        Field("progress_report_on", N_("Last progress report"), "date"),
        Field("discharged_on", N_("Discharged"), "date"),
    )),
)  # fmt: skip
_REQUESTED = Group(N_("Requested"), (
    Field("requested.visits", N_("Visits requested"), "number"),
    Field("requested.units", N_("Units requested"), "number"),
    Field("request_by", N_("Send the request by"), "date"), Field("submitted_on", N_("Submitted"), "date"),
))  # fmt: skip
GRANTED = (
    Field("number", N_("The payer's number")),
    Field("granted.visits", N_("Visits granted"), "number"), Field("granted.units", N_("Units granted"), "number"),
    Field("valid_from", N_("First day"), "date"), Field("valid_to", N_("Last day"), "date"),
)  # fmt: skip
NEW_AUTHORIZATION: Groups = (
    Group(
        N_("Services"),
        (Field("codes", N_("Codes"), "codes", N_("Several with spaces between them; none means any code.")),),
    ),
    _REQUESTED,
)
AUTHORIZATION: Groups = (
    *NEW_AUTHORIZATION,
    Group(N_("Granted"), GRANTED),
    Group(N_("Denied"), (Field("denial_received_on", N_("Denial received"), "date"),
                     Field("denial_notice_on", N_("Date of its notice"), "date"))),
)  # fmt: skip
STATE = Field("state", N_("State"), "choice", choices=STATES, needed=True)
_VISIT = (
    Field("day", N_("Day"), "date", needed=True),
    Field("starts_at", N_("Begins at"), "time"),
    Field("lines", N_("Codes"), "lines", N_("Units behind a colon where they are known: 97530:2 97535")),
)


def visit(episodes: Mapping[str, str], *, booked: bool) -> Groups:
    """The form of a visit, by the labels of the patient's episodes: of a new one, or of one that is there."""
    status = () if booked else (Field("status", N_("Status"), "choice", choices=VISITS, needed=True),)
    return (Group(N_("Visit"), (*status, *_VISIT, Field("episode_id", N_("Episode"), "choice", choices=episodes))),)


def of(record: BaseModel) -> tuple[Field, ...]:
    """Every field of a record that people know of."""
    match record:
        case Patient():
            return flat(PATIENT)
        case Episode():
            return flat(EPISODE)
        case AuthorizationRecord():
            return (STATE, *flat(AUTHORIZATION))
    raise TypeError(type(record).__name__)


def flat(groups: Groups) -> tuple[Field, ...]:
    return tuple(field for group in groups for field in group.fields)


def read(form: FormData, fields: tuple[Field, ...]) -> dict[str, str]:
    """The fields as they were typed."""
    texts = {one.name: form.get(one.name, "") for one in fields}
    return {name: text.strip() if isinstance(text, str) else "" for name, text in texts.items()}


def typed(record: BaseModel | Visit, fields: tuple[Field, ...], desk: Desk) -> dict[str, str]:
    """The record as somebody would type it."""
    return {one.name: _text(_value(record, one.name), one, desk) for one in fields}


def _value(record: object, name: str) -> object:
    for part in name.split("."):
        record = getattr(record, part)
    return record


def _text(value: object, field: Field, desk: Desk) -> str:
    match value:
        case None:
            return ""
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case tuple():
            return " ".join(map(_item, value))
    return desk.payer_title(str(value)) if field.kind == "payer" else str(value)


def _item(item: object) -> str:
    if isinstance(item, VisitLine):
        return item.code if item.units is None else f"{item.code}:{item.units}"
    return str(item)


def shown(text: str, field: Field) -> str:
    """What was typed, in the words of the form's choices; "not known" where nothing was."""
    return gettext(field.choices.get(text, text)) or gettext("not known")


def made(
    model: type[Model], base: Mapping[str, object], texts: Texts, fields: tuple[Field, ...], desk: Desk
) -> Model | dict[str, str]:
    """The record with what was typed over ``base``; or what is wrong, by the field's name."""
    errors = {one.name: gettext(NEEDED) for one in fields if one.needed and not texts.get(one.name)}
    data = {name: dict(value) if isinstance(value, BaseModel) else value for name, value in base.items()}
    for one in fields:
        text = texts.get(one.name, "")
        if one.kind == "payer" and text and not desk.payer_id(text):
            errors[one.name] = unknown_payer(text, desk)
        parsed = _parsed(text, one, desk)
        if isinstance(parsed, str) and one.kind in _WRITTEN:
            errors[one.name] = gettext(_WRITTEN[one.kind], text=text)
        _put(data, one, parsed)
    found = validate(model, data, Document(data, {(): (1, 1)}, "", ()))
    if isinstance(found, model):
        return errors or found
    assert not isinstance(found, BaseModel)
    for problem in found:
        key = problem.key or ""
        name = next((one.name for one in fields if key == one.name or key.startswith(f"{one.name}.")), "")
        given = texts.get(name, "")
        errors.setdefault(name, told(problem, given) if given else in_english(f"{capital(problem.message)}."))
    return errors


def _put(data: dict[str, object], field: Field, value: object) -> None:
    first, _, rest = field.name.partition(".")
    if rest:
        within = data.setdefault(first, {})
        assert isinstance(within, dict)
        within[rest] = value
    elif value is not None or first in data:
        data[first] = value


def _parsed(text: str, field: Field, desk: Desk) -> object:
    """The text as the record's type; what does not fit stays text, and validation says what is wrong."""
    words = [word for word in re.split(r"[\s,;]+", text.upper()) if word]
    if field.kind == "codes":
        return tuple(words)
    if field.kind == "lines":
        return tuple(line_of(word) for word in words)
    if not text:
        return None
    if field.kind == "number" and text.isascii() and text.isdigit():
        return int(text)
    if field.kind == "date":
        return day_of(text) or text
    if field.kind == "time" and re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?", text):
        return time.fromisoformat(text[:5].rstrip(":").zfill(5))
    if field.kind == "payer":
        return desk.payer_id(text) or "none"
    return text.upper() if field.name == "state" and not field.choices else text


def day_of(text: str) -> date | None:
    """The day that is written so; None where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def event_says(event: VisitEvent, desk: Desk) -> tuple[str, ...]:
    """What an event says of its visit, line by line."""
    fields = (Field("status", N_("Status"), "choice", choices=VISITS), *_VISIT)
    given = ((one, _value(event, one.name)) for one in fields)
    return tuple(
        f"{gettext(one.label)}: {shown(_text(value, one, desk), one)}" for one, value in given if value is not None
    )
