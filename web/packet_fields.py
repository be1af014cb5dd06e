"""The facts of a packet as its form shows them: grouped as a letter writer thinks, each by its path in the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.decision import Decision, Finding
from engine.own_findings import ABOUT_PAPER
from letters.letter import Gap
from letters.requirements import question
from web import choices
from web.languages import N_, gettext
from web.packet_cells import DIAGNOSES, LISTS, rows_of

Kind = Literal["text", "area", "date", "number", "choice"]
_YES_NO = {"yes": N_("Yes"), "no": N_("No")}
_SEXES = {"F": N_("Female"), "M": N_("Male"), "X": N_("X"), "U": N_("Unknown to the plan")}
_ON_FILE = {"yes": N_("On file"), "no": N_("Missing")}
_THERAPIES = choices.DISCIPLINES


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: its path, our label, how it is typed in, and the choices where there are some."""

    path: str
    label: str
    kind: Kind = "text"
    choices: Mapping[str, str] | None = None

    @property
    def question(self) -> str:
        return question(self.path) or ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of the case: the fields of each item, by their names within it."""

    path: str
    singular: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``within``: beginnings of the paths whose warnings belong here; ``only``: the kinds of letter that want it."""

    title: str
    fields: tuple[Field, ...]
    rows: Rows | None = None
    within: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownField:
    field: Field
    required: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """An item of a list, counted from 1; ``new``: the blank one at the end."""

    number: int
    new: bool
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class ShownGroup:
    title: str
    fields: tuple[ShownField, ...]
    rows: tuple[ShownRow, ...]
    list: Rows | None
    warnings: tuple[Finding, ...]


