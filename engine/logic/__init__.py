"""What rules can and cannot do, proved by solving their conditions; each finding comes with a case that shows it.

Conditions become formulas of an SMT solver (z3): every input of a case is a variable of its type, every derived fact a
term over its inputs, every rule two formulas (applies certainly, applies possibly), exactly as the engine folds them,
figures without a value and codes of which nothing is known included. A library does this, not own reasoning on regions:
rules mix enumerations, dates and differences of dates freely, and where their regions meet is linear arithmetic, which
z3 decides exactly and quickly. It is imported only where something is to be proved.

A case is here one line (for a rule about a pair, one pair of lines) with every fact known that its rules read. Derived
facts are exact, except business days, age, today's allowed amount and units of several lines: these are held between
linear bounds that every real case keeps. What cannot be under the bounds cannot be, so "never" is proved. What can be
is tried as a real case in the real engine, and shown only where the engine bears it out; where it does not, the solver
is told the true value there and asked again. If that finds no real case, the answer is ``Unproved``: neither claimed.
"""

from engine.logic.questions import (
    answers_differ,
    applying,
    can_be,
    can_hold,
    conflicting,
    covering,
    ending,
    equivalent,
    holding,
    outcomes_differ,
    satisfiable,
    silent,
)
from engine.logic.room import Room
from engine.logic.witness import Found, Unproved, Witness

__all__ = [
    "Found",
    "Room",
    "Unproved",
    "Witness",
    "answers_differ",
    "applying",
    "can_be",
    "can_hold",
    "conflicting",
    "covering",
    "ending",
    "equivalent",
    "holding",
    "outcomes_differ",
    "satisfiable",
    "silent",
]
