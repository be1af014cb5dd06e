"""What a change of rules changes: each changed answer with a real case decided both ways, or the proof of none.

Names, order and the way in which rules are split do not matter: the solver compares what the rules say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.decide import check, facts_for
from engine.decision import Decision
from engine.inference.rule_engine import States
from engine.language.load import Library
from engine.language.rules import ANSWERS, ORDER, Dimension, Rule, Ruleset
from engine.quality.wording import changed_rule, changed_settings, named_rule
from engine.treatment import PlannedTreatment

_MOST_CASES = 60
"""Cases of one dimension after which the search for more combinations ends; what is left is told."""
_SHOWN: tuple[Dimension, ...] = (*ANSWERS, "edit")


@dataclass(frozen=True, slots=True)
class BothWays:
    """A case decided by the old rules and by the new ones; ``given``: what differs from the typical case."""

    case: PlannedTreatment
    given: str
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Cases that get another answer for the same reason: ``rules`` says in words which rules came, went or changed."""

    dimension: Dimension
    before: str
    after: str
    rules: tuple[str, ...]
    shown: BothWays


@dataclass(frozen=True, slots=True)
class OtherChange:
    """A rule about paper, a deadline, a modifier or a warning that now applies elsewhere, or says something else."""

    rule: str
    shown: BothWays | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for a payer. ``settings``: figures, clocks and the like, in words; ``open``: what was not proved."""

    payer: str
    title: str
    answers: tuple[AnswerChange, ...] = ()
    others: tuple[OtherChange, ...] = ()
    settings: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether it is proved that no case is decided otherwise."""
        return not (self.answers or self.others or self.settings or self.open)


def differences(old: Library, new: Library, payers: Sequence[str]) -> tuple[Difference, ...]:
    """What changes for each payer whose rules are not the same text. Raises UserError where a ruleset is broken."""
    return tuple(_of_payer(old, new, payer) for payer in payers if _used(old, payer) != _used(new, payer))


def _used(library: Library, payer: str) -> object:
    ruleset = library.for_payer(payer)
    return ruleset and tuple(sorted(used.sha256 for used in ruleset.used))


def _of_payer(old: Library, new: Library, payer: str) -> Difference:
    before, after = old.for_payer(payer), new.for_payer(payer)
    if before is None or after is None:
        known = after or before
        assert known is not None
        word = "New: until now every answer was unknown" if after else "Taken away: every answer is unknown from now on"
        return Difference(payer, known.title, settings=(f"{word}.",))
    return _Comparison(old, new, before, after).difference()


