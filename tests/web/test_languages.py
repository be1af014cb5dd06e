"""The screen in Spanish: every text has its translation, and each page says in which language it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.checkers import python_format
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from markupsafe import escape
from starlette.testclient import TestClient

import engine
import web
from engine import PlannedTreatment, check, headline, unit_limits, words
from engine.cases import case_of
from engine.decide import PAYER_QUESTIONS
from engine.decision import OWN
from engine.facts.dictionary import ACTIVITIES, FACTS
from engine.findings import INFERRED
from engine.language.load import load_rulesets
from engine.language.rules import ORDER
from engine.message import Cited, Message, Part, Several
from engine.paper import AUTHORIZATION_REQUEST, IF_TODAY, LATEST_REQUEST
from engine.paperwork import goals, risks
from engine.paperwork.wording import JOINED, listing
from engine.schedule import day
from engine.store import open_store
from letters.requirements import QUESTIONS
from tests.web.conftest import LIBRARY, NAME, PASSWORD, english_words, send
from web import languages

WEB = Path(web.__file__).parent
ENGINE = Path(engine.__file__).parent
ENGLISH_TABLES = (words.HEADLINES, words.ANSWERS, words.REASONS, words.STATUS, words.RESOLUTIONS, words.LEVELS)
"""The engine's words that pages translate where they show them."""
TABLES = (
    headline.OF_VISITS.values(), words.REASONS, *day.LIMITS.values(), day.THRESHOLD, day.EDITS.values(),
    day.TELEHEALTH.values(), goals.PARTS.values(), risks.NECESSITY.values(), unit_limits.COUNTED.values(), ORDER,
    JOINED.values(),
    (INFERRED, *(name.replace("_", " ") for name in ACTIVITIES)),
)  # fmt: skip
"""Texts of the engine's sentences that stand in a table."""
KNEE = {
    "coverage__payer": "uhc-medicare-advantage", "coverage__plan_type": "hmo", "provider__discipline": "OT",
    "lines__1__code": "97535", "date_of_service": "2026-12-01",
}  # fmt: skip

SLIPS = {
    "coverage.payer": "medicare-part-b", "provider.discipline": "OT", "date_of_service": "2026-08-04",
    "diagnoses.1": "M17.1", "diagnoses.2": "M17.99", "diagnoses.3": "I69.3",
    "lines.1.code": "97530", "lines.1.minutes": "30", "lines.1.units": "3",
    "lines.1.activities.1.name": "bathng", "lines.1.activities.2.name": "swallowing",
    "lines.1.activities.2.minutes": "40",
    "lines.2.code": "97535", "lines.2.minutes": "15", "lines.3.code": "97150", "lines.3.minutes": "30",
    "lines.4.code": "99998", "plan_of_care.starts_on": "2026-08-01", "plan_of_care.goals.1.text": "Leg raises 10 reps",
    "plan_of_care.goals.1.by": "2026-07-01", "plan_of_care.visits": "12",
    "coverage.visit_limit": "9", "coverage.visits_used": "5",
}  # fmt: skip
SLIPPED = (
    "unknown-code goal-incomplete goal-date goal-without-function units-disagree unknown-activity activity-elsewhere "
    "activity-minutes minutes-overlap diagnosis-not-billable diagnosis-unknown risk-documentation risk-necessity "
    "risk-modifiers risk-over-use"
).split()
"""A case with a slip of each kind, and what is found of it."""


def _used() -> dict[str | tuple[str, ...], str]:
    """Every text that templates and code mark, and where."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    options = {"**.html": {"newstyle_gettext": "true", "trimmed": "false"}}
    found = extract_from_dir(WEB, methods, options)
    marked: dict[str | tuple[str, ...], str] = {text: f"web/{name}:{line}" for name, line, text, _, _ in found}
    labels = {label: "engine.words" for table in ENGLISH_TABLES for label in table.values()}
    return marked | labels | _of_messages() | dict(_of_engine())


def _of_messages() -> dict[str | tuple[str, ...], str]:
    """The texts of the engine's sentences."""
    found = extract_from_dir(ENGINE, [("**.py", "python")], keywords={"Message": None})
    tables = dict.fromkeys(chain(*TABLES), "a table of engine")
    return {text: f"engine/{name}:{line}" for name, line, text, _, _ in found} | tables


