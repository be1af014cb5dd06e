"""The shape of a ruleset file as a maintainer writes it. The JSON Schema for editors is generated from it."""

# No annotations of the future here: pydantic would compile each from its text, at every start.
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from engine.language.clocks import Event

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Sentence = Annotated[str, StringConstraints(min_length=8, max_length=600)]
ReasonName = Literal[
    "excluded", "not_necessary", "bundled", "invalid_code", "benefit_limit", "not_qualified", "telehealth"
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


def _answer_alone(value: Any) -> Any:
    """Let the answer alone stand for a mapping that gives only the answer."""
    return {"answer": value} if isinstance(value, str) else value


class AuthoredSource(_Part):
    """A publication. A field that nobody saw is left out; no address is ever composed."""

    title: str
    publisher: str | None = None
    section: str | None = None
    url: str | None = None
    published: str | date | None = None
    verified: date | None = None
    level: Literal["official", "official-copy", "payer", "secondary", "memory", "own"]


class AuthoredChange(_Part):
    """What a version of the ruleset changes, in a sentence for those whom it affects."""

    version: str
    date: date
    change: Sentence


class AuthoredDue(_Part):
    """Due when the ruleset's clock has run, counted from a date fact."""

    clock: str
    after: str


CoverageName = Literal["covered", "conditional", "not_covered"]
AuthorizationName = Literal["not_required", "satisfied", "notify", "auto_approved", "review_required"]


class CoverageEffect(_Part):
    answer: CoverageName
    reason: ReasonName | None = None


class AuthorizationEffect(_Part):
    """``review: after_visit`` says that the review may follow the visit."""

    answer: AuthorizationName
    within_weeks: Annotated[int, Field(ge=1, le=104)] | None = None
    request_by: AuthoredDue | None = None
    review: Literal["before_visit", "after_visit"] = "before_visit"


class DocumentEffect(_Part):
    """``on_file_when`` is a condition: true means on file, false missing, unknown unknown."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
    title: str
    on_file_when: Any


class DeadlineEffect(_Part):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
    title: str
    due: AuthoredDue


class Then(_Part):
    """What follows. At most one of the answers; any number of documents and deadlines."""

    coverage: (
        Annotated[CoverageEffect, BeforeValidator(_answer_alone, json_schema_input_type=CoverageEffect | CoverageName)]
        | None
    ) = None
    authorization: (
        Annotated[
            AuthorizationEffect,
            BeforeValidator(_answer_alone, json_schema_input_type=AuthorizationEffect | AuthorizationName),
        ]
        | None
    ) = None
    telehealth: Literal["not_applicable", "accepted", "not_accepted"] | None = None
    provider: Literal["qualified", "not_qualified"] | None = None
    edit: Literal["modifier", "bundled", "never_together"] | None = None
    modifier: Literal["GO", "GP", "GN", "CO", "CQ", "KX", "59", "95", "93", "GT", "GA", "GX", "GY", "GZ"] | None = None
    document: DocumentEffect | None = None
    deadline: DeadlineEffect | None = None
    warning: bool = False


class AuthoredExample(_Part):
    """The ruleset's typical case with ``given`` changed (dotted keys), and what must come out."""

    name: Sentence
    given: dict[str, Any] = {}
    expect: dict[str, Any]


class AuthoredRule(_Part):
    """One rule. ``from`` and ``to`` are the first and last day in force, both included.

    ``overrides`` names rules of the same dimension that do not apply where this one does, ``overrides_answers`` all
    other rules that give one of these answers. ``replaces_because`` is needed where a rule takes the place of an
    inherited one of the same id.
    """

    id: Id
    title: str
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    stale_after: date | None = None
    scope: Literal["treatment", "line", "pair"] = "treatment"
    each_row: Id | None = None
    when: Any = None
    then: Then = Then()
    overrides: tuple[Id, ...] = ()
    overrides_answers: tuple[str, ...] = ()
    replaces_because: Sentence | None = None
    because: Sentence
    source: str
    reading: Literal["stated", "inferred"] = "stated"
    examples: tuple[AuthoredExample, ...] = ()


class AuthoredFigureValue(_Part):
    start: date = Field(alias="from")
    end: date | None = Field(default=None, alias="to")
    value: Annotated[int | float, Field(ge=0)]
    source: str


class AuthoredFigure(_Part):
    meaning: str
    unit: Literal["dollars", "days", "visits", "units", "minutes"]
    values: tuple[AuthoredFigureValue, ...]


class ScheduledAhead(_Part):
    """Business days between the event and the date of service."""

    at_least: Annotated[int, Field(ge=0, le=366)]
    at_most: Annotated[int, Field(ge=0, le=366)] | None = None


class AuthoredClockSpan(_Part):
    """How long after the event, for events in its dates: one of ``hours``, ``days``, ``business_days``, ``months``."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    hours: Annotated[int, Field(ge=1, le=8_760)] | None = None
    days: Annotated[int, Field(ge=0, le=3_660)] | None = None
    business_days: Annotated[int, Field(ge=0, le=366)] | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    scheduled_ahead: ScheduledAhead | None = None
    because: Sentence
    source: str
    reading: Literal["stated", "inferred"] = "stated"
    stale_after: date | None = None


class AuthoredClock(_Part):
    """``counted_from`` says which day the event is; ``rolls`` moves a last day that is none to the next working day."""

    title: str
    counted_from: Sentence
    rolls: bool = False
    spans: tuple[AuthoredClockSpan, ...]


TABLE_FILE_NAME = r"^[a-z0-9][a-z0-9_-]*\.(csv|xlsx)$"
TableFileName = Annotated[str, StringConstraints(pattern=TABLE_FILE_NAME)]
"""A file beside the ruleset's."""


class AuthoredTable(_Part):
    """Either ``values``, a list of codes, or ``rows``, each compiled to a rule of the rules that say ``each_row``.

    Either may be kept in a file beside the ruleset: ``values_from`` its first column, ``rows_from`` its rows by the
    names in its first one.
    """

    meaning: str
    source: str
    values: tuple[str, ...] | None = None
    values_from: TableFileName | None = None
    rows: tuple[dict[str, Any], ...] | None = None
    rows_from: TableFileName | None = None


class LeftOut(_Part):
    rule: Id
    because: Sentence


class AuthoredRuleset(_Part):
    """A file of rules: of one payer, or, without ``payer``, a base that others extend."""

    id: Id
    payer: Id | None = None
    title: str
    version: str
    verified: date
    kept_by: str | None = None
    extends: Id | None = None
    unit_rule: Literal["cms", "spm", "unknown"] | None = None
    unit_rule_source: str | None = None
    distinct_service_modifier: Literal["59", "XE", "XS", "XP", "XU"] | None = None
    uses_edits: bool | None = None
    fee_schedule: bool | None = None
    notes: tuple[str, ...] = ()
    changelog: tuple[AuthoredChange, ...] = ()
    typical_case: dict[str, Any] = {}
    sources: dict[str, AuthoredSource] = {}
    figures: dict[Id, AuthoredFigure] = {}
    clocks: dict[Event, AuthoredClock] = {}
    tables: dict[Id, AuthoredTable] = {}
    leaves_out: tuple[LeftOut, ...] = ()
    rules: tuple[AuthoredRule, ...] = ()