_GROUPS = (
    Group(
        N_("Patient and coverage"),
        (
            Field("patient.name", N_("Patient's name")),
            Field("patient.birth_date", N_("Date of birth"), "date"),
            Field("patient.sex", N_("Sex"), "choice", _SEXES),
            Field("patient.phone", N_("Patient's phone")),
            Field("patient.address", N_("Patient's address"), "area"),
            Field("coverage.payer", N_("Payer")),
            Field("coverage.plan_name", N_("Plan's name")),
            Field("coverage.plan_type", N_("Plan type"), "choice", choices.PLAN_TYPES),
            Field("coverage.state", N_("The plan's state")),
            Field("coverage.member_id", N_("Member ID")),
            Field("coverage.group_id", N_("Group number")),
            Field("coverage.in_network", N_("In network"), "choice", _YES_NO),
        ),
        within=("patient.", "coverage."),
    ),
    Group(
        N_("Provider"),
        (
            Field("provider.name", N_("Treating provider")),
            Field("provider.credential", N_("Credential"), "choice", choices.CREDENTIALS),
            Field("provider.discipline", N_("Discipline"), "choice", _THERAPIES),
            Field("provider.npi", N_("NPI")),
            Field("provider.tax_id", N_("Tax ID")),
            Field("provider.phone", N_("Practice's phone")),
            Field("provider.fax", N_("Practice's fax")),
            Field("provider.address", N_("Practice's address"), "area"),
            Field("site.place_of_service", N_("Place of service"), "choice", choices.PLACES),
            Field("site.modality", N_("How"), "choice", choices.MODALITIES),
        ),
        within=("provider.", "site."),
    ),
    Group(
        N_("Referral"),
        (
            Field("referral.physician.name", N_("Physician's name")),
            Field("referral.physician.npi", N_("Physician's NPI")),
            Field("referral.physician.phone", N_("Physician's phone")),
            Field("referral.physician.fax", N_("Physician's fax")),
            Field("referral.signed_on", N_("Order signed on"), "date"),
            Field("referral.names_discipline.1", N_("Therapy that the order names"), "choice", _THERAPIES),
        ),
        within=("referral.",),
    ),
    Group(
        N_("Denial"),
        (
            Field("denial.received_on", N_("Denial received on"), "date"),
            Field("denial.notice_on", N_("Date on the notice"), "date"),
            Field("denial.claim_number", N_("Claim or request number")),
            Field("denial.reason_code", N_("Reason code")),
            Field("denial.reason_text", N_("Reason in the payer's words"), "area"),
            Field("denial.level", N_("Level of appeal")),
        ),
        within=("denial.",),
        only=("appeal",),
    ),
    Group(N_("Diagnoses"), (Field(DIAGNOSES, N_("ICD-10-CM codes, the one treated first")),), within=(DIAGNOSES,)),
    Group(
        N_("Services"),
        (
            Field("date_of_service", N_("Date of the visit"), "date"),
            Field("episode.visit_number", N_("This visit's number"), "number"),
        ),
        Rows(
            "lines",
            N_("Service"),
            (
                Field("code", N_("Code")),
                Field("minutes", N_("Minutes of a visit"), "number"),
                Field("units", N_("Units, where they are stated"), "number"),
                Field("charge", N_("Charge in dollars")),
            ),
        ),
        within=("lines", "date_of_service", "line."),
    ),
    Group(
        N_("Plan of care and goals"),
        (
            Field("episode.evaluation_on", N_("Evaluation on"), "date"),
            Field("plan_of_care.starts_on", N_("Plan starts on"), "date"),
            Field("plan_of_care.visits", N_("Visits planned"), "number"),
            Field("plan_of_care.weeks", N_("Over weeks"), "number"),
            Field("plan_of_care.certified_on", N_("Certified on"), "date"),
        ),
        Rows(
            "plan_of_care.goals",
            N_("Goal"),
            (
                Field("text", N_("What the patient will do"), "area"),
                Field("measure", N_("Measured by")),
                Field("baseline", N_("Baseline")),
                Field("target", N_("Target")),
                Field("by", N_("To be reached by"), "date"),
            ),
        ),
        within=("plan_of_care.", "episode."),
    ),
    Group(
        N_("Function before and now"),
        (
            Field("necessity.functional_limitation", N_("Functional limitation"), "area"),
            Field("necessity.prior_level", N_("Before"), "area"),
            Field("necessity.current_level", N_("Now"), "area"),
            Field("necessity.progress", N_("Progress"), "area"),
        ),
        Rows(
            "necessity.measures",
            N_("Measure"),
            (
                Field("name", N_("Measure")),
                Field("score", N_("Score")),
                Field("of", N_("Out of")),
                Field("on", N_("Measured on"), "date"),
            ),
        ),
        within=("necessity.functional", "necessity.prior", "necessity.current", "necessity.measures"),
    ),
    Group(
        N_("Why a therapist's skill is needed"),
        (Field("necessity.skilled_need", N_("Skilled need"), "area"),),
        within=("necessity.skilled",),
    ),
    Group(
        N_("Why Medicare may not pay"),
        (Field("necessity.expected_denial", N_("Reason, in words for the patient"), "area"),),
        within=("necessity.expected",),
        only=("abn",),
    ),
    Group(
        N_("Home program and caregiver training"),
        (
            Field("necessity.home_program", N_("Home program"), "area"),
            Field("necessity.caregiver_training", N_("Caregiver training"), "area"),
            Field("necessity.discharge_plan", N_("Discharge plan"), "area"),
        ),
        within=("necessity.",),
    ),
    Group(
        N_("Attachments"),
        tuple(
            Field(f"documents.{name}", label, "choice", _ON_FILE)
            for name, label in (
                ("evaluation", N_("Evaluation")),
                ("plan_of_care", N_("Plan of care")),
                ("physician_order", N_("Physician's order")),
                ("progress_report", N_("Progress report")),
                ("treatment_notes", N_("Treatment notes")),
                ("request_form", N_("The payer's own form")),
            )
        ),
        within=("documents.",),
    ),
)
_FURTHER = N_("Also needed")


