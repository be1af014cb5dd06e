"""All warnings about the paper together: none of them changes what is decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import Decision, check
from engine.facts.dictionary import ACTIVITIES
from tests.laws.cases import LIBRARY, TODAY, dotted_cases, treatment
from tests.longer import longer

_GOALS = st.fixed_dictionaries(
    {"text": st.sampled_from(["Will do ten repetitions", "Dresses without help"])},
    optional={
        "measure": st.just("minutes"),
        "baseline": st.integers(0, 90),
        "target": st.integers(0, 90),
        "by": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    },
)
_PAPER = st.fixed_dictionaries(
    {},
    optional={
        "diagnoses": st.lists(st.sampled_from(["I69.351", "M54.5", "M17.119"]), max_size=3).map(tuple),
        "lines.1.activities": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(ACTIVITIES)}, optional={"minutes": st.integers(0, 90)}),
            max_size=4,
        ).map(tuple),
        "plan_of_care.goals": st.lists(_GOALS, max_size=3).map(tuple),
        "necessity.skilled_need": st.just("Technique must be graded."),
    },
)


def decided(decision: Decision) -> dict[str, Any]:
    """All but the warnings and what names the case."""
    apart = ("findings", "check_id")
    return {name: value for name, value in decision.as_json().items() if name not in apart}


@longer(100)
@given(dotted_cases, _PAPER)
def test_paper_looked_over_changes_neither_answer_nor_headline(case: dict[str, Any], paper: dict[str, Any]) -> None:
    with_paper = check(treatment({**case, **paper}), LIBRARY, today=TODAY)
    assert decided(with_paper) == decided(check(treatment(case), LIBRARY, today=TODAY))
