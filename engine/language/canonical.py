"""The one way to write a ruleset file: the same rules and comments give the same bytes.

Keys stand in the order of the ruleset's form, short things on one line, long ones over several, a blank line between
rules and before each part. Comments stay with what they stand above or beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from engine.language.authored import (
    AuthoredDue,
    AuthoredFigureValue,
    AuthoredRule,
    AuthoredRuleset,
    AuthorizationEffect,
    CoverageEffect,
    DeadlineEffect,
    DocumentEffect,
    LeftOut,
    ScheduledAhead,
)
from engine.language.tree import Entry, File, Mapping, Scalar, Sequence, Value, read_tree, tree_of
from engine.problems import UserError
from engine.source import read_yaml

WIDTH = 128
_ONE_LINE = (
    AuthoredDue, AuthoredFigureValue, AuthorizationEffect, CoverageEffect, DeadlineEffect, DocumentEffect, LeftOut,
    ScheduledAhead,
)  # fmt: skip
"""Parts that stand on one line where they fit and have no parts; every other part of the form has a line a key."""
_LINE_A_KEY = ("when", "then", "typical_case")
_NOT_TEXT = re.compile(
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9][0-9._]*([eE][-+]?[0-9]+)?|[-+]?\.[0-9].*"
    r"|[-+]?\.?(inf|Inf|INF|nan|NaN|NAN|NaN|Infinity)|[0-9]{4}-[0-9]{2}-[0-9]{2}"
)
_INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`=<")


def canonical(raw: bytes, file: str) -> bytes:
    """The file's bytes in their one form. Raises UserError with every problem of its form."""
    before = read_yaml(raw, file)
    if before.problems:
        raise UserError(before.problems)
    text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    tree = read_tree(text)
    written = write(tree)
    after = read_yaml(written, file)
    if (
        after.problems
        or after.documents[0].data != before.documents[0].data
        or _said(read_tree(written.decode())) != _said(tree)
    ):
        raise AssertionError(f"{file}: writing it again would change what it says")
    return written


def write(file: File) -> bytes:
    """A tree as a file in the one form."""
    return "".join(f"{line}\n" for line in _Writer().file(file)).encode()


def lines_of(examples: list[dict[str, object]]) -> tuple[str, ...]:
    """Examples as they stand beside a rule, without their indentation."""
    entry = Entry("examples", tree_of(examples))
    return tuple(line[2:] for line in list(_Writer().entry(entry, "", _form(AuthoredRule, "examples")))[1:])


def _said(file: File) -> list[str]:
    """Every comment of the file."""
    return sorted([*file.at_end, *_comments(file.root)])


def _comments(value: Value) -> Iterator[str]:
    if not isinstance(value, Scalar):
        for entry in value.entries:
            yield from entry.above
            if entry.beside:
                yield entry.beside
            yield from _comments(entry.value)


class _Writer:
    def file(self, file: File) -> Iterator[str]:
        for number, entry in enumerate(_ordered(file.root, AuthoredRuleset)):
            form = _form(AuthoredRuleset, entry.key)
            lines = list(self.entry(entry, "", form))
            section = len(lines) > 1 and entry.key not in ("notes", "changelog") and not isinstance(entry.value, Scalar)
            if number and section:
                yield ""
            yield from lines
        if file.at_end:
            yield ""
            yield from file.at_end

    def entry(self, entry: Entry, indent: str, form: Any) -> Iterator[str]:
        """The lines of a key or an item, its comments first."""
        if _has_comments_within(entry.value) and not _is_block(entry.key, entry.value, form):
            form = BaseModel  # a line each, so that its comments have theirs
        for comment in entry.above:
            yield indent + comment
        lines = list(self._body(entry, indent, form))
        beside = f" {entry.beside}" if entry.beside else ""
        if beside and len(lines[0]) + len(beside) + 1 > WIDTH:
            yield indent + str(entry.beside)
            beside = ""
        yield f"{lines[0]} {beside}" if beside else lines[0]
        yield from lines[1:]

    def _body(self, entry: Entry, indent: str, form: Any) -> Iterator[str]:
        head = f"{indent}- " if entry.key is None else f"{indent}{_key_text(entry)}:"
        before = head if entry.key is None else f"{head} "
        value = entry.value
        if isinstance(value, Scalar):
            yield from _wrapped(before, value, indent + "  ")
            return
        if flow := None if _is_block(entry.key, value, form) else _flow(value, form):
            if len(before) + len(flow) <= WIDTH:
                yield before + flow
                return
            if all(map(_is_word, value.entries)):
                yield from _filled(before, value, form, indent + "  ")
                return
        below = list(self._entries(value, indent + "  ", form))
        if entry.key is None:
            at = next(number for number, line in enumerate(below) if not line.lstrip().startswith("#"))
            yield from below[:at]
            yield f"{head}{below[at].lstrip()}"
            yield from below[at + 1 :]
        else:
            yield head
            yield from below

    def _entries(self, value: Mapping | Sequence, indent: str, form: Any) -> Iterator[str]:
        apart = _item_form(form) is AuthoredRule
        for number, entry in enumerate(_ordered(value, form)):
            if apart and number:
                yield ""
            yield from self.entry(entry, indent, _form(form, entry.key))


def _is_block(key: str | None, value: Value, form: Any) -> bool:
    """Whether each key or item has a line of its own, however short it is."""
    if isinstance(value, Scalar) or not value.entries:
        return False
    if key in _LINE_A_KEY and isinstance(value, Mapping):
        return True
    if isinstance(value, Sequence) and any(
        isinstance(one.value, Scalar) and not _is_word(one) for one in value.entries
    ):
        return True
    if _is_model(form) and form not in _ONE_LINE:
        return True
    if _is_model(_item_form(form)) or key == "rows":
        return True
    if key is None and isinstance(value, Mapping) and form is None and len(value.entries) == 1:
        return True  # a condition of one fact, among others
    return any(_deep(entry.value, isinstance(value, Sequence)) for entry in value.entries)


