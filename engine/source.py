"""Text files with spans: every node of a YAML or JSON file keeps its place, and what is wrong is told all at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.tag import Tag

from engine.message import Message, english
from engine.problem_codes import Code
from engine.problems import Problem, Span

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

MOST_BYTES = 50_000_000
DEEPEST = 50
MOST_NODES = 2_000_000
MOST_BY_ALIASES = 20_000
"""Nodes that following aliases may add to a document, which otherwise holds no more of them than characters: beyond it
a small file would fill the memory."""

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?Infinity|NaN")
_NUMBERS_BEGIN = frozenset("0123456789+-.IN")
"""What a day or a number, finite or not, may begin with."""
_PLAIN_TAGS = frozenset(
    {"!"} | {f"tag:yaml.org,2002:{kind}" for kind in "str int float bool null timestamp value merge".split()}
)


@dataclass(frozen=True)
class Document:
    """One document: plain values (mappings, tuples, scalars; null is None) and the place of each key and item."""

    data: object
    spans: Mapping[Path, tuple[int, int]]
    file: str
    lines: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with its form; such a value is read as null."""

    def span(self, path: Path) -> Span:
        """The place of a key or an item, or of the nearest thing around it."""
        while path and path not in self.spans:
            path = path[:-1]
        line, column = self.spans.get(path, (1, 1))
        return Span(self.file, line, column)

    def excerpt(self, line: int) -> str | None:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None


@dataclass(frozen=True)
class Documents:
    """``unreadable``: why there is no document at all."""

    documents: tuple[Document, ...]
    unreadable: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.unreadable + tuple(problem for document in self.documents for problem in document.problems)


