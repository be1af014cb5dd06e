"""The published texts of ICD-10-CM codes."""

from __future__ import annotations

from functools import cache


@cache
def diagnosis_text(code: str) -> str | None:
    """The code's description in ICD-10-CM; None for a code that the edition at hand does not have."""
    import simple_icd_10_cm as icd  # takes two seconds to load, and only letters need it

    return str(icd.get_description(code)) if icd.is_valid_item(code) else None
