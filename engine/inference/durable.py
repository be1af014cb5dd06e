"""durable-rules, inside the fence in which it is exact: the engine that decides every firing.

Only the C module is driven. One pattern a rule and certainty, flat conditions, one narrow fact a chunk that holds small
integers, one state for the life of a chunk: a fact is asserted under its own id, drained and retracted by that id.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence

import durable_rules_engine as c_engine
import orjson

from engine.inference.patterns import FALSE, TRUE, UNKNOWN, Level, RulePattern, picking

RULES_IN_CHUNK = 30
"""Two patterns a rule: beyond 60 patterns a ruleset too many matches at once are an error of the engine."""

_MATCHED, _NO_MATCH = 0, 1
_SENTINEL, _ALWAYS = "boot", "always"
_STATES = frozenset({FALSE, UNKNOWN, TRUE})
_names = itertools.count()


class EngineError(RuntimeError):
    """The C engine refused or lost its way; it has been thrown away and will be built anew."""


class DurableEngine:
    """The levels of one set of rules. Levels are built on first use; use from several threads is safe."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels = tuple(levels)
        self._chunks: dict[int, tuple[_Chunk, ...]] = {}
        self._lock = threading.Lock()

    def fire(self, level: int, values: Mapping[int, int] | Sequence[int]) -> tuple[int, ...]:
        """The state of each rule of a level, 0 not, 1 possibly, 2 certainly, given what each slot holds.

        Raises ValueError for a slot that is missing or holds anything but 0, 1 or 2, EngineError if the engine fails.
        """
        states: list[int] = []
        with self._lock:
            if level not in self._chunks:
                rules = self._levels[level]
                self._chunks[level] = tuple(
                    _Chunk(rules[start : start + RULES_IN_CHUNK]) for start in range(0, len(rules), RULES_IN_CHUNK)
                )
            for chunk in self._chunks[level]:
                states += chunk.fire(values)
        return tuple(states)

    def close(self) -> None:
        """Free the C engine's memory."""
        with self._lock:
            for chunks in self._chunks.values():
                for chunk in chunks:
                    chunk.close()
            self._chunks.clear()


class _Chunk:
    """Up to thirty rules in one C ruleset."""

    def __init__(self, rules: Sequence[RulePattern]) -> None:
        self._rules = tuple(rules)
        self._slots = tuple(sorted({guard.slot for rule in rules for guard in rule.guards}))
        self._held = picking(self._slots)
        _refuse_collisions([_ALWAYS, _SENTINEL, *map(_field, self._slots)])
        self._definition = orjson.dumps(self._patterns()).decode()
        self._template = f'{{"id":"f","sid":"0","{_SENTINEL}":0,"{_ALWAYS}":1%s}}' % "".join(
            f',"{_field(slot)}":%d' for slot in self._slots
        )
        self._outcomes = {f"c{at}": (at, TRUE) for at in range(len(rules))}
        self._outcomes |= {f"p{at}": (at, UNKNOWN) for at in range(len(rules))}
        # Every certain rule fires its possible pattern too, so no drain takes more steps than this.
        self._most_steps = 2 * len(rules) + 1
        self._handle: int | None = None
        self._state: int = 0

    def fire(self, values: Mapping[int, int] | Sequence[int]) -> list[int]:
        fact = self._fact(values)
        try:
            if self._handle is None:
                self._boot()
            return self._drain(fact)
        except EngineError:
            self.close()
            raise
        except Exception as error:
            self.close()
            raise EngineError(f"the rule engine failed: {error}") from error

    def close(self) -> None:
        """State first, then ruleset: the other way round the C engine leaks."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            c_engine.delete_state(handle, "0")
            c_engine.delete_ruleset(handle)

    def _patterns(self) -> dict[str, object]:
        patterns: dict[str, object] = {_SENTINEL: _pattern([{_SENTINEL: 1}])}
        for at, rule in enumerate(self._rules):
            patterns[f"c{at}"] = _pattern([_certain(guard.slot, guard.negated) for guard in rule.guards])
            patterns[f"p{at}"] = _pattern([_possible(guard.slot, guard.negated) for guard in rule.guards])
        return patterns

    def _fact(self, values: Mapping[int, int] | Sequence[int]) -> str:
        try:
            held = self._held(values)
        except (KeyError, IndexError) as error:
            raise ValueError(f"a slot has no value: {error}") from None
        if not _STATES.issuperset(held):
            raise ValueError(f"the slots hold {held}, not 0, 1 or 2 alone")
        return self._template % held

    def _boot(self) -> None:
        """Make the one state by a sentinel that fires: deleting a state before any action ran crashes."""
        self._handle = c_engine.create_ruleset(f"precertain-{next(_names)}", self._definition)
        sentinel = orjson.dumps(
            {"id": "b", "sid": "0", _SENTINEL: 1, _ALWAYS: 0} | {_field(slot): -9 for slot in self._slots}
        ).decode()
        code, self._state = c_engine.assert_fact(self._handle, sentinel)
        if code != _MATCHED:
            raise EngineError("the rule engine does not fire its sentinel")
        self._collect()
        c_engine.retract_fact(self._handle, sentinel)

    def _drain(self, fact: str) -> list[int]:
        code, _ = c_engine.assert_fact(self._handle, fact)
        if code not in (_MATCHED, _NO_MATCH):
            raise EngineError(f"the rule engine refused a fact (code {code})")
        fired = self._collect() if code == _MATCHED else ()
        c_engine.retract_fact(self._handle, fact)
        states = [FALSE] * len(self._rules)
        for name in fired:
            at, state = self._outcomes[name]
            if state > states[at]:
                states[at] = state
        return states

    def _collect(self) -> list[str]:
        """The names of the patterns that fire, in the engine's order."""
        started = c_engine.start_action_for_state(self._handle, self._state)
        message = started[1] if started else None
        fired: list[str] = []
        while message:
            fired.append(message[2 : message.index('"', 2)])
            if len(fired) > self._most_steps:
                raise EngineError("the rule engine does not come to an end")
            message = c_engine.complete_and_start_action(self._handle, self._state)
        return fired


def _pattern(conditions: list[dict[str, object]]) -> dict[str, object]:
    distinct = list({orjson.dumps(condition): condition for condition in conditions}.values())
    return {"all": [{"m": {"$and": distinct or [{_ALWAYS: 1}]}}]}


def _certain(slot: int, negated: bool) -> dict[str, object]:
    return {_field(slot): FALSE if negated else TRUE}


def _possible(slot: int, negated: bool) -> dict[str, object]:
    return {"$lte": {_field(slot): UNKNOWN}} if negated else {"$gte": {_field(slot): UNKNOWN}}


def _field(slot: int) -> str:
    return f"s{slot}"


def _refuse_collisions(names: Sequence[str]) -> None:
    """Fields are known to the C engine by a 32-bit hash alone."""
    if len({_hash(name) for name in names}) < len(names):
        raise EngineError("two field names of the rule engine have the same hash")


def _hash(name: str) -> int:
    """FNV-1a, 32 bit."""
    value = 2_166_136_261
    for byte in name.encode():
        value = (value ^ byte) * 16_777_619 & 0xFFFFFFFF
    return value
