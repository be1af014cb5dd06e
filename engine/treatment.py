"""The planned treatment: what staff type. Frozen and validated; an absent or null key is an unknown fact."""

# No annotations of the future here: pydantic would compile each from its text, at every start.
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from engine.message import Message
from engine.problems import BrokenValueError
from engine.states import STATES

Discipline = Literal["OT", "PT", "SLP"]
Credential = Literal[
    "OT", "OTA", "PT", "PTA", "SLP", "SLPA", "MD", "DO", "NP", "PA", "CNS", "DC", "ATC", "AIDE", "STUDENT", "OTHER"
]
PlanType = Literal[
    "hmo", "ppo", "epo", "pos", "dsnp", "isnp", "ffs", "prime", "select", "network", "non_network", "other"
]
Reviewer = Literal["ash", "carelon", "cohere", "evicore", "optum", "plan", "other"]
Modality = Literal["in_person", "video", "audio_only"]
Purpose = Literal["restore", "maintain", "prevent", "wellness", "lifestyle_advice"]

_EARLIEST, _LATEST = date(1880, 1, 1), date(2200, 1, 1)
_ICD10CM = re.compile(r"([A-Z][0-9]|QA)[0-9A-Z](\.?[0-9A-Z]{1,4})?")
_CPT_OR_HCPCS = re.compile(r"[0-9]{4}[0-9AFMTU]|[A-V][0-9]{4}")


def _state(text: str) -> str:
    if text not in STATES:
        raise BrokenValueError(Message("is not a two-letter state or territory code"))
    return text


def _npi(text: str) -> str:
    from stdnum import luhn  # its package brings the web's libraries along, and few cases name an NPI

    if not (re.fullmatch(r"[0-9]{10}", text) and luhn.is_valid("80840" + text)):
        raise BrokenValueError(Message("is not an NPI: ten digits whose last is the check digit"))
    return text


def _code(text: str) -> str:
    if not _CPT_OR_HCPCS.fullmatch(text):
        raise BrokenValueError(Message("is not a CPT or HCPCS code: five characters such as 97535 or G0283"))
    return text


def _diagnosis(text: str) -> str:
    if not _ICD10CM.fullmatch(text):
        raise BrokenValueError(Message("is not an ICD-10-CM code such as I69.351 or I69351"))
    plain = text.replace(".", "")
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


def _day(value: date) -> date:
    if not _EARLIEST <= value < _LATEST:
        raise BrokenValueError(Message("is not a date between 1880 and 2199"))
    return value


def _decimal(pattern: str, wrong: Message) -> Callable[[Any], Any]:
    """Reads a number as it is written, exactly; binary fractions go by their shortest text."""

    def read(value: Any) -> Any:
        if isinstance(value, float):
            value = repr(value)
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise BrokenValueError(wrong)
        return Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else value

    return read


_money = _decimal(r"[0-9]{1,9}(\.[0-9]{1,2})?", Message("is not an amount of money such as 32.40"))
_fraction = _decimal(r"[01](\.[0-9]{1,6})?", Message("is not a fraction such as 0.2"))