def _of_engine() -> Iterator[tuple[str, str]]:
    """The fixed texts of the facts, codes, papers and deadlines, and of which they are."""
    for fact in FACTS.values():
        yield from ((text, f"fact {fact.name}") for text in (fact.ask, fact.meaning, fact.presumed, fact.check) if text)
    yield from ((ask, f"question about {dimension}") for dimension, ask in PAYER_QUESTIONS.values())
    yield from ((ask, f"question about {path}") for path, ask in QUESTIONS.items())
    yield from ((text, "engine.paper") for text in (AUTHORIZATION_REQUEST, LATEST_REQUEST))
    library = load_rulesets()
    yield from ((code.label, f"code {code.code}") for code in library.reference.codes.values())
    yield from ((risk.title, f"risk {name}") for name, risk in risks.load_risks(library.reference.folder).items())
    for payer in library.payers:
        ruleset = library.engine(payer).ruleset
        for rule in ruleset.rules:
            papers = (*rule.documents, *rule.deadlines)
            yield from ((paper.title, f"{paper.id} of rule {rule.id}") for paper in papers)
            if isinstance(rule.said, Message):
                yield rule.because, f"rule {rule.id}"
        for name, clock in ruleset.clocks.items():
            yield clock.title, f"clock {clock.id}"
            if name == "standard_decision":
                yield clock.title + IF_TODAY, f"clock {clock.id}"


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    with (WEB / "locales/es.po").open("rb") as file:
        return read_po(file, locale="es")


def test_every_text_of_the_screen_has_spanish(spanish: Catalog) -> None:
    translated = {message.id for message in spanish if message.id and all(_texts(message.string))}
    missing = {text: where for text, where in _used().items() if text not in translated}
    assert not missing


def test_the_catalog_holds_no_text_that_nobody_uses(spanish: Catalog) -> None:
    used = set(_used())
    assert not [message.id for message in spanish if message.id and message.id not in used]
    assert not any(message.fuzzy for message in spanish if message.id)


def test_a_translation_names_what_its_text_names(spanish: Catalog) -> None:
    for message in spanish:
        python_format(spanish, message)
        for text in _texts(message.string):
            names = re.compile(r"%\((\w+)\)s")
            assert not message.id or set(names.findall(text)) <= set(names.findall(" ".join(_texts(message.id))))


def _texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize(
    "path",
    ["/check", "/packets", "/rules", "/rules/uhc-medicare-advantage", "/workbench", "/people", "/account", "/nowhere"],
)
def test_a_page_is_spanish_where_the_browser_asks_for_it(
    signed_in: TestClient, untranslated: list[str], path: str
) -> None:
    text = signed_in.get(path, headers={"accept-language": "fr, es-MX;q=0.8, en;q=0.5"}).text
    assert '<html lang="es">' in text
    assert "Deciden las reglas de la aseguradora" in text
    assert not untranslated
    assert not english_words(text)


def test_a_packet_and_its_sheet_are_spanish_but_for_the_letter(
    signed_in: TestClient, packet: str, untranslated: list[str]
) -> None:
    signed_in.headers["accept-language"] = "es"
    for path in (packet, f"{packet}/field-sheet"):
        assert not english_words(signed_in.get(path).text)
    assert not untranslated


def test_a_verdict_is_spanish_and_what_the_rules_say_is_marked_as_english(
    signed_in: TestClient, untranslated: list[str]
) -> None:
    signed_in.headers["accept-language"] = "es"
    text = send(signed_in, "/check", **KNEE).text
    assert re.search(r'<h2 id="word"[^>]*>[^<]*(LLAMAR|RESERVAR|AUTORIZAR)', text)
    assert re.search(r'class="sentence">Llame antes de reservar: ¿en qué lugar de servicio es la visita\? ¿[A-Z]', text)
    assert "Ya es seguro: asegúrese de que esto esté en el expediente: Plan de atención, Evaluación" in text
    assert '<time datetime="2026-12-01">mar 1 dic 2026</time>' in text or "mar 1 dic 2026" in text
    assert not untranslated


def test_open_questions_are_asked_in_spanish_and_what_is_recorded_stays(signed_in: TestClient, database: Path) -> None:
    english = send(signed_in, "/check", **KNEE).text
    stored = _recorded(database, english)
    signed_in.headers["accept-language"] = "es"
    text = send(signed_in, "/check", **KNEE).text
    asked = [question["ask"] for question in json.loads(stored)["questions"]]
    assert len(asked) > 3
    for question in asked:
        assert f">{languages.catalog('es').gettext(question)}</label>" in text
        assert escape(question) in english
        assert escape(question) not in text
    for state in ("DC", "MD", "PA"):
        assert f'<option value="{state}">{state}</option>' in text, "a state, no credential"
    assert '<td data-label="Servicio">Entrenamiento para la vida diaria y el hogar</td>' in text
    assert _recorded(database, text) == stored


