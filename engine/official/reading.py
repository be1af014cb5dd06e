"""The rows of a table as cells of text: comma or tab separated, of fixed width, or a sheet of a workbook."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Protocol
from zipfile import ZipFile

from engine.official.files import TableFile, telling_damage
from engine.official.kinds import Fixed
from engine.official.workbook import SheetRows, is_workbook, sheets
from engine.problems import UserError

_PIECE = 1 << 20
_WEB_PAGE = (b"<!doctype", b"<html")


class Rows(Protocol):
    """An iterator of rows; ``line_num`` is the line of the file that the last one ends on."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class OpenTable:
    """A table being read, sheet by sheet where it is a workbook. ``position``: bytes of the file read so far."""

    def __init__(self, table: TableFile, sheets_of_rows: Sequence[Rows], raw: IO[bytes]) -> None:
        self.table = table
        self.sheets = sheets_of_rows
        self._raw = raw

    @property
    def position(self) -> int:
        return self._raw.tell()


@contextmanager
def opened(table: TableFile, fixed: Fixed | None) -> Iterator[OpenTable]:
    """The table, seen through once so that a cut-off or foreign file is refused. Raises UserError."""
    with telling_damage(table.name), ExitStack() as stack:
        raw = stack.enter_context(table.path.open("rb"))
        archive = stack.enter_context(ZipFile(raw)) if raw.read(2) == b"PK" else None
        raw.seek(0)
        if archive and table.member and table.member.lower().endswith(".xlsx"):
            archive = stack.enter_context(ZipFile(stack.enter_context(_member(archive, table))))
        if archive and is_workbook(archive):
            if fixed:
                raise UserError([table.problem("wrong-file", "this is a workbook, not the file of text")])
            yield OpenTable(table, [SheetRows(archive, member) for _, member in sheets(archive)], raw)
            return
        stream = stack.enter_context(_member(archive, table)) if archive else raw
        encoding, begins = _survey(table, stream)
        if fixed and not fixed.line.match(begins.removeprefix(codecs.BOM_UTF8).decode("latin-1")):
            raise UserError([table.problem("wrong-file", "its first line is not laid out as those of this kind are")])
        stream.seek(0)
        text = stack.enter_context(io.TextIOWrapper(stream, encoding=encoding, newline=""))
        yield OpenTable(table, [_FixedRows(text, fixed) if fixed else _separated(text, begins)], raw)


def _member(archive: ZipFile, table: TableFile) -> IO[bytes]:
    try:
        return archive.open(table.member or "")
    except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed in a way that Python cannot unpack
        raise UserError([table.problem("unreadable", f"the archive cannot be unpacked: {error}")]) from None


def _separated(text: io.TextIOWrapper, begins: bytes) -> Rows:
    return csv.reader(text, delimiter="\t" if b"\t" in begins else ",", strict=True)


class _FixedRows(Iterator[list[str]]):
    """Lines cut at fixed columns."""

    def __init__(self, text: io.TextIOWrapper, fixed: Fixed) -> None:
        self.line_num = 0
        self._text = text
        self._fixed = fixed

    def __next__(self) -> list[str]:
        line = next(self._text).rstrip("\r\n")
        self.line_num += 1
        if line.strip() and not self._fixed.line.match(line):
            return [line]
        return [line[place].strip() for place in self._fixed.columns]


def _survey(table: TableFile, stream: IO[bytes]) -> tuple[str, bytes]:
    """The encoding of a text file and how it begins. Refuses what is no text, is a web page, or ends within a line."""
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
    encoding, begins, last = "utf-8-sig", b"", b""
    while piece := stream.read(_PIECE):
        begins, last = begins or piece, piece
        if b"\0" in piece:
            raise UserError([table.problem("wrong-file", "the file is not a table of text or an Excel workbook")])
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            encoding = "latin-1"
            decoder = codecs.getincrementaldecoder(encoding)()
    if begins.lstrip().lower().startswith(_WEB_PAGE):
        hint = "the publisher's licence page was saved instead: accept it, and download the file itself"
        raise UserError([table.problem("wrong-file", "the file is a web page", hint)])
    if not last.endswith((b"\n", b"\r")):
        raise UserError([table.problem("truncated", "the file ends in the middle of a line", "download it again")])
    return encoding, begins
