"""The languages that patients read: fixed sentences for each answer, read from data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from engine.problems import Problem, UserError
from engine.source import read_yaml
from letters.letter import LanguageCode
from letters.words import long_date, spanish_date

_FOLDER = Path(__file__).resolve().parent / "languages"
_DATES: Mapping[LanguageCode, Callable[[date], str]] = {"en": long_date, "es": spanish_date}
LANGUAGES: tuple[LanguageCode, ...] = ("en", "es")


@dataclass(frozen=True, slots=True)
class Language:
    """One language's sentences: the groups of its file, each a mapping of keys to wordings."""

    code: LanguageCode
    title: str
    call: str
    notice: str
    groups: Mapping[str, Mapping[str, str]]

    def say(self, group: str, key: str, **values: object) -> str:
        """The wording of an answer, with values in the place of its {names}. KeyError where there is none."""
        return self.groups[group][key].format(**values)

    def known(self, group: str, key: str) -> str | None:
        return self.groups[group].get(key)

    def date(self, day: date) -> str:
        return _DATES[self.code](day)


def language_named(name: str) -> Language:
    """Raises UserError for a language that there is not."""
    for code in LANGUAGES:
        if code == name:
            return load_language(code)
    near = get_close_matches(name, LANGUAGES, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Languages: {', '.join(LANGUAGES)}."
    raise UserError([Problem("unknown-language", f"nothing is written in the language {name!r}", hint=hint)])


@cache
def load_language(code: LanguageCode) -> Language:
    path = _FOLDER / f"{code}.yaml"
    data: Any = read_yaml(path.read_bytes(), str(path)).documents[0].data
    groups = {name: group for name, group in data.items() if isinstance(group, dict)}
    return Language(code, data["title"], data["call"], data["notice"], groups)
