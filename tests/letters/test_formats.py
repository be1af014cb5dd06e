"""One letter, five formats: the same statements in each, in files that people and their software can read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from letters import FORMATS, Letter, compose, render, write_letter
from tests.command import run
from tests.letters.reading import HtmlPage, markdown_tokens, read, squeezed, words
from tests.letters.stroke import EXAMPLE, TODAY, changed, decided, stroke

KINDS = ("prior-authorization", "medical-necessity")
STATED = (
    "Juniper Test, OTR/L", "2 Sample Street", "Aster Sample", "February 11, 1964", "EXAMPLE-0001", "1234567893",
    "Rowan Invented MD", "November 20, 2026", "97535", "Daily living and home skills training",
    "12 visits over 6 weeks",
    "I69.351", "Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side", "Z74.1",
    "Lived alone and dressed", "Needs moderate help", "Cannot dress the upper or lower body", "Barthel Index", "55",
    "Fastens trousers with a button hook with one hand", "moderate help", "no help", "January 5, 2027",
    "must be chosen, fitted and graded", "Ten minutes of one-handed dressing practice", "Daughter is taught",
    "Treatment follows a written plan of care", "42 CFR 410.61", "The plan of care is on file", "Physician's order",
    "Signature", "UnitedHealthcare Medicare Advantage",
)  # fmt: skip


@cache
def letter(kind: str) -> Letter:
    return compose(kind, stroke(), decided(stroke()), today=TODAY)


@cache
def file(kind: str, format: str) -> bytes:
    return render(letter(kind), format)


def texts(node: Any) -> Iterator[str]:
    """Every text of a letter as the layouts read it, without the names of blocks and parts."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for part in node:
            yield from texts(part)
    elif isinstance(node, dict):
        for key, part in node.items():
            if key not in ("type", "name", "mark", "running_head", "language", "page_of"):
                yield from texts(part)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_every_statement(kind: str, format: str) -> None:
    found = squeezed(read(file(kind, format), format))
    lines = [line for text in texts(letter(kind).as_json()) for line in text.split("\n")]
    assert len(lines) > 100
    assert [line for line in (*lines, *STATED) if squeezed(line) not in found] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_no_format_says_anything_more(kind: str, format: str) -> None:
    known = words(" ".join(texts(letter(kind).as_json())))
    furniture = {"page", "of", "1", "2", "3"} if format == "pdf" else set()
    assert words(read(file(kind, format), format)) - known - furniture == set()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_letter_gives_the_same_bytes(format: str) -> None:
    again = compose(KINDS[0], stroke(), decided(stroke()), today=TODAY)
    assert render(again, format) == file(KINDS[0], format)


def test_the_pdf_is_tagged_titled_and_in_english() -> None:
    reader = PdfReader(BytesIO(file(KINDS[0], "pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "/StructTreeRoot" in root  # type: ignore[operator]
    assert root["/Lang"] == "en-US"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "Prior authorization request"
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == [612, 792]
    assert all("Aster Sample" in page.extract_text() for page in reader.pages)


def test_the_word_document_has_real_headings_and_header_rows() -> None:
    document = Document(BytesIO(file(KINDS[0], "docx")))
    headings = [item.text for item in document.paragraphs if item.style and item.style.name == "Heading 2"]
    assert headings[:4] == ["Request", "Diagnosis", "Function before and now", "Goals"]
    assert "w:tblHeader" in document.tables[1]._tbl.xml
    assert "Aster Sample" in document.sections[0].header.paragraphs[0].text


def test_the_page_loads_nothing_and_marks_up_headings_and_tables() -> None:
    tags = HtmlPage(file(KINDS[0], "html")).tags
    names = [tag for tag, _ in tags]
    assert names.count("h1") == 1
    assert names.count("table") == 5
    assert not {"script", "img", "link", "iframe", "a"} & set(names)


def test_markdown_has_the_tables_as_tables() -> None:
    types = [token.type for token in markdown_tokens(file(KINDS[0], "md"))]
    assert types.count("table_open") == 8
    assert "code_block" not in types


def test_plain_text_keeps_to_its_width() -> None:
    assert max(len(line) for line in file(KINDS[0], "txt").decode().splitlines()) <= 78


def test_what_is_not_known_is_left_out() -> None:
    treatment = changed("necessity.measures", None)
    text = render(compose(KINDS[0], treatment, decided(treatment), today=TODAY), "txt").decode()
    assert "Barthel" not in text
    assert "Score" not in text


def test_the_ending_of_the_file_names_the_format(tmp_path: Path) -> None:
    written = write_letter(KINDS[1], stroke(), decided(stroke()), tmp_path / "Letter.MD", today=TODAY)
    assert written.format == "md"
    assert (tmp_path / "Letter.MD").read_bytes() == file(KINDS[1], "md")


def test_the_command_writes_the_letter(tmp_path: Path) -> None:
    target = tmp_path / "letter.txt"
    result = run("letter", KINDS[0], str(EXAMPLE), "-o", str(target), "--today", TODAY.isoformat())
    assert (result.returncode, result.stderr) == (0, "")
    assert str(target) in result.stdout
    assert target.read_bytes() == file(KINDS[0], "txt")


def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path) -> None:
    result = run("letter", KINDS[0], str(EXAMPLE), "-o", str(tmp_path / "letter.odt"))
    assert result.returncode == 2
    assert ".md, .txt, .html, .pdf, .docx" in result.stderr
    assert list(tmp_path.iterdir()) == []
