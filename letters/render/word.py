"""A letter as a Word document: real headings, header rows that repeat, page numbers that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from letters.letter import (
    DRAFT,
    Block,
    Fields,
    Heading,
    Items,
    Letter,
    Paragraph,
    SignatureLines,
    Table,
    Text,
)

_ACCENT, _SOFT, _ALARM = RGBColor(0x1F, 0x4E, 0x6B), RGBColor(0x5A, 0x67, 0x73), RGBColor(0xA3, 0x26, 0x1B)
_FONT = "Calibri"
_TEXT_WIDTH = Inches(6.6)
_LARGE = 1.28
_SIDE_BY_SIDE = 3


def as_word(letter: Letter) -> bytes:
    document = Document()
    _prepare(document, letter)
    _letterhead(document, letter.letterhead)
    document.add_heading(f"DRAFT: {letter.title}" if letter.draft else letter.title, 1)
    for part in letter.body:
        _blocks(document, part.blocks)
    if letter.large:
        _enlarge(document)
    file = BytesIO()
    document.save(file)
    return _dated(file, letter.dated)


def _enlarge(document: WordDocument) -> None:
    """Big type: every size of the text and of its styles."""
    for part in (document.element, document.styles.element):
        for size in part.iter(qn("w:sz")):
            size.set(qn("w:val"), str(round(int(size.get(qn("w:val"))) * _LARGE)))


def _dated(file: BytesIO, day: date) -> bytes:
    """The same document with the letter's day on its inner files, so that the same letter gives the same bytes."""
    dated = BytesIO()
    with ZipFile(file) as saved, ZipFile(dated, "w", ZIP_DEFLATED) as copy:
        for entry in saved.infolist():
            info = ZipInfo(entry.filename, (day.year, day.month, day.day, 0, 0, 0))
            copy.writestr(info, saved.read(entry), ZIP_DEFLATED)
    return dated.getvalue()


def _prepare(document: WordDocument, letter: Letter) -> None:
    """Paper, styles, properties, and the head and foot of the pages."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = letter.title, "", ""
    properties.language = f"{letter.language}-US"
    properties.created = properties.modified = datetime.combine(letter.dated, time())
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(0.95)
    section.top_margin = section.bottom_margin = Inches(0.95)
    section.different_first_page_header_footer = True
    for name, size in (("Normal", 10.5), ("Heading 1", 17), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        style.paragraph_format.space_after = Pt(5)
        if name != "Normal":
            style.font.color.rgb, style.font.bold = _ACCENT, True
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(theme), None)
    for head in (section.first_page_header, section.header):
        line = head.paragraphs[0]
        if letter.draft:
            _run(line, f"{DRAFT}    ", color=_ALARM, bold=True)
        if head is section.header:
            _run(line, str(letter.running_head), 8.5, _SOFT)
    for foot in (section.first_page_footer, section.footer):
        _page_number(foot.paragraphs[0], letter)


def _letterhead(document: WordDocument, blocks: Sequence[Block]) -> None:
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            size, color = (17.0, _ACCENT) if number == 0 else (9.0, _SOFT)
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            _run(paragraph, str(block.text), size, color, bold=number == 0)
        else:
            _blocks(document, [block])


def _blocks(document: WordDocument, blocks: Sequence[Block]) -> None:
    """Groups of fields that follow each other stand side by side, or, where they are many, under each other."""
    for beside, run in groupby(blocks, lambda block: isinstance(block, Fields)):
        if beside:
            groups = [block for block in run if isinstance(block, Fields)]
            if len(groups) <= _SIDE_BY_SIDE:
                _fields(document, groups)
            else:
                for group in groups:
                    _sheet(document, group)
            continue
        for block in run:
            _block(document, block)


def _block(document: WordDocument, block: Block) -> None:
    match block:
        case Heading(text=text):
            document.add_heading(str(text), 2)
        case Paragraph(label=label, text=text):
            paragraph = document.add_paragraph()
            if label:
                _run(paragraph, f"{label}  ", bold=True)
            _run(paragraph, str(text))
        case Items(items=items):
            for item in items:
                _run(document.add_paragraph(style="List Bullet"), str(item))
        case Table(header=header, rows=rows):
            _table(document, header, rows)
        case SignatureLines(labels=labels):
            for label in labels:
                paragraph = document.add_paragraph()
                paragraph.paragraph_format.space_before = Pt(24)
                paragraph.paragraph_format.keep_with_next = True
                _run(paragraph, f"{label}: {'_' * 40}")


def _table(document: WordDocument, header: Sequence[Text], rows: Sequence[Sequence[Text]]) -> None:
    longest = [max(len(line) for row in rows for line in str(row[at]).split("\n")) for at in range(len(header))]
    table = _ruled(document.add_table(len(rows) + 1, len(header)), [min(max(length, 16), 40) for length in longest])
    head, *body = table.rows
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeats on each page
    for cell, title in zip(head.cells, header, strict=True):
        _run(cell.paragraphs[0], str(title), 9, _ACCENT, bold=True)
    for line, texts in zip(body, rows, strict=True):
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # stays on one page
        for cell, text in zip(line.cells, texts, strict=True):
            _run(cell.paragraphs[0], str(text), 9.5)
    _air(document)


def _fields(document: WordDocument, groups: Sequence[Fields]) -> None:
    table = _ruled(document.add_table(1, len(groups)), [1] * len(groups))
    for cell, group in zip(table.rows[0].cells, groups, strict=True):
        _run(cell.paragraphs[0], group.title, 9.5, _ACCENT, bold=True)
        for field in group.fields:
            paragraph = cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Pt(9), Pt(-9)
            _run(paragraph, f"{field.label}  ", 8.5, _SOFT)
            _run(paragraph, str(field.value), 9.5)
    _air(document)


def _sheet(document: WordDocument, group: Fields) -> None:
    """A group as long as a page: a row for each field."""
    document.add_heading(group.title, 2)
    table = _ruled(document.add_table(len(group.fields), 2), [1, 3])
    for row, field in zip(table.rows, group.fields, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # stays on one page
        label, value = row.cells
        _run(label.paragraphs[0], field.label, 9.5, _SOFT)
        _run(value.paragraphs[0], str(field.value), 9.5)
    _air(document)


def _air(document: WordDocument) -> None:
    """The space that a table leaves below itself."""
    format = document.add_paragraph().paragraph_format
    format.space_after, format.line_spacing = Pt(0), Pt(8)


def _ruled(table: WordTable, shares: Sequence[int]) -> WordTable:
    """Columns by their shares of the width, and thin lines between rows."""
    borders = OxmlElement("w:tblBorders")
    for edge in ("w:top", "w:bottom", "w:insideH"):
        line = OxmlElement(edge)
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "C9D1D9")):
            line.set(qn(name), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(_TEXT_WIDTH * share / sum(shares))
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
            format = cell.paragraphs[0].paragraph_format
            format.space_before = format.space_after = Pt(2)
    return table


def _run(
    paragraph: WordParagraph, text: str, size: float | None = None, color: RGBColor | None = None, bold: bool = False
) -> Run:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size is not None:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    return run


def _page_number(paragraph: WordParagraph, letter: Letter) -> None:
    """The title, and "Page x of y" as fields that Word keeps up to date."""
    page, of = letter.page_of
    _run(paragraph, f"{letter.title}  ·  {page} ", 8.5, _SOFT)
    for instruction, joined in (("PAGE", f" {of} "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        shown = _run(paragraph, "1", 8.5, _SOFT)
        field.append(shown._r)
        paragraph._p.append(field)
        _run(paragraph, joined, 8.5, _SOFT)
