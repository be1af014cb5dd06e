"""What would change: a case with some facts set anew, and what differs between two decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

from engine.decision import Decision, JsonValue
from engine.fields import is_group, typed, unknown_field
from engine.problems import Problem, UserError
from engine.source import Document, validate
from engine.treatment import PlannedTreatment

_SETTING = re.compile(r"([a-z_]+(?:\.(?:[a-z_]+|[1-9][0-9]{0,2}))*)=(.*)", re.DOTALL)
_TECHNICAL = frozenset({"check_id", "rulesets", "findings", "today", "id"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of a decision (dotted, lists from 1) that differs; None where one side has nothing there."""

    path: str
    before: JsonValue
    after: JsonValue

    def as_json(self) -> dict[str, JsonValue]:
        return {"path": self.path, "before": self.before, "after": self.after}


def with_facts(treatment: PlannedTreatment, settings: Sequence[str]) -> PlannedTreatment:
    """The case with each ``path=value`` set; an empty value takes the fact away, so that it is unknown.

    An empty value also takes away a group of facts as a whole, or an item of a list, after which the next moves up.

    Raises UserError with every setting that is wrong.
    """
    tree = treatment.model_dump(mode="json", exclude_none=True)
    problems = [problem for setting in settings if (problem := _set(tree, setting)) is not None]
    if problems:
        raise UserError(problems)
    document = Document(tree, {}, "--set", ())
    read = validate(PlannedTreatment, _tuples(tree), document)
    if not isinstance(read, PlannedTreatment):
        raise UserError(replace(item, where=None, excerpt=None) for item in read)
    return read


def split_setting(setting: str) -> tuple[str, str]:
    """The path and the value of ``path=value``."""
    path, _, value = setting.partition("=")
    return path, value.strip()


def _set(tree: dict[str, object], setting: str) -> Problem | None:
    matched = _SETTING.fullmatch(setting)
    if not matched:
        return Problem("broken-setting", f"write PATH=VALUE, not {setting!r}", hint="such as site.modality=video")
    path, text = matched.groups()
    takes_away = not text.strip() and is_group(path)
    if not takes_away and (unknown := unknown_field(path)):
        return unknown
    at: object = tree
    skips = Problem("unknown-key", f"{path!r} skips an item of a list, or stands below what is no group", key=path)
    *above, last = path.split(".")
    for key, following in pairwise((*above, last)):
        at = _below(at, key, [] if following.isdecimal() else {})
        if at is None:
            return skips
    put = _put(at, last, typed(text.strip(), path) if text.strip() else None)
    return None if put else skips


def _below(at: object, key: str, fresh: object) -> object:
    if isinstance(at, dict):
        return at.setdefault(key, fresh)
    if isinstance(at, list) and key.isdecimal() and int(key) <= len(at) + 1:
        if int(key) == len(at) + 1:
            at.append(fresh)
        return cast("object", at[int(key) - 1])
    return None


def _put(at: object, key: str, value: object) -> bool:
    if isinstance(at, dict):
        if value is None:
            at.pop(key, None)
        else:
            at[key] = value
        return True
    if isinstance(at, list) and key.isdecimal() and 1 <= int(key) <= len(at) + (value is not None):
        at[int(key) - 1 : int(key)] = [] if value is None else [value]
        return True
    return False


def _tuples(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _tuples(value) for key, value in tree.items()}
    return tuple(_tuples(value) for value in tree) if isinstance(tree, list) else tree


def differences(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> tuple[Difference, ...]:
    """Where two published decisions differ: answers, sentence, lines, papers, dates, costs, questions; not hashes."""
    return tuple(_compare("", {**before}, {**after}))


def compare(before: Decision, after: Decision) -> tuple[Difference, ...]:
    return differences(before.as_json(), after.as_json())


def _compare(path: str, before: JsonValue, after: JsonValue) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            if path or key not in _TECHNICAL:
                yield from _compare(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    elif _of_mappings(before) and _of_mappings(after):
        first, second = cast("list[JsonValue]", before), cast("list[JsonValue]", after)
        for at in range(max(len(first), len(second))):
            left = first[at] if at < len(first) else None
            right = second[at] if at < len(second) else None
            yield from _compare(f"{path}.{at + 1}", left, right)
    elif before != after:
        yield Difference(path, before, after)


def _of_mappings(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