def read_yaml(raw: bytes, file: str) -> Documents:
    """Read YAML 1.2 or JSON. Nothing is constructed but text, numbers, booleans, dates, lists and mappings."""
    start = Span(file, 1, 1)
    if len(raw) > MOST_BYTES:
        return Documents((), (Problem("too-large", f"the file is larger than {MOST_BYTES // 1_000_000} MB", start),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Documents((), (Problem("not-utf8", "the text is not UTF-8", Span(file, line, 1)),))
    try:
        loader = YAML(typ="safe", pure=False)
        loader.Resolver = Unresolved
        nodes = [node for node in loader.compose_all(text) if node is not None]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Span(file, mark.line + 1, mark.column + 1) if mark else start
        reason = " ".join(str(part) for part in (error.context, error.problem) if part) or "it cannot be read"
        return Documents((), (Problem("not-yaml", f"this is not YAML: {reason}", place),))
    except (YAMLError, ValueError, OverflowError) as error:
        first = str(error).strip().splitlines()
        return Documents((), (Problem("not-yaml", f"this is not YAML: {first[0] if first else 'unreadable'}", start),))
    except RecursionError:
        return Documents((), (Problem("too-deep", f"the file is nested deeper than {DEEPEST}", start),))
    lines = tuple(text.splitlines())
    if not nodes:
        return Documents((), (Problem("empty", "the file holds nothing", start),))
    most = min(MOST_NODES, len(text) + MOST_BY_ALIASES)
    return Documents(tuple(_Builder(file, lines, most).document(node) for node in nodes))


class Unresolved(BaseResolver):
    """Leaves plain scalars as text: their types are told here, and guessing costs most of the time."""

    def __init__(self, version: object = None, loader: object = None, loadumper: object = None) -> None:
        super().__init__(loadumper)

    def resolve(self, kind: type[Node], value: object, implicit: object) -> Tag:
        return _UNTAGGED[kind]


_UNTAGGED: Mapping[type[Node], Tag] = {
    ScalarNode: BaseResolver.DEFAULT_SCALAR_TAG,
    SequenceNode: BaseResolver.DEFAULT_SEQUENCE_TAG,
    MappingNode: BaseResolver.DEFAULT_MAPPING_TAG,
}
"""The one tag of every node of a kind that the file gives none."""


@dataclass
class _Builder:
    """Builds the plain values of one document and collects what is wrong with it."""

    file: str
    lines: tuple[str, ...]
    most: int
    problems: list[Problem] = field(default_factory=list)
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    nodes: int = 0

    def document(self, node: Node) -> Document:
        data = self._value(node, ())
        return Document(data, self.spans, self.file, self.lines, tuple(self.problems))

    def _refuse(self, node: Node, path: Path, code: Code, message: str, hint: str | None = None) -> None:
        place = Span(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        self.problems.append(Problem(code, message, place, dotted(path) or None, hint=hint))

    def _value(self, node: Node, path: Path) -> object:
        self.nodes += 1
        if self.nodes > self.most:
            if self.nodes == self.most + 1:
                self._refuse(node, (), "too-large", "the file expands to too much")
            return None
        if len(path) > DEEPEST:
            if not any(problem.code == "too-deep" for problem in self.problems):
                self._refuse(node, (), "too-deep", f"the file is nested deeper than {DEEPEST}")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, MappingNode):
            self._refuse_tag(node, path, "map")
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            self._refuse_tag(node, path, "seq")
            return tuple(self._item(item, (*path, at)) for at, item in enumerate(node.value))
        return None

    def _item(self, node: Node, path: Path) -> object:
        self.spans[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        return self._value(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        built: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse(key, path, "broken-key", "a key must be plain text")
                continue
            name = str(key.value)
            here = (*path, name)
            if name in built:
                first = self.spans[here][0]
                self._refuse(key, here, "duplicate-key", f"{name!r} stands here and in line {first}", "keep one")
                continue
            self.spans[here] = (key.start_mark.line + 1, key.start_mark.column + 1)
            built[name] = self._value(value, here)
        return built

    def _refuse_tag(self, node: Node, path: Path, kind: str) -> None:
        if node.ctag is _UNTAGGED[type(node)]:
            return
        tag = str(node.tag) if node.tag is not None else ""
        if tag and tag != f"tag:yaml.org,2002:{kind}" and tag != "!":
            self._refuse(node, path, "tag", "tags are not allowed", "write the value without its tag")

    def _scalar(self, node: ScalarNode, path: Path) -> object:
        text = str(node.value)
        if node.ctag is not _UNTAGGED[ScalarNode] and str(node.tag or "!") not in _PLAIN_TAGS:
            self._refuse(node, path, "tag", "tags are not allowed", "write the value without its tag")
            return None
        if node.style:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if text[0] not in _NUMBERS_BEGIN:
            return text
        if _DATE.fullmatch(text):
            return self._date(node, path, text)
        if _INT.fullmatch(text) and len(text) <= 30:
            return int(text)
        if _NOT_FINITE.fullmatch(text):
            self._refuse(node, path, "nan", "a number must be finite")
            return text
        if _FLOAT.fullmatch(text) and "." in text + ("." if "e" in text.lower() else ""):
            number = float(text)
            if math.isfinite(number):
                return number
            self._refuse(node, path, "nan", "a number must be finite")
            return text
        return text

    def _date(self, node: Node, path: Path, text: str) -> date | str:
        """What is none stays as it is written, so that its key is still looked at."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._refuse(node, path, "impossible-date", "there is no such day", "dates are written 2026-11-24")
            return text


def dotted(path: Iterable[str | int]) -> str:
    """A path as people write it: ``lines.1.code``, items counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def without_nulls(value: object) -> object:
    """The same with absent keys for null ones."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, tuple):
        return tuple(without_nulls(item) for item in value)
    return value


def validate(model: type[Model], data: object, document: Document, base: Path = ()) -> Model | tuple[Problem, ...]:
    """The model's value, or every problem with its place; ``base`` is where ``data`` stands in the document."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found: dict[Path, Problem] = {}
        for detail in error.errors(include_url=False, include_input=True):
            path = _real_path(detail["loc"], data)
            here = (*base, *path)
            if here not in found:
                found[here] = _problem(dict(detail), here, document, model, path)
        causes = [problem for here, problem in found.items() if not _has_deeper(here, found)]
        return tuple(sorted(causes, key=lambda problem: (problem.where or Span("", 0, 0), problem.key or "")))


def _has_deeper(path: Path, found: Iterable[Path]) -> bool:
    """Whether a problem further in explains this one."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _real_path(loc: tuple[int | str, ...], data: object) -> Path:
    """The path in the data: pydantic adds the names of the branches it tried."""
    path: list[str | int] = []
    at = data
    for part in loc:
        if isinstance(at, Mapping) and isinstance(part, str) and (part in at or part == loc[-1]):
            path.append(part)
            at = at.get(part)
        elif isinstance(at, tuple) and isinstance(part, int):
            path.append(part)
            at = at[part] if part < len(at) else None
    return tuple(path)


def _problem(detail: dict[str, Any], here: Path, document: Document, model: type[BaseModel], path: Path) -> Problem:
    kind, context = str(detail["type"]), detail.get("ctx") or {}
    place = document.span(here)
    key = dotted(here) or None
    given = detail.get("input")
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        close = get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
        hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}" if known else None
        return Problem("unknown-key", f"{path[-1]!r} is not known here", place, key, hint=hint)
    if kind == "missing":
        return Problem("missing-key", "this is required", place, key)
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        close = get_close_matches(str(given), allowed, n=1, cutoff=0.6)
        hint = f"did you mean {close[0]}?" if close else None
        said = Message("must be one of %(choices)s", {"choices": ", ".join(allowed)})
        return Problem("not-allowed", english(said), place, key, hint=hint, said=said)
    if kind == "value_error":
        error = context.get("error", detail["msg"])
        return Problem("broken-value", str(error), place, key, said=getattr(error, "said", None))
    if kind.endswith(("_type", "_parsing")) or kind in ("model_attributes_type", "date_from_datetime_inexact"):
        said = _WANTED.get(kind, _OTHERWISE)
        return Problem("wrong-type", english(said), place, key, hint=_quote(kind, given), said=said)
    if kind.startswith(("greater_than", "less_than", "too_", "string_too", "decimal_")):
        return Problem("out-of-range", str(detail["msg"]).replace("Input", "this"), place, key, said=_limit(context))
    if kind == "string_pattern_mismatch":
        return Problem("broken-value", english(_OTHER_FORM), place, key, said=_OTHER_FORM)
    return Problem("broken-value", str(detail["msg"]), place, key)


_WANTED = {
    "string_type": Message("must be text"),
    "int_type": Message("must be a whole number"),
    "bool_type": Message("must be true or false"),
    "date_type": Message("must be a date such as 2026-11-24"),
    "tuple_type": Message("must be a list"),
    "dict_type": Message("must be a mapping"),
    "model_type": Message("must be a mapping of keys"),
    "model_attributes_type": Message("must be a mapping of keys"),
    "decimal_type": Message("must be a number"),
    "float_type": Message("must be a number"),
    "int_from_float": Message("must be a whole number"),
}
_OTHERWISE = Message("has the wrong type")
_OTHER_FORM = Message("is not written in the form asked for")


def _limit(context: Mapping[str, Any]) -> Message | None:
    """That a number is below its least value or above its greatest."""
    match context:
        case {"ge": least}:
            return Message("this should be greater than or equal to %(limit)s", {"limit": str(least)})
        case {"le": most}:
            return Message("this should be less than or equal to %(limit)s", {"limit": str(most)})
        case _:
            return None


def _quote(kind: str, given: object) -> str | None:
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return f'quote it: "{given}"'
    if kind == "int_type" and isinstance(given, str) and given.isdecimal():
        return f"write it without quotes: {given}"
    return None


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model knows at a path."""
    schema = model.model_json_schema(by_alias=True)
    at: Any = schema
    for part in path:
        at = _deref(at, schema)
        at = at.get("items", {}) if isinstance(part, int) else at.get("properties", {}).get(part, {})
    return sorted(_deref(at, schema).get("properties", {}))


def _deref(node: Any, schema: Any) -> Any:
    for option in node.get("anyOf", [node]):
        if "$ref" in option:
            return schema["$defs"][option["$ref"].rsplit("/", 1)[1]]
        if "properties" in option or "items" in option:
            return option
    return node
