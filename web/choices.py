"""What may be chosen in the fields of the screen, each value with its label."""

from __future__ import annotations

from web.languages import N_, gettext

PLAN_TYPES = {
    "hmo": N_("HMO"),
    "ppo": N_("PPO"),
    "epo": N_("EPO"),
    "pos": N_("POS"),
    "dsnp": N_("Dual Complete (D-SNP)"),
    "isnp": N_("Institutional (I-SNP)"),
    "ffs": N_("Fee for service"),
    "prime": N_("TRICARE Prime"),
    "select": N_("TRICARE Select"),
    "network": N_("Network"),
    "non_network": N_("Non-network"),
    "other": N_("Other"),
}
DISCIPLINES = {"OT": N_("Occupational therapy"), "PT": N_("Physical therapy"), "SLP": N_("Speech-language pathology")}
PLACES = {
    "11": N_("Office (11)"),
    "12": N_("Patient's home (12)"),
    "22": N_("Hospital outpatient department (22)"),
    "02": N_("Telehealth, patient not at home (02)"),
    "10": N_("Telehealth, patient at home (10)"),
    "03": N_("School (03)"),
    "19": N_("Hospital department off campus (19)"),
    "31": N_("Skilled nursing facility (31)"),
    "32": N_("Nursing facility (32)"),
    "62": N_("Comprehensive outpatient rehabilitation facility (62)"),
}
MODALITIES = {"in_person": N_("In person"), "video": N_("By video"), "audio_only": N_("By telephone")}
CREDENTIALS = {
    "OT": N_("Occupational therapist"),
    "OTA": N_("OT assistant"),
    "PT": N_("Physical therapist"),
    "PTA": N_("PT assistant"),
    "SLP": N_("Speech-language pathologist"),
    "SLPA": N_("SLP assistant"),
    "MD": N_("Physician (MD)"),
    "DO": N_("Physician (DO)"),
    "NP": N_("Nurse practitioner"),
    "PA": N_("Physician assistant"),
    "CNS": N_("Clinical nurse specialist"),
    "DC": N_("Chiropractor"),
    "ATC": N_("Athletic trainer"),
    "AIDE": N_("Aide"),
    "STUDENT": N_("Student"),
    "OTHER": N_("Somebody else"),
}
UNITS = {
    "days": N_("days"),
    "weeks": N_("weeks"),
    "dollars": N_("dollars"),
    "years": N_("years"),
    "visits": N_("visits"),
    "minutes": N_("minutes"),
    "units": N_("units"),
}
_CHOICES = {
    **PLAN_TYPES,
    **DISCIPLINES,
    **MODALITIES,
    **CREDENTIALS,
    "plan": N_("the plan itself"),
    "other": N_("Other"),
    "insured": N_("insured"),
    "self_funded": N_("self-funded by the employer"),
    "east": N_("East"),
    "west": N_("West"),
    "calendar_year": N_("calendar year"),
    "rolling_year": N_("rolling year"),
    "episode": N_("episode of care"),
    "general": N_("in general"),
    "direct": N_("directly"),
    "none": N_("not supervised"),
    "acute": N_("acute"),
    "chronic": N_("chronic"),
    "restore": N_("to restore function"),
    "maintain": N_("to maintain function"),
    "prevent": N_("to prevent loss of function"),
    "wellness": N_("wellness"),
    "lifestyle_advice": N_("lifestyle advice"),
    "evaluation": N_("evaluation"),
    "treatment": N_("treatment"),
    "group": N_("group"),
    "test": N_("test"),
    "modality": N_("modality"),
    "caregiver": N_("caregiver"),
    "wound": N_("wound"),
    "monitoring": N_("monitoring"),
    "always": N_("always therapy"),
    "sometimes": N_("sometimes therapy"),
    "neither": N_("no therapy code"),
    "primary": N_("first coverage"),
    "secondary": N_("second coverage"),
}


def choice_label(fact: str, choice: str) -> str:
    """A fact's choice in words; a name, as of a state or a company, as it stands."""
    if fact.endswith("discipline") and choice in DISCIPLINES:
        return gettext(DISCIPLINES[choice])
    # DC, MD and PA are states and credentials; the indicator none is no supervision.
    named = fact.endswith((".state", ".indicator")) or choice not in _CHOICES
    return choice if named else gettext(_CHOICES[choice])