def paths(group: Group, of: str, values: Mapping[str, str]) -> bool:
    """Whether a letter of this kind shows the group: it wants it, or something stands in it."""
    return not group.only or of in group.only or any(values.get(field.path) for field in group.fields)


def shown_groups(
    of: str, values: Mapping[str, str], required: Sequence[str], gaps: Sequence[Gap], decision: Decision | None
) -> tuple[ShownGroup, ...]:
    """The form's groups for a kind of letter; in each, what is missing and required comes first."""
    missing = {field_of(gap.path) for gap in gaps}
    needed = {field_of(path) for path in required} | missing
    groups = [group for group in _GROUPS if paths(group, of, values)]
    if strangers := _strangers(gaps, groups):
        groups.insert(0, Group(_FURTHER, strangers))
    warnings = _warnings(groups, decision)
    return tuple(
        ShownGroup(
            group.title,
            tuple(sorted((_shown(field, needed, missing) for field in group.fields), key=lambda one: not one.missing)),
            _shown_rows(group.rows, values, needed, missing) if group.rows else (),
            group.rows,
            tuple(finding for finding, home in warnings if home is group),
        )
        for group in groups
    )


def field_of(path: str) -> str:
    """The field in which a missing fact is typed: of a list the first field of its first item."""
    if path == "lines":
        return "lines.1.minutes"
    return f"{path}.1.{LISTS[path]}" if path in LISTS else path


def label_of(path: str) -> str:
    """Our label of a fact of the case in the language of the page; its path where the form has no field for it."""
    for group in _GROUPS:
        for field in group.fields:
            if field.path == path or (field.path == DIAGNOSES and path.startswith(f"{DIAGNOSES}.")):
                return gettext(field.label)
        if group.rows and path == group.rows.path:
            return gettext(group.rows.singular)
        if group.rows and path.startswith(f"{group.rows.path}."):
            number, _, name = path.removeprefix(f"{group.rows.path}.").partition(".")
            label = next((gettext(field.label) for field in group.rows.fields if field.path == name), name)
            item = f"{gettext(group.rows.singular)} {number}"
            return f"{item}: {label}" if label else item
    return path


def has_field(path: str) -> bool:
    """Whether the form has a field that the fact is typed in."""
    return label_of(path) != path


def _shown(field: Field, needed: set[str], missing: set[str]) -> ShownField:
    return ShownField(field, field.path in needed, field.path in missing)


def _shown_rows(rows: Rows, values: Mapping[str, str], needed: set[str], missing: set[str]) -> tuple[ShownRow, ...]:
    there = rows_of(rows.path, values)
    return tuple(
        ShownRow(
            number,
            number > there,
            tuple(
                _shown(
                    Field(f"{rows.path}.{number}.{field.path}", field.label, field.kind, field.choices), needed, missing
                )
                for field in rows.fields
            ),
        )
        for number in range(1, there + 2)
    )


def _strangers(gaps: Sequence[Gap], groups: Sequence[Group]) -> tuple[Field, ...]:
    """Facts that this case alone needs and for which no group has a field."""
    known = {field.path for group in groups for field in group.fields}
    lists = tuple(f"{group.rows.path}." for group in groups if group.rows)
    found = [gap for gap in gaps if (path := field_of(gap.path)) not in known and not path.startswith(lists)]
    return tuple(Field(gap.path, gap.question) for gap in found)


def _warnings(groups: Sequence[Group], decision: Decision | None) -> list[tuple[Finding, Group]]:
    """Each warning about the paper with the group where it helps; one without a place stands with the attachments."""
    found = [finding for finding in decision.findings if finding.rule in ABOUT_PAPER] if decision else []
    return [(finding, _home(finding, groups)) for finding in found]


def _home(finding: Finding, groups: Sequence[Group]) -> Group:
    read = [path for path, _ in finding.facts]
    fitting = (group for path in read for group in groups if group.within and path.startswith(group.within))
    return next(fitting, groups[-1])