def _iso_date(value: Any) -> Any:
    """Accept a date written as text, as JSON and CSV must."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise BrokenValueError(Message("is no day of the calendar")) from None
    return value


Day = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_day)]
State = Annotated[str, AfterValidator(_state)]
Npi = Annotated[str, AfterValidator(_npi)]
Code = Annotated[str, AfterValidator(_code)]
Diagnosis = Annotated[str, AfterValidator(_diagnosis)]
Money = Annotated[Decimal, BeforeValidator(_money), Field(ge=0, le=100_000_000)]
Fraction = Annotated[Decimal, BeforeValidator(_fraction), Field(ge=0, le=1)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Minutes = Annotated[int, Field(ge=0, le=1_440)]
PayerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Patient(_Part):
    """``cannot_use_video``: the patient cannot, or does not want to, use video."""

    name: ShortText | None = None
    phone: ShortText | None = None
    address: Text | None = None
    birth_date: Day | None = None
    sex: Literal["F", "M", "X", "U"] | None = None
    cannot_use_video: bool | None = None


class Authorization(_Part):
    """An authorization on file. Counts are visits and units as the payer counts them."""

    number: ShortText | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    visits_approved: Count | None = None
    visits_used: Count | None = None
    units_approved: Count | None = None
    units_used: Count | None = None
    codes: tuple[Code, ...] | None = None


class Coverage(_Part):
    """One coverage of the patient. Money in dollars, ``coinsurance`` a fraction.

    ``therapy_benefit``: the plan has one; ``therapist_may_bill``: a licensed therapist may bill the own discipline;
    ``order``: first or second payer, by default as the case lists it; ``after_medicare``: Medicare pays before it;
    ``reviewer``: the company that reviews therapy for the plan; ``funding``: whether an insurer or the employer itself
    pays; ``exempt_from_limit``: the plan's visit limit does not bind this patient; ``injury_accepted``: the carrier
    accepts the injured body part.
    """

    payer: PayerId
    plan_type: PlanType | None = None
    state: State | None = None
    plan_listed: bool | None = None
    in_network: bool | None = None
    reviewer: Reviewer | None = None
    funding: Literal["insured", "self_funded"] | None = None
    region: Literal["east", "west"] | None = None
    exempt_from_limit: bool | None = None
    injury_accepted: bool | None = None
    order: Literal["primary", "secondary"] | None = None
    after_medicare: bool | None = None
    active_from: Day | None = None
    active_to: Day | Literal["none"] | None = None
    therapy_benefit: bool | None = None
    therapist_may_bill: bool | None = None
    visit_limit: Count | Literal["none"] | None = None
    visits_used: Count | None = None
    visit_limit_shared_with: tuple[Discipline, ...] | None = None
    benefit_period: Literal["calendar_year", "rolling_year", "episode"] | None = None
    deductible_remaining: Money | None = None
    copay: Money | None = None
    coinsurance: Fraction | None = None
    authorization: Authorization | Literal["none"] | None = None
    member_id: ShortText | None = None
    group_id: ShortText | None = None
    plan_name: ShortText | None = None
    secondary: "Coverage | None" = None


class Provider(_Part):
    """``enrolled``: with the payer; ``therapy_in_scope``: state law lets this credential furnish therapy."""

    discipline: Discipline | None = None
    credential: Credential | None = None
    supervision: Literal["general", "direct", "none"] | None = None
    enrolled: bool | None = None
    therapy_in_scope: bool | None = None
    name: ShortText | None = None
    npi: Npi | None = None
    tax_id: ShortText | None = None
    phone: ShortText | None = None
    fax: ShortText | None = None
    address: Text | None = None


class Site(_Part):
    place_of_service: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    state: State | None = None
    modality: Modality | None = None
    locality: Annotated[str, StringConstraints(pattern=r"^([0-9]{5}-[0-9]{2}|national)$")] | None = None


class Activity(_Part):
    name: ShortText
    minutes: Minutes | None = None


def _activity(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Line(_Part):
    """One service of the visit. ``charge`` is for the whole line, ``contract_rate`` a unit, both in dollars."""

    code: Code
    minutes: Minutes | None = None
    therapist_minutes: Minutes | None = None
    assistant_minutes: Minutes | None = None
    joint_minutes: Minutes | None = None
    units: Annotated[int, Field(ge=0, le=99)] | None = None
    discipline: Discipline | None = None
    credential: Credential | None = None
    separate_time: bool | None = None
    activities: tuple[Annotated[Activity, BeforeValidator(_activity)], ...] | None = None
    purpose: Purpose | None = None
    charge: Money | None = None
    contract_rate: Money | None = None

    @model_validator(mode="after")
    def _minutes_add_up(self) -> "Line":
        split = (self.therapist_minutes, self.assistant_minutes, self.joint_minutes)
        known = sum(part for part in split if part is not None)
        if self.minutes is None:
            if known > 1_440:
                raise BrokenValueError(Message("the minutes of a line add up to more than a day"))
        elif known > self.minutes or (None not in split and known != self.minutes):
            raise BrokenValueError(
                Message(
                    "therapist, assistant and joint minutes add up to %(sum)s, but minutes says %(minutes)s",
                    {"sum": known, "minutes": self.minutes},
                )
            )
        return self


class Goal(_Part):
    text: Text
    measure: ShortText | None = None
    baseline: ShortText | int | float | None = None
    target: ShortText | int | float | None = None
    by: Day | None = None


class PlanOfCare(_Part):
    starts_on: Day | None = None
    visits: Annotated[int, Field(ge=1, le=1_000)] | None = None
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    certified_on: Day | None = None
    sent_to_physician_on: Day | None = None
    follows_guideline: bool | None = None
    goals: tuple[Goal, ...] | None = None


class Episode(_Part):
    """``visit_number`` is this visit's number in the payer's own count; ``course``: of the condition."""

    visit_number: Annotated[int, Field(ge=1, le=10_000)] | None = None
    new_patient: bool | None = None
    new_condition: bool | None = None
    course: Literal["acute", "chronic"] | None = None
    resident_of_nursing_facility: bool | None = None
    days_since_previous_episode: Annotated[int, Field(ge=0, le=100_000)] | None = None
    evaluation_on: Day | None = None
    injured_or_operated_on: Day | None = None
    treatment_days_since_progress_report: Count | None = None


class Physician(_Part):
    name: ShortText | None = None
    npi: Npi | None = None
    phone: ShortText | None = None
    fax: ShortText | None = None


def _one_or_many(value: Any) -> Any:
    if isinstance(value, list):  # as JSON has it
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class Referral(_Part):
    signed_on: Day | None = None
    names_discipline: Annotated[tuple[Discipline, ...], BeforeValidator(_one_or_many)] | None = None
    physician: Physician | None = None


class Measure(_Part):
    name: ShortText
    score: int | float | ShortText | None = None
    of: int | float | ShortText | None = None
    on: Day | None = None


class Necessity(_Part):
    """The clinician's own words, quoted in letters.

    ``expected_denial``: why Original Medicare is not expected to pay, in words for the patient; an ABN quotes it.
    """

    functional_limitation: Text | None = None
    prior_level: Text | None = None
    current_level: Text | None = None
    skilled_need: Text | None = None
    progress: Text | None = None
    home_program: Text | None = None
    caregiver_training: Text | None = None
    discharge_plan: Text | None = None
    expected_denial: Text | None = None
    measures: tuple[Measure, ...] | None = None


class Documents(_Part):
    """True: on file; False: missing; absent: unknown."""

    evaluation: bool | None = None
    plan_of_care: bool | None = None
    physician_order: bool | None = None
    progress_report: bool | None = None
    treatment_notes: bool | None = None
    good_faith_estimate: bool | None = None
    request_form: bool | None = None
    abn_signed_on: Day | None = None


class AllowedYtd(_Part):
    """Dollars counted this calendar year before this visit."""

    ot: Money | None = None
    pt_slp: Money | None = None


class History(_Part):
    allowed_ytd: AllowedYtd = AllowedYtd()


class Denial(_Part):
    """The payer's denial in its own words. ``notice_on``: the date that the notice bears; ``level``: of the appeal."""

    received_on: Day | None = None
    notice_on: Day | None = None
    claim_number: ShortText | None = None
    reason_code: ShortText | None = None
    reason_text: Text | None = None
    level: ShortText | None = None


class PlannedTreatment(_Part):
    """One case: who, which coverage, which codes, when, where, by whom."""

    id: ShortText | None = None
    today: Day | None = None
    date_of_service: Day
    patient: Patient = Patient()
    coverage: Coverage
    provider: Provider = Provider()
    site: Site = Site()
    diagnoses: tuple[Diagnosis, ...] | None = None
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]
    plan_of_care: PlanOfCare = PlanOfCare()
    episode: Episode = Episode()
    referral: Referral = Referral()
    necessity: Necessity = Necessity()
    documents: Documents = Documents()
    history: History = History()
    denial: Denial = Denial()
