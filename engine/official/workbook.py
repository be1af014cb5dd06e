"""Rows of an Excel workbook, read sheet by sheet without holding one in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZipFile

_WORKBOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_COLUMN = re.compile(r"([A-Z]{1,3})[0-9]+")
_PIECE = 1 << 16


class WorkbookError(Exception):
    """The workbook is not what its format says."""


def is_workbook(archive: ZipFile) -> bool:
    return _WORKBOOK in archive.namelist()


def sheets(archive: ZipFile) -> tuple[tuple[str, str], ...]:
    """Each sheet's name and its member of the archive, in the workbook's order. Raises WorkbookError."""
    try:
        links, workbook = (ElementTree.fromstring(archive.read(member)) for member in (_LINKS, _WORKBOOK))
    except (KeyError, ElementTree.ParseError) as error:
        raise WorkbookError(str(error)) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return tuple(
        (sheet.get("name", ""), normpath(join("xl", targets.get(_link(sheet), ""))).lstrip("/"))
        for sheet in workbook.iter()
        if _local(sheet.tag) == "sheet"
    )


def _link(sheet: ElementTree.Element) -> str | None:
    return next((value for name, value in sheet.attrib.items() if _local(name) == "id"), None)


def _local(name: str) -> str:
    """The name without its namespace, of which the format has two."""
    return name.rpartition("}")[2].rpartition(" ")[2]


class SheetRows(Iterator[list[str]]):
    """The rows of a sheet as text; ``line_num`` is the number of the last row read. Raises WorkbookError."""

    def __init__(self, archive: ZipFile, member: str) -> None:
        self.line_num = 0
        self._rows = self._read(archive, member)

    def __next__(self) -> list[str]:
        return next(self._rows)

    def _read(self, archive: ZipFile, member: str) -> Iterator[list[str]]:
        strings = _Strings()
        if _STRINGS in archive.namelist():
            for _ in _parsed(archive, _STRINGS, strings):
                pass
        cells = _Cells(strings.found)
        for _ in _parsed(archive, member, cells):
            for self.line_num, row in cells.rows:
                yield row
            cells.rows.clear()


class _Handler:
    """What is done where an element begins, holds text, and ends."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def text(self, data: str) -> None: ...

    def end(self, name: str) -> None: ...


class _Strings(_Handler):
    """The texts that cells share, without what only helps to pronounce them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._spoken = self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._spoken = self._spoken or name == "rPh"
        self._inside = name == "t" and not self._spoken

    def text(self, data: str) -> None:
        if self._inside:
            self._parts.append(data)

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._spoken = False
        elif name == "si":
            self.found.append("".join(self._parts))


class _Cells(_Handler):
    """The rows that were read since they were last taken, with their numbers."""

    def __init__(self, shared: Sequence[str]) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._shared = shared
        self._number = self._width = 0
        self._row: list[str] = []
        self._kind = ""
        self._parts: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._kind, self._parts = attributes.get("t", "n"), []
            place = _place(attributes.get("r", ""), len(self._row))
            self._row.extend("" for _ in range(place - len(self._row)))
        elif name == "row":
            self._number, self._row = int(attributes.get("r", self._number + 1)), []
        self._inside = name in ("v", "t")

    def text(self, data: str) -> None:
        if self._inside:
            self._parts.append(data)

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c":
            self._row.append(self._told("".join(self._parts)))
        elif name == "row":
            # Empty cells at the end of a row are left out.
            self._width = max(self._width, len(self._row))
            self._row.extend("" for _ in range(self._width - len(self._row)))
            self.rows.append((self._number, self._row))

    def _told(self, value: str) -> str:
        if self._kind == "s":
            return self._shared[int(value)] if value else ""
        if self._kind == "n" and ("." in value or "E" in value):
            return f"{float(value):.15g}"  # Excel writes the nearest binary fraction out in full: 0.55000000000000004
        return value


def _place(reference: str, following: int) -> int:
    """The column of a cell such as C7, from 0; a cell without a reference follows the one before."""
    found = _COLUMN.fullmatch(reference)
    place = 0
    for letter in found[1] if found else "":
        place = place * 26 + ord(letter) - 64
    return max(place - 1, following)


def _parsed(archive: ZipFile, member: str, handler: _Handler) -> Iterator[None]:
    """Feeds a member to the handler piece by piece."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(_local(name), attributes)
    parser.CharacterDataHandler = handler.text
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
                yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, KeyError, ValueError, IndexError) as error:
        raise WorkbookError(f"{member}: {error}") from error