class _Comparison:
    def __init__(self, old: Library, new: Library, before: Ruleset, after: Ruleset) -> None:
        self.old, self.new = old, new
        self.before, self.after = before, after
        self.open: list[str] = []

    def difference(self) -> Difference:
        from engine.logic import outcomes_differ  # the solver takes long to load

        payer, settings = self.after.payer or self.after.id, changed_settings(self.before, self.after)
        if outcomes_differ(self.new.reference, self.before, self.after) is None:
            return Difference(payer, self.after.title, settings=settings)
        answers = tuple(change for dimension in _SHOWN for change in self._answers(dimension))
        return Difference(payer, self.after.title, answers, tuple(self._others()), settings, tuple(self.open))

    def _answers(self, dimension: Dimension) -> Iterator[AnswerChange]:
        """One change for each set of rules that brings it, in the order in which the solver finds them."""
        from engine.logic import Unproved, answers_differ

        seen = set()
        for number, found in enumerate(answers_differ(self.new.reference, self.before, self.after, dimension)):
            if isinstance(found, Unproved):
                self.open.append(f"{dimension}: {found.because}")
                return
            if number == _MOST_CASES:
                self.open.append(f"{dimension}: more combinations of rules may differ than the {_MOST_CASES} looked at")
                return
            shown = self._both_ways(found.case, str(found))
            said = (
                _answer(shown.before, dimension),
                _answer(shown.after, dimension),
                self._rules(dimension, found.case),
            )
            if said[0] != said[1] and said not in seen:
                seen.add(said)
                yield AnswerChange(dimension, *said, shown)

    def _rules(self, dimension: Dimension, case: PlannedTreatment) -> tuple[str, ...]:
        """Which rules of the dimension apply in one of the two, or say something else there."""
        ours, theirs = _applying(self.old, self.before, case), _applying(self.new, self.after, case)
        names = [rule.id for view in (self.before, self.after) for rule in view.deciding[dimension]]
        found = []
        for name in dict.fromkeys(names):
            was, now = self.before.by_id.get(name), self.after.by_id.get(name)
            if ours.get(name, 0) == theirs.get(name, 0) and (was is None or now is None or was.effect == now.effect):
                continue
            if was is not None and now is not None:
                found += changed_rule(name, self.before, self.after) or [
                    f"{now.title} (by another rule that it rests on)"
                ]
            elif now is not None:
                found.append(f"new rule: {named_rule(now, self.after)}")
            elif was is not None:
                found.append(f"no longer: {named_rule(was, self.before)}")
        return tuple(found)

    def _others(self) -> Iterator[OtherChange]:
        """Rules that give no answer: those that came, went, or apply elsewhere."""
        from engine.logic import Unproved, equivalent

        names = dict.fromkeys([*self.before.by_id, *self.after.by_id])
        for name in names:
            was, now = self.before.by_id.get(name), self.after.by_id.get(name)
            if _answers(was) or _answers(now):
                continue
            if was is None or now is None:
                only = now if was is None else was
                assert only is not None
                if not self._has_twin(only):
                    word, ruleset = ("new rule", self.after) if was is None else ("no longer", self.before)
                    yield OtherChange(f"{word}: {named_rule(only, ruleset)}", None)
                continue
            if _outcome(was) != _outcome(now):
                yield OtherChange("; ".join(changed_rule(name, self.before, self.after)) or now.title, None)
                continue
            found = equivalent(self.new.reference, (self.before, name), (self.after, name))
            if isinstance(found, Unproved):
                self.open.append(f"{name}: {found.because}")
            elif found is not None:
                told = (
                    "; ".join(changed_rule(name, self.before, self.after))
                    or f"{now.title} (by another rule that it rests on)"
                )
                yield OtherChange(told, self._both_ways(found.case, str(found)))

    def _has_twin(self, rule: Rule) -> bool:
        """Whether a rule of the other ruleset says the same under another name."""
        from engine.logic import equivalent

        here, there = (self.before, self.after) if rule.id in self.before.by_id else (self.after, self.before)
        others = [other for other in there.rules if _outcome(other) == _outcome(rule) and other.id not in here.by_id]
        reference = self.new.reference
        return any(equivalent(reference, (here, rule.id), (there, other.id)) is None for other in others)

    def _both_ways(self, case: PlannedTreatment, given: str) -> BothWays:
        today = case.today or case.date_of_service
        return BothWays(case, given, check(case, self.old, today=today), check(case, self.new, today=today))


def _answers(rule: Rule | None) -> bool:
    return rule is not None and rule.effect is not None and rule.effect.dimension in _SHOWN


def _outcome(rule: Rule) -> tuple[object, ...]:
    return rule.scope, rule.effect, rule.documents, rule.deadlines, rule.warning


def _answer(decision: Decision, dimension: Dimension) -> str:
    if dimension in ORDER and dimension != "edit":
        answer: str = getattr(decision, dimension).answer
        return answer
    return ", ".join(edit.resolution for edit in decision.edits) or "none"


def _applying(library: Library, ruleset: Ruleset, case: PlannedTreatment) -> States:
    """The states of all rules on the case's first line, and on its pair where there is one."""
    facts = facts_for(case, case.coverage, library, _today(case), strict=False)
    firing = library.engine(ruleset.payer or "").fire(facts)
    states = dict(firing.lines[0])
    for pair in firing.pairs.values():
        states.update(pair)
    return states


def _today(case: PlannedTreatment) -> date:
    return case.today or case.date_of_service
