"""The fields of a case by dotted name (lists from 1), as CSV headers and the command line name them."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from engine.problems import Problem, Span
from engine.treatment import Activity, PlannedTreatment


def unknown_field(name: str, where: Span | None = None) -> Problem | None:
    """The problem with a name that no field has, with the nearest one that there is."""
    if is_field(name):
        return None
    known, general = _fields(), _general(name)
    close = get_close_matches(general, known, n=1, cutoff=0.6)
    hint = f"did you mean {close[0].replace('*', '1')}?" if close else None
    return Problem("unknown-key", f"no fact is called {name!r}", where, name, hint=hint)


def typed(text: str, name: str) -> object:
    """The text as the field's type; what does not fit stays text, and validation says what is wrong."""
    allowed = kinds(name)
    if bool in allowed and text.lower() in ("true", "yes", "false", "no"):
        return text.lower() in ("true", "yes")
    if int in allowed and re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    if float in allowed and re.fullmatch(r"[0-9]+\.[0-9]+", text):
        return float(text)
    return text


def is_field(name: str) -> bool:
    """Whether a fact of a case is called so."""
    return _general(name) in _fields()


def is_group(name: str) -> bool:
    """Whether it is called so as a whole: a group of facts, a list of them, or an item of such a list."""
    return any(field.startswith(f"{_general(name)}.") for field in _fields())


def kinds(name: str) -> frozenset[type]:
    """The types that the field's cells may have. Raises KeyError where no field is called so."""
    return _fields()[_general(name)]


@lru_cache(maxsize=4_096)
def _general(header: str) -> str:
    return re.sub(r"(?<=\.)[1-9][0-9]*(?=\.|$)", "*", header)


@lru_cache(maxsize=1)
def _fields() -> Mapping[str, frozenset[type]]:
    """Every header that a CSV file may have, list places as ``*``, with the types of its cells."""
    return dict(_walk(PlannedTreatment, ""))


def _walk(annotation: Any, name: str, depth: int = 0) -> Iterator[tuple[str, frozenset[type]]]:
    options = list(_options(annotation))
    models = [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]
    for model in models:
        if depth < 6:
            for key, info in model.model_fields.items():
                yield from _walk(info.annotation, f"{name}.{key}" if name else key, depth + 1)
    for option in options:
        if get_origin(option) is tuple:
            yield from _walk(get_args(option)[0], f"{name}.*", depth + 1)
    plain = {option for option in options if option in (bool, int, float, str, date, Decimal)}
    if plain or any(get_origin(option) is Literal for option in options) or Activity in models:
        yield name, frozenset(plain or {str})


def _options(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation
