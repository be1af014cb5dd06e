"""A ruleset file as a tree that still has its comments, for writing it again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from engine.source import Unresolved


@dataclass(frozen=True, slots=True)
class Scalar:
    """``quoted``: written in quotes or as a block, so that it is text whatever it looks like."""

    text: str
    quoted: bool


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list (``key`` None), with the comments above it and on its line."""

    key: str | None
    value: Value
    above: list[str] = field(default_factory=list)
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    entries: tuple[Entry, ...]


Value = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class File:
    root: Mapping
    at_end: tuple[str, ...]
    """Comments after everything."""


def read_tree(text: str) -> File:
    """The tree of a file that is read without problems and holds one mapping."""
    loader = YAML(typ="safe", pure=False)
    loader.Resolver = Unresolved
    node = loader.compose(text)
    builder = _Builder()
    root = builder.value(node)
    assert isinstance(root, Mapping)
    return File(root, tuple(builder.attach(text)))


class _Builder:
    def __init__(self) -> None:
        self.places: list[tuple[tuple[int, int], Entry]] = []
        self.scalars: list[tuple[int, int]] = []

    def value(self, node: Node) -> Value:
        match node:
            case MappingNode():
                return Mapping(tuple(self._key(key, value) for key, value in node.value))
            case SequenceNode():
                return Sequence(tuple(self._entry(None, item, item) for item in node.value))
            case _:
                return self._scalar(node)

    def _key(self, key: Node, value: Node) -> Entry:
        self._scalar(key)
        return self._entry(str(key.value), key, value)

    def _entry(self, key: str | None, begins: Node, value: Node) -> Entry:
        place = (begins.start_mark.line, begins.start_mark.column)
        at = len(self.places)
        entry = Entry(key, self.value(value))
        self.places.insert(at, (place, entry))  # before what stands within it
        return entry

    def _scalar(self, node: Node) -> Scalar:
        self.scalars.append((node.start_mark.index, node.end_mark.index))
        return Scalar(str(node.value), bool(getattr(node, "style", None)))

    def attach(self, text: str) -> Iterator[str]:
        """Give each comment to the entry that it stands above or beside; yields those after everything."""
        starts = [place for place, _ in self.places]
        for line, comment, alone in _comments(text, sorted(self.scalars)):
            if alone:
                at = bisect_right(starts, (line, -1))
                if at == len(starts):
                    yield comment
                else:
                    self.places[at][1].above.append(comment)
                continue
            # The first entry of its line, or of the lines before where a value goes on over lines.
            last = self.places[bisect_right(starts, (line, 1 << 30)) - 1][0][0]
            entry = self.places[bisect_right(starts, (last, -1))][1]
            if entry.beside is None:
                entry.beside = comment
            else:
                entry.above.append(comment)


def _comments(text: str, scalars: list[tuple[int, int]]) -> Iterator[tuple[int, str, bool]]:
    """Each comment: its line, its text from ``#`` on, and whether it stands alone there."""
    begins = [start for start, _ in scalars]
    offset = 0
    for number, line in enumerate(text.split("\n")):
        at = -1
        while (at := line.find("#", at + 1)) >= 0:
            within = bisect_right(begins, offset + at) - 1
            inside = within >= 0 and offset + at < scalars[within][1]
            if not inside and (at == 0 or line[at - 1] in " \t"):
                yield number, line[at:].rstrip(), not line[:at].strip()
                break
        offset += len(line) + 1


def tree_of(value: object) -> Value:
    """Plain values as a tree: mappings, lists, texts, dates, numbers, true and false."""
    match value:
        case dict():
            return Mapping(tuple(Entry(str(key), tree_of(item)) for key, item in value.items()))
        case tuple() | list():
            return Sequence(tuple(Entry(None, tree_of(item)) for item in value))
        case bool():
            return Scalar("true" if value else "false", False)
        case str():
            return Scalar(value, True)
        case date():
            return Scalar(value.isoformat(), False)
        case None:
            return Scalar("null", False)
    return Scalar(str(value), False)