def _deep(value: Value, in_list: bool) -> bool:
    """Whether something of it is too deep for one line: a mapping in a list, or a list or mapping with such in it."""
    if isinstance(value, Scalar):
        return False
    return (in_list and isinstance(value, Mapping)) or any(not isinstance(one.value, Scalar) for one in value.entries)


def _is_word(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and " " not in entry.value.text


def _is_sentence(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and " " in entry.value.text


def _has_comments_within(value: Value) -> bool:
    return any(True for _ in _comments(value))


def _flow(value: Value, form: Any) -> str | None:
    """The value on one line; None where it has a comment within."""
    if isinstance(value, Scalar):
        return _scalar_text(value, True)
    if _has_comments_within(value):
        return None
    items = ", ".join(_items(value, form))
    return f"[{items}]" if isinstance(value, Sequence) else f"{{{items}}}"


def _items(value: Mapping | Sequence, form: Any) -> list[str]:
    """The items or the keys with their values on one line. Where one text of a list needs quotes, all have them."""
    if isinstance(value, Mapping):
        return [f"{_key_text(entry)}: {_flow(entry.value, _form(form, entry.key))}" for entry in _ordered(value, form)]
    items = [entry.value for entry in value.entries]
    texts = [item for item in items if isinstance(item, Scalar) and not _is_typed(item)]
    if any(_needs_quotes(item.text, True) for item in texts):
        return [_quoted(item.text) if item in texts else _flow(item, None) or "" for item in items]
    return [_flow(item, _item_form(form)) or "" for item in items]


def _filled(head: str, value: Mapping | Sequence, form: Any, indent: str) -> Iterator[str]:
    """Plain items that do not fit on one line, as many on each as fit."""
    opening, closing = ("[", "]") if isinstance(value, Sequence) else ("{", "}")
    line = f"{head}{opening}"
    items = _items(value, form)
    for number, item in enumerate(items):
        piece = item + ("," if number < len(items) - 1 else closing)
        if len(line) + len(piece) > WIDTH:
            yield line.rstrip()
            line = indent
        line += piece + " "
    yield line.rstrip()


def _wrapped(head: str, value: Scalar, indent: str) -> Iterator[str]:
    """A scalar, its text broken between words where it is long."""
    words = _scalar_text(value, False).split(" ")
    line = head + words[0]
    breakable = "" not in words  # two spaces in a row would become one
    for word in words[1:]:
        if breakable and len(line) + 1 + len(word) > WIDTH and not word.startswith("#"):
            yield line
            line = indent + word
        else:
            line += " " + word
    yield line


def _scalar_text(value: Scalar, in_flow: bool) -> str:
    if _is_typed(value):
        return "null" if value.text in ("", "~") else value.text.lower() if value.text.isalpha() else value.text
    return _quoted(value.text) if _needs_quotes(value.text, in_flow) else value.text


def _is_typed(value: Scalar) -> bool:
    """Whether it is a number, a day, true, false or null."""
    return not value.quoted and _NOT_TEXT.fullmatch(value.text) is not None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key_text(entry: Entry) -> str:
    text = str(entry.key)
    return _quoted(text) if _needs_quotes(text, True) else text


def _needs_quotes(text: str, in_flow: bool) -> bool:
    return bool(
        _NOT_TEXT.fullmatch(text)
        or text.startswith(_INDICATORS)
        or text != text.strip()
        or ": " in text
        or " #" in text
        or text.endswith(":")
        or not text.isprintable()
        or (in_flow and re.search(r"[,\[\]{}]", text))
    )


def _ordered(value: Mapping | Sequence, form: Any) -> tuple[Entry, ...]:
    """The entries in the order of the form; what the form does not order stays as it is."""
    if not (isinstance(value, Mapping) and _is_model(form)):
        return value.entries
    order = [field.alias or name for name, field in form.model_fields.items()]
    place = {key: at for at, key in enumerate(order)}
    ordered = sorted(value.entries, key=lambda entry: place.get(str(entry.key), len(order)))
    first = value.entries[0] if value.entries else None
    if first is None or ordered[0] is first or not first.above:
        return tuple(ordered)
    # What stands above the first key is about the whole: it stays at the top.
    moved = {
        id(first): replace(first, above=[]),
        id(ordered[0]): replace(ordered[0], above=first.above + ordered[0].above),
    }
    return tuple(moved.get(id(entry), entry) for entry in ordered)


def _is_model(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, BaseModel) and form is not BaseModel


def _form(form: Any, key: str | None) -> Any:
    """What the form says stands under a key, or in a list's items; None where it says nothing."""
    if _is_model(form):
        fields = {field.alias or name: field for name, field in form.model_fields.items()}
        return _plain(fields[key].annotation) if key in fields else None
    return _item_form(form)


def _item_form(form: Any) -> Any:
    """What stands in each item of a list, or under each key of a mapping of any keys."""
    arguments = get_args(form)
    return _plain(arguments[-2 if get_origin(form) is tuple else -1]) if get_origin(form) in (tuple, dict) else None


def _plain(annotation: Any) -> Any:
    """The part of the form within its annotations."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        parts = [_plain(part) for part in get_args(annotation)]
        return next((part for part in parts if _is_model(part) or get_origin(part) in (tuple, dict)), None)
    return None if get_origin(annotation) is Literal else annotation