def test_what_rules_cite_is_marked_as_english(signed_in: TestClient, untranslated: list[str]) -> None:
    signed_in.headers["accept-language"] = "es"
    refused = KNEE | {"coverage__payer": "medicare-part-b", "lines__1__code": "97014"}
    text = send(signed_in, "/check", **refused).text
    because = "97014 is not valid for Medicare; unattended electrical stimulation is billed as G0283."
    assert f'<p class="sentence">No cubierto: <span lang="en">{because}</span></p>' in text
    reasons = re.findall(r'<li>(?:Quizás: )?([^\n]*?) <details class="chip">\s*<summary>([^\n]*?) <span class', text)
    assert len(reasons) > 3
    for reason, title in reasons:
        assert not english_words(reason)
        assert re.fullmatch(r'<span lang="en">[^<]+</span>', title)
    assert sum(reason.startswith('<span lang="en">') for reason, _ in reasons) > 3
    assert f'lang="en">{because}</option>' in text
    assert not untranslated


def test_facts_are_named_by_what_they_mean_and_keep_their_ids_beside(signed_in: TestClient) -> None:
    english = send(signed_in, "/check", **KNEE).text
    assert '<span title="coverage.active">The coverage is active on the date of service</span>: Yes' in english
    assert '<span title="coverage.state">The plan&#39;s state</span>: not known' in english
    signed_in.headers["accept-language"] = "es"
    spanish = send(signed_in, "/check", **KNEE).text
    assert '<span title="coverage.active">La cobertura está activa en la fecha de servicio</span>: Sí' in spanish
    assert '<span title="provider.discipline">Disciplina de la línea</span>: Terapia ocupacional' in spanish
    assert '<li title="provider.enrolled">El proveedor está inscrito. ' in spanish
    assert not _bare_facts(english + spanish)


def test_a_paper_that_only_a_rule_asks_for_is_named_by_its_title(
    signed_in: TestClient, untranslated: list[str]
) -> None:
    partb = KNEE | {"coverage__payer": "medicare-part-b", "answered__necessity__expected_denial": "The goals are met."}
    english = send(signed_in, "/check", **partb).text
    certified = "ertified plan of care (or a signed order and proof that the plan was sent)"
    assert f'<span title="documents.certification">On file: C{certified}</span>: not known' in english
    assert '<span title="documents.abn">On file: Signed Advance Beneficiary Notice (CMS-R-131)</span>: No' in english
    signed_in.headers["accept-language"] = "es"
    spanish = send(signed_in, "/check", **partb).text
    assert re.search(r'<span title="documents.certification">En el expediente: Plan de atención certificado', spanish)
    assert not _bare_facts(english + spanish)
    assert not untranslated


def _bare_facts(text: str) -> list[str]:
    """The facts of the findings that stand there by their paths."""
    named = re.findall(r'<dd><span title="[^"]+">(.*?)</span>: ', text)
    assert len(named) > 10
    return [name for name in named if re.search(r"[A-Za-z_]+[.][a-z_]", name)]


def test_what_precertain_itself_finds_is_said_in_spanish(signed_in: TestClient, untranslated: list[str]) -> None:
    signed_in.headers["accept-language"] = "es"
    text = send(signed_in, "/check", **KNEE).text
    assert "Riesgo de denegación, documentación insuficiente (código de motivo 226 o 252): " in text
    assert "Plan de atención, Evaluación e Informe de progreso." in text
    assert not untranslated
    assert not english_words(text)


def test_each_of_its_findings_is_said_in_spanish(untranslated: list[str]) -> None:
    own = []
    for slips in (SLIPS, SLIPS | {"lines.3.code": "97140", "lines.1.separate_time": "no"}):
        case = case_of(slips)
        assert isinstance(case, PlannedTreatment), case
        own += [one for one in check(case, LIBRARY, today=date(2026, 8, 1)).findings if one.source == OWN]
    assert {one.rule for one in own} >= {f"precertain/{name}" for name in SLIPPED}
    languages.use("es")
    try:
        said = {one.message: languages.said(one.said) for one in own}
    finally:
        languages.use("en")
    assert not untranslated
    assert not english_words(" ".join(said.values()))
    assert not said.keys() & set(said.values())


def _recorded(database: Path, text: str) -> bytes:
    found = re.search(r'name="check_id" value="(\w+)"', text)
    assert found
    with open_store(f"sqlite:///{database}") as store:
        return store.checks({found[1]})[found[1]].decision_json


