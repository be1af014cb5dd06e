"""What is known of a fact: a value, a bounded range, a finite choice of values, or nothing."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

Scalar = bool | int | str | date | tuple[str, ...]


class Value(NamedTuple):
    """The values a fact may have in some completion of the case.

    ``options`` lists them where they are few; otherwise ``low`` and ``high`` bound them, None meaning no bound.
    Money is in cents, dates are dates.
    """

    options: tuple[Scalar, ...] | None = None
    low: int | date | None = None
    high: int | date | None = None

    @property
    def is_known(self) -> bool:
        return (self.options is not None and len(self.options) == 1) or (self.low is not None and self.low == self.high)

    @property
    def known(self) -> Scalar:
        """The value, where it is known; asking for an unknown one is a programming error."""
        if self.options is not None and len(self.options) == 1:
            return self.options[0]
        if self.low is None or self.low != self.high:
            raise ValueError("the value is not known")
        return self.low

    @property
    def bounds(self) -> tuple[int | date | None, int | date | None]:
        """The least and the greatest whole number or date possible, None where there is no bound."""
        if self.options is None:
            return self.low, self.high
        ordered = [option for option in self.options if isinstance(option, int | date)]
        return (min(ordered), max(ordered)) if ordered else (None, None)


ANYTHING = Value()
TRUE_OR_FALSE = Value(options=(False, True))
YES = Value(options=(True,))
NO = Value(options=(False,))


def known(value: Scalar) -> Value:
    # Some fifty a case: made without the call that a named tuple's own constructor is.
    return tuple.__new__(Value, ((value,), None, None))


def between(low: int | date | None, high: int | date | None) -> Value:
    return Value(low=low, high=high)


def choice(*options: Scalar) -> Value:
    return Value(options=options)


def truth(state: int) -> Value:
    """A boolean from 0 false, 1 unknown, 2 true."""
    return (NO, TRUE_OR_FALSE, YES)[state]
