"""The words of a letter's file as a reader of each format sees them, by that format's own reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.table import Table
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader

_EMPTY = ("meta", "br", "hr")


def read(content: bytes, format: str) -> str:
    """All visible text of a letter, white space and the page's own decoration as they come."""
    return {"txt": _plain, "md": _markdown, "html": _html, "pdf": _pdf, "docx": _word}[format](content)


def squeezed(text: str) -> str:
    """Text without white space, ligatures and invisible marks, which formats may set differently."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"))


def markdown_tokens(content: bytes) -> list[Token]:
    """Markdown as CommonMark with tables and strikethrough reads it, flat."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(content.decode())
    return [inner for token in parsed for inner in (token, *(token.children or ()))]


class HtmlPage(HTMLParser):
    """The tags with their attributes (names and values) in order, and the text of the page's body."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self._texts: list[str] = []
        self._within: list[str] = []
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A cell's class follows from the length of its text.
        self.tags.append((tag, tuple(pair for pair in attrs if tag != "td" or pair[0] != "class")))
        if tag not in _EMPTY:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._within.pop() == tag
        self._texts.append(" ")

    def handle_data(self, data: str) -> None:
        if "main" in self._within:
            self._texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._texts)


def _plain(content: bytes) -> str:
    return content.decode()


def _html(content: bytes) -> str:
    return HtmlPage(content).text


def _markdown(content: bytes) -> str:
    words: list[str] = []
    for token in markdown_tokens(content):
        words.append(token.content if token.type in ("text", "text_special") else "")
        if token.type in ("inline", "softbreak", "hardbreak", "html_inline"):
            words.append(" ")
    return "".join(words)


def _pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def _word(content: bytes) -> str:
    return "\n".join(_paragraphs(Document(BytesIO(content))))


def _paragraphs(document: WordDocument) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row.cells)
        else:
            yield block.text


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))
