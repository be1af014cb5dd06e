"""Random planned treatments around the constants of the rulesets, and ways to know less or more of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from engine import Library, PlannedTreatment
from engine.quality.examples import nested
from engine.source import Document, validate

LIBRARY = Library()
PAYERS = tuple(payer for payer in LIBRARY.payers)
TODAY = date(2026, 11, 24)

_DAYS = [
    date(2019, 6, 3), date(2020, 2, 29), date(2020, 10, 1), date(2022, 2, 1), date(2024, 8, 31), date(2024, 9, 1),
    date(2024, 10, 18), date(2025, 1, 1), date(2025, 1, 13), date(2025, 3, 3), date(2025, 12, 31), date(2026, 1, 31),
    date(2026, 2, 1), date(2026, 11, 24), date(2026, 12, 28), date(2027, 6, 1), date(2028, 1, 1),
]  # fmt: skip
_CODES = [
    "97535",
    "97530",
    "97165",
    "97168",
    "97140",
    "97150",
    "97129",
    "97010",
    "97014",
    "97755",
    "92507",
    "98977",
    "97161",
]


def _maybe(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([*values, None])


_FACTS: dict[str, st.SearchStrategy[Any]] = {
    "coverage.plan_type": _maybe(["hmo", "ppo", "dsnp", "ffs", "prime", "select", "non_network"]),
    "coverage.state": _maybe(["OH", "CA", "AZ", "GA", "ME", "MA"]),
    "coverage.reviewer": _maybe(["ash", "cohere", "plan"]),
    "coverage.funding": _maybe(["insured", "self_funded"]),
    "coverage.region": _maybe(["east", "west"]),
    "coverage.exempt_from_limit": _maybe([True, False]),
    "coverage.injury_accepted": _maybe([True, False]),
    "patient.birth_date": _maybe([date(1961, 3, 2), date(2005, 11, 25), date(2015, 1, 1)]),
    "coverage.plan_listed": _maybe([True, False]),
    "coverage.in_network": _maybe([True, False]),
    "coverage.active_to": _maybe([date(2026, 11, 23), date(2027, 12, 31), "none"]),
    "coverage.visit_limit": _maybe([0, 6, 20, "none"]),
    "coverage.visits_used": _maybe([0, 5, 6, 19, 20]),
    "provider.discipline": _maybe(["OT", "PT", "SLP"]),
    "provider.credential": _maybe(["OT", "PT", "SLP", "OTA", "PTA", "NP", "AIDE", "OTHER"]),
    "provider.supervision": _maybe(["general", "direct", "none"]),
    "provider.therapy_in_scope": _maybe([True, False]),
    "site.place_of_service": _maybe(["11", "12", "10", "22", "31"]),
    "site.modality": _maybe(["in_person", "video", "audio_only"]),
    "patient.cannot_use_video": _maybe([True, False]),
    "plan_of_care.starts_on": _maybe([date(2025, 1, 12), date(2025, 1, 13), date(2026, 11, 20)]),
    "plan_of_care.visits": _maybe([1, 6, 12, 20]),
    "plan_of_care.certified_on": _maybe([date(2026, 11, 23)]),
    "episode.visit_number": _maybe([1, 6, 7, 12, 13, 16, 17]),
    "plan_of_care.follows_guideline": _maybe([True, False]),
    "episode.course": _maybe(["acute", "chronic"]),
    "episode.injured_or_operated_on": _maybe([date(2017, 12, 31), date(2026, 10, 25), date(2026, 11, 20)]),
    "episode.new_patient": _maybe([True, False]),
    "episode.new_condition": _maybe([True, False]),
    "episode.days_since_previous_episode": _maybe([0, 89, 90]),
    "episode.resident_of_nursing_facility": _maybe([True, False]),
    "episode.evaluation_on": _maybe([date(2024, 12, 31), date(2026, 9, 29), date(2026, 11, 20)]),
    "documents.plan_of_care": _maybe([True, False]),
    "documents.evaluation": _maybe([True, False]),
    "necessity.expected_denial": _maybe(["the goals are met"]),
    "history.allowed_ytd.ot": _maybe(["0", "2447.60", "2479"]),
    "lines.1.separate_time": _maybe([True, False]),
    "lines.2.separate_time": _maybe([True, False]),
    "lines.1.minutes": _maybe([0, 7, 15, 30, 75]),
    "lines.1.purpose": _maybe(["restore", "maintain", "wellness"]),
}

dotted_cases = st.fixed_dictionaries(
    {
        "date_of_service": st.sampled_from(_DAYS),
        "coverage.payer": st.sampled_from(PAYERS),
        "lines.1.code": st.sampled_from(_CODES),
        **_FACTS,
    },
    optional={"lines.2.code": st.sampled_from(_CODES), "lines.3.code": st.sampled_from(_CODES)},
)


def treatment(dotted: dict[str, Any]) -> PlannedTreatment:
    """The case as a planned treatment; a case that is none is a mistake of the strategy."""
    present = {name: value for name, value in dotted.items() if name[:6] != "lines." or f"{name[:7]}.code" in dotted}
    if "lines.2.code" not in present:
        present.pop("lines.3.code", None)
    read = validate(PlannedTreatment, nested(present), Document(data={}, spans={}, file="case", lines=()))
    assert isinstance(read, PlannedTreatment), read
    return read


def cases_of(payer: str) -> st.SearchStrategy[PlannedTreatment]:
    """Random cases of one payer."""
    return dotted_cases.map(lambda dotted: treatment({**dotted, "coverage.payer": payer}))


REMOVABLE = tuple(
    name
    for name in _FACTS
    if name not in ("episode.visit_number", "coverage.active_to", "lines.1.purpose", "plan_of_care.visits")
)
"""Facts whose absence means unknown: not those that choose the question, nor the presumed ones."""
COMPLETIONS: dict[str, list[Any]] = {
    "coverage.plan_type": ["hmo", "ppo", "dsnp", "ffs", "epo", "other", "prime", "select", "non_network"],
    "coverage.reviewer": ["ash", "cohere", "plan"],
    "coverage.funding": ["insured", "self_funded"],
    "coverage.region": ["east", "west"],
    "coverage.exempt_from_limit": [True, False],
    "coverage.injury_accepted": [True, False],
    "plan_of_care.follows_guideline": [True, False],
    "episode.course": ["acute", "chronic"],
    "episode.injured_or_operated_on": [date(2017, 12, 31), date(2026, 10, 25), date(2026, 11, 20)],
    "coverage.state": ["OH", "CA", "GA", "ME", "TX"],
    "coverage.plan_listed": [True, False],
    "coverage.in_network": [True, False],
    "coverage.visit_limit": [0, 20, "none"],
    "coverage.visits_used": [0, 19, 20],
    "provider.discipline": ["OT", "PT", "SLP"],
    "provider.credential": ["OT", "PT", "SLP", "OTA", "NP", "AIDE"],
    "provider.supervision": ["general", "direct", "none"],
    "site.place_of_service": ["11", "12", "22", "99"],
    "site.modality": ["in_person", "video", "audio_only"],
    "plan_of_care.starts_on": [date(2025, 1, 12), date(2025, 1, 13), date(2026, 11, 20)],
    "episode.new_patient": [True, False],
    "episode.new_condition": [True, False],
    "episode.days_since_previous_episode": [0, 89, 90],
    "episode.resident_of_nursing_facility": [True, False],
    "episode.evaluation_on": [date(2024, 12, 31), date(2026, 9, 29), date(2026, 11, 20)],
}
