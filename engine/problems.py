"""What is wrong with something a person wrote, where, why, and the nearest right thing.

Problems are values: they are collected and reported together. ``UserError`` is the one exception that means
"tell the user and stop"; every other exception is a programming error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.message import Message, english
from engine.problem_codes import LEVELS, Code, Level


@dataclass(frozen=True, order=True)
class Span:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong.

    ``code`` is stable and documented, ``key`` the dotted path of the key concerned, ``excerpt`` the source line shown,
    ``hint`` the nearest right thing, ``said`` the message with its parts apart, where it is one for other languages.
    """

    code: Code
    message: str
    where: Span | None = None
    key: str | None = None
    excerpt: str | None = None
    hint: str | None = None
    said: Message | None = field(default=None, compare=False)

    @property
    def level(self) -> Level:
        return LEVELS.get(self.code, "error")

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        key = f" ({self.key})" if self.key else ""
        level = "" if self.level == "error" else f"{self.level}: "
        text = f"{place}{level}{self.code}: {self.message}{key}"
        if self.excerpt is not None:
            text += f"\n    | {self.excerpt}"
            if self.where:
                text += f"\n    | {' ' * (self.where.column - 1)}^"
        if self.hint:
            text += f"\n    = {self.hint}"
        return text


class BrokenValueError(ValueError):
    """Raised where a value is read that cannot stand: says why, after the value that was given."""

    def __init__(self, said: Message) -> None:
        self.said = said
        super().__init__(english(said))


class UserError(Exception):
    """Tell the user these problems and stop: nothing was decided, nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[UserError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # raised in one process, told in another
