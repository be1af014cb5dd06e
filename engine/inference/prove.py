"""Prove that the installed rule engine fires: ``python -m engine.inference.prove``, the last step of set-up."""

from __future__ import annotations

import sys

from engine.inference.durable import DurableEngine
from engine.inference.patterns import FALSE, TRUE, UNKNOWN, Guard, RulePattern

_STATES = (FALSE, UNKNOWN, TRUE)


def main() -> None:
    """Fire one rule of one guard on a false, an unknown and a true slot: the rule's state is the slot's."""
    engine = DurableEngine(((RulePattern("prove", (Guard(0),)),),))
    fired = tuple(engine.fire(0, {0: state}) for state in _STATES)
    engine.close()
    expected = tuple((state,) for state in _STATES)
    if fired != expected:
        sys.exit(f"a rule of one guard gave {fired} where {expected} is right")
    print("The rule engine fires: certain where true, possible where unknown, silent where false.")


if __name__ == "__main__":
    main()