def test_a_sentence_says_what_has_no_spanish_as_english() -> None:
    paper = Message("A paper of the practice's own")
    languages.use("es")
    try:
        said = languages.said(Message("get what is missing: %(papers)s", {"papers": Several((paper, paper), ", ")}))
        assert said.count('<span lang="en">A paper of the practice&#39;s own</span>') == 2
        assert languages.said(Message("nobody wrote this %(one)s", {"one": Message("excluded")})) == (
            '<span lang="en">nobody wrote this excluded</span>'
        )
    finally:
        languages.use("en")


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Message("Progress report"), "Kim e Informe de progreso"),
        ("Internacional", "Kim e Internacional"),
        ("Hielo", "Kim y Hielo"),
        ("Salud y Internacional", "Kim y Salud y Internacional"),
        (Cited("Health y Internacional"), 'Kim y <span lang="en">Health y Internacional</span>'),
    ],
)
def test_and_is_said_as_spanish_says_it_and_names_and_what_is_cited_stay(last: Part, said: str) -> None:
    languages.use("es")
    try:
        assert languages.said(listing(["Kim", last])) == said
    finally:
        languages.use("en")


def test_the_button_wins_over_the_browser_also_before_signing_in(visitor: TestClient) -> None:
    assert '<html lang="en">' in visitor.get("/first-run").text
    chosen = send(visitor, "/first-run", to="/language", language="es", onward="/first-run")
    assert chosen.url.path == "/first-run"
    assert '<html lang="es">' in chosen.text
    weak = send(visitor, "/first-run", name=NAME, password="short", again="short")
    assert "Una contraseña tiene de 12 a 200 caracteres" in weak.text
    assert '<html lang="es">' in send(visitor, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD).text


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_button_leads_nowhere_else(signed_in: TestClient, onward: str) -> None:
    chosen = send(signed_in, "/check", to="/language", language="xx", onward=onward)
    assert chosen.url.host == "testserver"
    assert '<html lang="en">' in chosen.text


def test_dates_and_counts_are_written_as_the_language_does() -> None:
    languages.use("es")
    try:
        assert languages.day(date(2026, 12, 1)) == "mar 1 dic 2026"
        assert languages.ngettext("%(n)s day ago", "%(n)s days ago", 1) != languages.ngettext(
            "%(n)s day ago", "%(n)s days ago", 2
        )
    finally:
        languages.use("en")
    assert languages.day(date(2026, 12, 1)) == "Tue 2026-12-01"


def test_what_is_cited_in_english_keeps_its_marks_after_a_question() -> None:
    cited = "Ask: is it due?; then file it. Is it so?."
    languages.use("es")
    try:
        said = languages.said(Message("get what is missing: %(papers)s", {"papers": Cited(cited)}))
    finally:
        languages.use("en")
    assert f'<span lang="en">{cited}</span>' in said


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (
            "lines.1.code",
            "97X35",
            "«97X35» no es un código CPT o HCPCS: cinco caracteres, como 97535 o G0283. ¿Quiso decir",
        ),
        ("lines.1.minutes", "many", "«many» debe ser un número entero."),
        ("lines.1.minutes", "2000", "«2000» debe ser menor o igual que 1440."),
        ("coverage.state", "Ohio", "«Ohio» no es el código de dos letras de un estado o territorio."),
        ("diagnoses", "knee", "«KNEE» no es un código ICD-10-CM, como I69.351 o I69351."),
        ("date_of_service", "01/12/2026", "«01/12/2026» debe ser una fecha, como 2026-11-24."),
        ("date_of_service", "2026-02-31", "«2026-02-31» no es un día del calendario."),
        ("plan_of_care.visits", "0", "«0» debe ser mayor o igual que 1."),
        ("site.modality", "owl", "«owl» debe ser uno de estos: in_person, video, audio_only."),
        ("answered.history.allowed_ytd.ot", "a <b>", "«a &lt;b&gt;» no es una cantidad de dinero, como 32.40."),
        ("answered.coverage.in_network", "perhaps", "«perhaps» debe ser sí o no."),
    ],
)
def test_what_is_wrong_in_the_form_is_told_in_spanish(
    signed_in: TestClient, untranslated: list[str], field: str, typed: str, said: str
) -> None:
    signed_in.headers["accept-language"] = "es"
    answer = send(signed_in, "/check", **KNEE | {field.replace(".", "__"): typed})
    assert answer.status_code == 422
    beside = re.search(rf'<p class="error" id="{re.escape(field)}-error">(.*?)</p>', answer.text)
    assert beside
    assert beside[1].startswith(said)
    assert "<span" not in beside[1]
    assert not untranslated
