"""What the patient is told: the decision's own answers in fixed plain sentences, in English and Spanish alike."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Decision, PlannedTreatment, UserError
from engine.cases import read_cases
from engine.cost.answer import Cost
from engine.decision import Answer, DocumentNeeded, Question
from engine.facts.dictionary import FACTS
from letters import Letter, compose, render
from letters.audit import audit, figures
from letters.language import LANGUAGES, load_language
from letters.letter import Run, Text
from letters.summary import summarize
from letters.words import SPANISH_MONTHS, spanish_date
from tests.command import ROOT, run
from tests.letters.reading import HtmlPage, read, squeezed
from tests.letters.stroke import EXAMPLE, TODAY, changed, decided, stroke
from tests.letters.test_formats import texts

ENGLISH, SPANISH = load_language("en"), load_language("es")
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
COVERAGE = ("covered", "conditional", "not_covered", "unknown")
AUTHORIZATION = ("not_required", "satisfied", "notify", "auto_approved", "review_required", "unknown")


def summary(decision: Decision, treatment: PlannedTreatment | None = None, language: str = "en") -> Letter:
    return compose("patient-summary", treatment or stroke(), decision, today=TODAY, language=language)


def said(letter: Letter) -> list[str]:
    return [text for text in texts(letter.as_json()) if text]


def example(path: Path) -> PlannedTreatment:
    treatment = read_cases(str(path), path.read_bytes()).cases[0].treatment
    named = {"patient": {"name": "Aster Sample"}, "provider": {"name": "Juniper Test", "phone": "555-0102"}}
    data = treatment.model_dump(exclude_none=True)
    return PlannedTreatment.model_validate(
        {**data, **{key: {**data.get(key, {}), **value} for key, value in named.items()}}
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", COVERAGE)
def test_the_answer_on_coverage_is_told_in_its_own_sentence_and_no_other(language: str, answer: str) -> None:
    spoken = load_language(language)  # type: ignore[arg-type]
    decision = replace(decided(stroke()), coverage=Answer(answer, ()))
    told = said(summary(decision, language=language))
    assert [text for text in spoken.groups["coverage"].values() if text in told] == [spoken.say("coverage", answer)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", AUTHORIZATION)
def test_the_answer_on_approval_is_told_in_its_own_sentence_and_no_other(language: str, answer: str) -> None:
    spoken = load_language(language)  # type: ignore[arg-type]
    decision = decided(stroke())
    decision = replace(decision, authorization=replace(decision.authorization, answer=answer, visits=()))
    told = said(summary(decision, language=language))
    own = [text for text in spoken.groups["authorization"].values() if text in told]
    assert own == [spoken.say("authorization", answer)]


def test_unknown_is_never_told_as_no_or_yes() -> None:
    for group in ("coverage", "lines", "telehealth", "provider", "authorization", "visit_answers", "pay"):
        for language, yes_or_no in ((ENGLISH, r"^(yes|no)\b"), (SPANISH, r"^(sí|no)\b")):
            assert not re.match(yes_or_no, language.say(group, "unknown"), re.IGNORECASE)


def test_a_visit_of_its_own_is_told_apart_from_the_plan_of_many() -> None:
    whole = said(summary(decided(stroke())))
    assert "Visits 1 to 6: we must send a request. Your plan does not review it." in whole
    third = changed("episode.visit_number", 3)
    one = said(summary(decided(third), third))
    assert not any(text.startswith("Visits") for text in one)
    assert ENGLISH.say("authorization", "auto_approved") in one


@pytest.mark.parametrize(
    ("facts", "share", "expected"),
    [
        ({}, "11.26", ["If your plan pays, your part for this visit is $11.26."]),
        ({}, None, ["We do not know yet. Please ask us before you come."]),
        (
            {"copay": Decimal(20), "deductible_remaining": Decimal("150.5")},
            None,
            [
                "Your plan asks you to pay $20.00 as a copay.",
                "You have $150.50 left to pay of your deductible.",
                "We do not know yet if there is more to pay. Please ask us before you come.",
            ],
        ),
        (
            {"deductible_remaining": Decimal(0)},
            None,
            [
                "You have paid your full deductible.",
                "We do not know yet if there is more to pay. Please ask us before you come.",
            ],
        ),
    ],
)
def test_only_an_amount_that_is_known_is_told(facts: dict[str, Any], share: str | None, expected: list[str]) -> None:
    data = stroke().model_dump(exclude_none=True)
    treatment = PlannedTreatment.model_validate({**data, "coverage": {**data["coverage"], **facts}})
    decision = replace(decided(stroke()), cost=Cost(None, None, share, "", ()))
    told = said(summary(decision, treatment))
    assert told[told.index("What you may have to pay") + 1 : told.index("What we are still asking")] == expected


def test_a_second_plan_is_named_as_not_counted() -> None:
    treatment = example(ROOT / "examples" / "medi-cal-after-medicare.yaml")
    assert ENGLISH.say("pay", "second") in said(summary(decided(treatment), treatment))
    assert ENGLISH.say("pay", "second") not in said(summary(decided(stroke())))


def test_who_pays_alone_is_told_of_no_plan() -> None:
    treatment = example(ROOT / "examples" / "self-pay.yaml")
    told = " ".join(said(summary(decided(treatment), treatment)))
    for group in ("coverage", "authorization", "pay"):
        assert ENGLISH.say(group, "self_pay") in told
    assert "Your plan" not in told
    assert "We look in our files for this paper: price in writing." in told


def test_each_open_question_is_told_with_who_is_asked_and_each_paper_that_is_not_there() -> None:
    questions = (
        Question("coverage.in_network", "Is the practice in network for this plan?", "payer", ("coverage",)),
        Question("lines.1.purpose", "What is it for?", "clinician", ("coverage",)),
        Question("a.fact.of.tomorrow", "How tall is the patient?", "patient", ("coverage",)),
    )
    papers = (
        DocumentNeeded("plan_of_care", "Plan of care", "missing", ()),
        DocumentNeeded("evaluation", "Evaluation", "on_file", ()),
        DocumentNeeded("a_new_paper", "New paper", "unknown", ()),
    )
    told = said(summary(replace(decided(stroke()), questions=questions, documents=papers)))
    start = told.index("What we are still asking") + 1
    assert told[start : told.index("Who to call")] == [
        "We ask your plan: if we are in its network.",
        "We ask your therapist: what the care is for.",
        "Please tell us: one more thing when we call you.",
        "We still need this paper: care plan.",
        "We look in our files for this paper: New paper.",
    ]


def test_a_service_that_is_refused_beside_others_is_told() -> None:
    decision = decided(stroke())
    line = replace(decision.lines[0], answer="not_covered", reason="excluded")
    bundled = replace(decision.lines[0], answer="not_covered", reason="bundled")
    assert "No" in said(summary(replace(decision, lines=(line,))))
    assert "Part of other care" in said(summary(replace(decision, lines=(bundled,))))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_told_in_both_languages(path: Path, language: str) -> None:
    treatment = example(path)
    letter = summary(decided(treatment), treatment, language)
    for format in ("pdf", "docx", "html", "md", "txt"):
        told = squeezed(read(render(letter, format), format))
        assert [text for text in said(letter) if squeezed(text) not in told] == []


def test_spanish_says_dates_services_and_pages_in_spanish() -> None:
    letter = summary(decided(stroke()), language="es")
    told = read(render(letter, "pdf"), "pdf")
    assert letter.title == "Su visita de terapia"
    for text in ("1 de diciembre de 2026", "Entrenamiento para la vida diaria y el hogar", "Página 1 de 1"):
        assert squeezed(text) in squeezed(told)
    assert "December" not in told
    assert HtmlPage(render(letter, "html")).tags[0] == ("html", (("lang", "es-US"),))


def test_a_code_without_a_spanish_label_keeps_its_number_and_english_label() -> None:
    treatment = changed("lines.1.code", "98985")
    told = said(summary(decided(treatment), treatment, "es"))
    assert "98985: Movement data, 2-15 days" in told


def test_spanish_services_are_codes_of_the_code_table() -> None:
    from engine import load_rulesets

    assert set(SPANISH.groups["services"]) <= set(load_rulesets().reference.codes)


def test_both_languages_have_the_same_keys_and_the_same_names_of_facts() -> None:
    assert SPANISH.groups.keys() == ENGLISH.groups.keys()
    for name in ENGLISH.groups.keys() - {"services"}:
        assert SPANISH.groups[name].keys() == ENGLISH.groups[name].keys(), name
        for key, text in ENGLISH.groups[name].items():
            assert _names(text) == _names(SPANISH.groups[name][key]), (name, key)
    assert _names(SPANISH.call) == _names(ENGLISH.call) == {"phone"}


def _names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


def test_every_topic_is_a_fact_or_an_answer_that_can_be_asked_for() -> None:
    known = {*FACTS, "coverage", "authorization", "telehealth", "provider"}
    assert ENGLISH.groups["topics"].keys() <= known


def test_every_answer_that_a_decision_can_give_has_a_sentence() -> None:
    for language in (ENGLISH, SPANISH):
        assert language.groups["coverage"].keys() == {*COVERAGE, "self_pay"}
        assert language.groups["authorization"].keys() == {*AUTHORIZATION, "self_pay"}
        assert language.groups["visit_answers"].keys() == set(AUTHORIZATION)
        assert language.groups["lines"].keys() == {*COVERAGE, "bundled"}


# No reading-level library is among the project's packages, so the published Flesch-Kincaid formula stands here:
# 0.39 words a sentence + 11.8 syllables a word - 15.59 is the school grade.
_VALUES = {"first": "1", "last": "6", "amount": "20.00", "phone": "555-0102"}


def grade(text: str) -> float:
    sentences = [part for part in re.split(r"[.!?]+", re.sub(r"[$]?\d[\d.-]*", "ten", text)) if part.strip()]
    spoken = re.findall(r"[a-zA-Z]+", " ".join(sentences))
    return 0.39 * len(spoken) / len(sentences) + 11.8 * sum(map(_syllables, spoken)) / len(spoken) - 15.59


def _syllables(word: str) -> int:
    word = word.lower()
    silent = (word.endswith("e") and not word.endswith(("le", "ee"))) or (
        word.endswith("ed") and not word.endswith(("ted", "ded"))
    )  # fmt: skip
    return max(1, len(re.findall(r"[aeiouy]+", word)) - silent)


def test_the_formula_tells_plain_english_from_a_reviewers() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Utilization determinations necessitate substantiating documentation of functional deficits.") > 15


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_examples_summary_reads_at_sixth_grade(path: Path) -> None:
    treatment = example(path)
    answers = summarize(treatment, decided(treatment), ENGLISH)
    told = (*answers.coverage, *answers.authorization, *answers.pay, *answers.open)
    assert grade(" ".join(one.text for one in told) + f" {ENGLISH.notice}") <= 6.0


def test_no_sentence_reads_above_sixth_grade() -> None:
    groups = ("coverage", "telehealth", "provider", "authorization", "visit_answers", "pay")
    sentences = [text.format(**_VALUES) for name in groups for text in ENGLISH.groups[name].values()]
    sentences += [text.format(topic=topic, paper="care plan") for key, text in ENGLISH.groups["open"].items()
                  for topic in (ENGLISH.groups["topics"].values() if "{topic}" in text else ("",))]  # fmt: skip
    assert len(sentences) > 100
    assert [(text, round(grade(text), 1)) for text in sentences if grade(text) > 6.0] == []


def test_spanish_sentences_are_short() -> None:
    texts_ = chain.from_iterable(SPANISH.groups[name].values() for name in ("coverage", "authorization", "pay"))
    longest = max((part.split() for text in texts_ for part in text.split(".")), key=len)
    assert len(longest) <= 16


@settings(max_examples=60)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_date_is_the_same_figure_in_both_languages(day: date) -> None:
    assert figures(f"el {spanish_date(day)}") == {day.isoformat()}
    assert SPANISH_MONTHS[day.month - 1] in SPANISH.date(day)


def test_the_audit_refuses_a_sentence_on_what_the_decision_did_not_decide() -> None:
    decision = decided(stroke())
    letter = summary(decision)
    for run_, code in ((Run("The plan pays $500.", ("decision.cost",)), "unsupported-figure"),
                       (Run("You are well.", ("decision.health",)), "unknown-evidence"),
                       (Run("El paciente mejora."), "unsupported-sentence")):  # fmt: skip
        part = next(part for part in letter.parts if part.name == "summary-notice")
        block = replace(part.blocks[0], text=Text((run_,)))
        wrong = replace(letter, parts=(replace(part, blocks=(block,)),))
        assert code in {problem.code for problem in audit(wrong, stroke(), decision)}


def test_the_command_takes_the_language_and_tells_the_known_ones(tmp_path: Path) -> None:
    target = tmp_path / "summary.txt"
    asked = ("letter", "patient-summary", str(EXAMPLE), "-o", str(target), "--today", TODAY.isoformat(), "--language")
    assert run(*asked, "es").returncode == 0
    assert "SU VISITA DE TERAPIA" in target.read_text()
    target.unlink()
    told = run(*asked, "fr")
    assert (told.returncode, "unknown-language" in told.stderr, "en, es" in told.stderr) == (2, True, True)
    assert not target.exists()


def test_a_letter_to_a_payer_is_written_in_english_only() -> None:
    with pytest.raises(UserError, match="unknown-language"):
        compose("prior-authorization", stroke(), decided(stroke()), today=TODAY, language="es")
