"""A letter as a Word document: real headings, header rows that repeat, page numbers that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

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


def as_word(letter: Letter) -> bytes:
    document = Document()
    _prepare(document, letter)
    _letterhead(document, letter.letterhead)
    document.add_heading(f"DRAFT: {letter.title}" if letter.draft else letter.title, 1)
    for part in letter.body:
        for block in part.blocks:
            _block(document, block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _prepare(document: WordDocument, letter: Letter) -> None:
    """Paper, styles, properties, and the head and foot of the pages."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = letter.title, "", ""
    properties.language = "en-US"
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
        _page_number(foot.paragraphs[0], letter.title)


def _letterhead(document: WordDocument, blocks: Sequence[Block]) -> None:
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            size, color = (17.0, _ACCENT) if number == 0 else (9.0, _SOFT)
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            _run(paragraph, str(block.text), size, color, bold=number == 0)
        else:
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
        case Fields(title=title, fields=fields):
            document.add_heading(title, 2)
            _table(document, None, [(Text(), field.value) for field in fields], [field.label for field in fields])
        case Table(header=header, rows=rows):
            _table(document, header, rows)
        case SignatureLines(labels=labels):
            for label in labels:
                paragraph = document.add_paragraph()
                paragraph.paragraph_format.space_before = Pt(24)
                _run(paragraph, f"{label}: {'_' * 40}")


def _table(
    document: WordDocument, header: Sequence[Text] | None, rows: Sequence[Sequence[Text]], labels: Sequence[str] = ()
) -> None:
    """A table with a header row, or with a label in front of each row."""
    table: WordTable = document.add_table(rows=0, cols=len(header or rows[0]), style="Table Grid")
    table.autofit = True
    if header is not None:
        head = table.add_row()
        for cell, title in zip(head.cells, header, strict=True):
            _run(cell.paragraphs[0], str(title), 9, _ACCENT, bold=True)
        properties = head._tr.get_or_add_trPr()
        for name in ("w:cantSplit", "w:tblHeader"):
            properties.append(OxmlElement(name))
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            _run(cell.paragraphs[0], str(text), 9.5)
        if labels:
            _run(cells[0].paragraphs[0], labels[number], 9, _SOFT)
            cells[0].width, cells[1].width = Inches(1.5), Inches(5.1)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _run(
    paragraph: WordParagraph, text: str, size: float | None = None, color: RGBColor | None = None, bold: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size is not None:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color


def _page_number(paragraph: WordParagraph, title: str) -> None:
    """The title, and "Page x of y" as fields that Word keeps up to date."""
    _run(paragraph, f"{title}  ·  Page ", 8.5, _SOFT)
    for instruction, joined in (("PAGE", " of "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        paragraph._p.append(field)
        _run(paragraph, joined, 8.5, _SOFT)
