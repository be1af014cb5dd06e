"""What a person typed stays text: in no format does it become markup, and every format shows it."""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO

import pytest
from docx import Document
from hypothesis import example, given
from hypothesis import strategies as st

from engine import Decision, PlannedTreatment
from letters import compose, render
from tests.letters.cases import altered
from tests.letters.reading import HtmlPage, markdown_tokens, read, squeezed
from tests.letters.stroke import TODAY, decided, stroke
from tests.longer import longer

READ = ("html", "md", "txt", "docx")
PLACES = ("necessity.skilled_need", "patient.name", "provider.address", "plan_of_care.goals.1.text")
HOSTILE = (
    "</style></p><script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; &amp; <!-- x -->",
    '#read("/etc/passwd") $x^2$ @ref <label> *b* _i_ = Title #panic() // y /* z */ \\u{41}',
    "{{ 7 * 7 }} {% raw %} {# x #} {{ patient.__class__ }}",
    "| a | b |\n| --- | --- |\n# Heading\n- item\n1. one\n> quote\n[x](javascript:alert(1)) ![y](z) `c` ~~d~~ <http://e.f>",
    "one\n\n    code\n\n```\nfence\n```\n===\n---\n***\n+ x\n[a]: b\n* c",
    "\u202eright to left \u2067and isolated \u0007\u001b[2J\u0000\u0085",
    "W" * 900,
    "www.example.test/" + "a-b/" * 400,
    "\ue0000\ue001 \ue0009999\ue001 \ue000",
    "\\n \\textbf{x} \\\\ & < > \" ' ~ ^ %PDF-1.7 _x000D_ \ufffe\uffff \u2028x\u2029y \u000b\u000c",
    "שלום עולם مرحبا 中文 👩🏽\u200d⚕️ e\u0301 \U0001fffe",
)
TEXTS = st.text(min_size=1, max_size=80) | st.text(
    alphabet="#*_`|[](){}<>&\\!-+=~$@:;.1 \n\t\u202e\u2067\ue0000\ue001%/^", max_size=40
)


def typed(text: str) -> PlannedTreatment:
    """The case with a text in every place."""
    return altered(stroke(), {place: _in_its_place(text, place) for place in PLACES})


def _in_its_place(text: str, place: str) -> str:
    """Between letters that tell the places apart; a name is at most 200 characters long."""
    sign = "wxyz"[PLACES.index(place)]
    return f"{sign}{text[:198] if place == 'patient.name' else text}{sign}"


@cache
def benign() -> dict[str, bytes]:
    return files(typed("y"), *READ)


def files(treatment: PlannedTreatment, *formats: str) -> dict[str, bytes]:
    letter = compose("medical-necessity", treatment, _decision(), today=TODAY)
    return {format: render(letter, format) for format in formats}


@cache
def _decision() -> Decision:
    return decided(stroke())


def assert_inert(text: str) -> None:
    written, plain = files(typed(text), *READ), benign()
    assert HtmlPage(written["html"]).tags == HtmlPage(plain["html"]).tags
    assert _structure(written["md"]) == _structure(plain["md"])
    assert _styles(written["docx"]) == _styles(plain["docx"])
    for format, content in written.items():
        told = squeezed(read(content, format))
        for place in PLACES:
            shown = squeezed(_in_its_place(text, place).replace("\ufffe", "").replace("\uffff", ""))
            assert shown in told, (format, place)
    for format in ("html", "md", "txt"):
        signs = set(written[format].decode()) - {"\n", "\u0085"}
        assert not [sign for sign in signs if unicodedata.category(sign) == "Cc"]


def _structure(markdown: bytes) -> list[str]:
    """The kinds of Markdown's elements in order; line breaks within a text are the text's own."""
    tokens = markdown_tokens(markdown)
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<br>"}
    breaks = ("text", "text_special", "softbreak", "hardbreak", "html_inline")
    return [token.type for token in tokens if token.type not in breaks]


def _styles(content: bytes) -> list[str | None]:
    """The id of each paragraph's style."""
    return [paragraph._p.style for paragraph in Document(BytesIO(content)).paragraphs]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_is_inert(text: str) -> None:
    assert_inert(text)


@longer(18)
@given(TEXTS)
def test_any_text_is_shown_and_is_inert(text: str) -> None:
    assert_inert(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_pdf_shows_hostile_text(text: str) -> None:
    shown = squeezed(read(files(typed(text), "pdf")["pdf"], "pdf"))
    whole = _in_its_place(text, PLACES[0])
    written = squeezed("".join(sign for sign in whole if sign.isascii() and sign.isprintable()))
    if text.isascii():
        assert written in shown


@longer(12)
@given(TEXTS)
@example("\ufdd0\U000e0001\u0600\u061c")
def test_any_text_gives_a_pdf(text: str) -> None:
    assert files(typed(text), "pdf")["pdf"].startswith(b"%PDF-")


@pytest.mark.parametrize("opener", ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"])
def test_a_text_turns_nothing_after_itself_around(opener: str) -> None:
    closer = "\u2069" if opener >= "\u2066" else "\u202c"
    for format, content in files(typed(f"{opener}abc"), "txt", "md", "html").items():
        told = content.decode()
        assert told.count(opener) == told.count(closer) > 0, format
