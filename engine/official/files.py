"""Which tables the files given hold: as they are, inside a publisher's archive, or as sheets of a workbook."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from engine.official.kinds import Kind
from engine.official.workbook import WorkbookError, is_workbook
from engine.problem_codes import Code
from engine.problems import Problem, Span, UserError

FORMATS = (".csv", ".txt", ".xlsx")
"""What tables come as; where an archive holds one in several formats, the first here is read."""

LARGEST = 4 * 1024**3
_PART = re.compile(r"-f(\d+)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table: the file given and, where that is an archive, its member. ``size`` in bytes as it lies on disk."""

    path: Path
    member: str | None
    size: int

    @property
    def name(self) -> str:
        return self.path.name if self.member is None else f"{self.path.name}/{PurePosixPath(self.member).name}"

    @property
    def names(self) -> str:
        """What the publisher called it: the file and its member."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    @property
    def folders(self) -> str:
        """The folders that it lies in, which bear the archive's name if that was unpacked."""
        return "/".join(self.path.absolute().parts[-3:-1])

    @property
    def part(self) -> int | None:
        """The number of a numbered part."""
        found = _PART.search(self.names)
        return int(found[1]) if found else None

    def problem(self, code: Code, message: str, hint: str | None = None) -> Problem:
        return Problem(code, message, Span(self.name, 1, 1), hint=hint)


def find_tables(kind: Kind, paths: Sequence[Path]) -> tuple[TableFile, ...]:
    """The tables of a kind in the files given, parts in their order. Raises UserError with every problem."""
    found: list[TableFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found += _tables(kind, path)
        except UserError as error:
            problems += error.problems
    found.sort(key=lambda table: table.part or 0)
    problems += _misfits(kind, found)
    if problems:
        raise UserError(problems)
    return tuple(found)


def fingerprint(paths: Sequence[Path]) -> str:
    """SHA-256 of the file; of several, of their hashes in order of file name."""
    digests = []
    for path in sorted(paths, key=lambda path: path.name):
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


@contextmanager
def telling_damage(name: str) -> Iterator[None]:
    """Turns what a cut-off or damaged file raises into a UserError."""
    try:
        yield
    except (BadZipFile, EOFError, zlib.error, WorkbookError) as error:
        message = f"the archive is cut off or damaged: {error}"
        raise UserError([Problem("truncated", message, Span(name, 1, 1), hint="download it again")]) from None
    except OSError as error:
        raise UserError([Problem("unreadable", f"{name}: {error.strerror or error}")]) from None


def _tables(kind: Kind, path: Path) -> list[TableFile]:
    with telling_damage(path.name):
        size = path.stat().st_size
        with path.open("rb") as stream:
            begins = stream.read(2)
        if not size:
            raise UserError([Problem("empty", "the file holds nothing", Span(path.name, 1, 1))])
        if begins != b"PK":
            return [TableFile(path, None, size)]
        if not is_zipfile(path):
            raise BadZipFile("its end is missing")
        with ZipFile(path) as archive:
            if is_workbook(archive):
                return [TableFile(path, None, size)]
            members = [info for info in archive.infolist() if not info.is_dir()]
    chosen = _chosen(kind, members)
    if not chosen:
        inside = ", ".join(sorted(PurePosixPath(info.filename).name for info in members)[:8]) or "nothing"
        message = f"the archive holds no {kind.name} file, but {inside}"
        raise UserError([Problem("wrong-file", message, Span(path.name, 1, 1))])
    if large := [info.filename for info in chosen if info.file_size > LARGEST]:
        raise UserError([Problem("too-large", f"{large[0]} holds more than four gigabytes", Span(path.name, 1, 1))])
    whole = sum(info.compress_size for info in chosen) or 1
    return [TableFile(path, info.filename, size * info.compress_size // whole) for info in chosen]


def _chosen(kind: Kind, members: Sequence[ZipInfo]) -> list[ZipInfo]:
    """The members that are tables of the kind, each in one format; a lone table whatever its name."""
    tables = [info for info in members if info.filename.lower().endswith(FORMATS)]
    named = [info for info in tables if kind.file_name.search(PurePosixPath(info.filename).name)]
    if kind.preferred and (preferred := [info for info in named if kind.preferred.search(info.filename)]):
        named = preferred
    by_stem: dict[str, ZipInfo] = {}
    for info in sorted(named or tables, key=_format):
        by_stem.setdefault(PurePosixPath(info.filename).stem.lower(), info)
    return list(by_stem.values()) if named or len(by_stem) == 1 else []


def _format(info: ZipInfo) -> int:
    return FORMATS.index(PurePosixPath(info.filename).suffix.lower())


def _misfits(kind: Kind, tables: Sequence[TableFile]) -> Iterator[Problem]:
    """Tables of another kind by their name, several where one is wanted, parts that are missing or stand twice."""
    for table in tables:
        for pattern, what in kind.other:
            if pattern.search(table.names):
                yield table.problem("wrong-file", f"by its name this is {what}, not {kind.name}")
    if len(tables) > 1 and not kind.in_parts:
        yield Problem("wrong-file", f"{kind.name} takes one table, not {', '.join(table.name for table in tables)}")
    parts = [table.part for table in tables if table.part is not None]
    if doubled := sorted({part for part in parts if parts.count(part) > 1}):
        yield Problem("wrong-file", f"part {doubled[0]} is given twice")
    if missing := sorted(set(range(1, max(parts, default=0) + 1)) - set(parts)):
        yield Problem("truncated", f"part {missing[0]} is missing", hint="give all parts of the edition together")
