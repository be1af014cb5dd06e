"""The known facts of a case by their dotted paths, lists counted from 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.treatment import PlannedTreatment
from letters.words import Scalar, in_letter


def known_facts(treatment: PlannedTreatment) -> Mapping[str, Scalar]:
    """Every fact that the case states. Blank text states nothing."""
    return dict(_leaves("", treatment.model_dump(exclude_none=True)))


def _leaves(path: str, value: object) -> Iterator[tuple[str, Scalar]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, part)
    elif isinstance(value, tuple):
        for number, part in enumerate(value, 1):
            yield from _leaves(f"{path}.{number}", part)
    elif not (isinstance(value, str) and not in_letter(value)):
        yield path, value  # type: ignore[misc]  # the case's fields hold nothing but scalars
