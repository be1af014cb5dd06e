"""The tables of a draft on its page: a field for each file that its YAML names, and what was sent in them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from engine.language.authored_files import AuthoredFiles, TableFile, is_table_file, named_files
from web.signing_in import text
from web.workbench.items import Item

MOST_TYPED = 200_000
"""Bytes of a CSV file that is typed in a field. A larger one, like a workbook, is kept as a file."""
_TYPED, _FILE, _GOING = "table.", "file.", "going"
"""How the names of the form's fields begin; and of the one that says which tables the page said would go."""


@dataclass(frozen=True, slots=True)
class TableField:
    """``read_by``: the tables of the YAML. ``typed``: the text, None where it is kept as a file. ``going``: the YAML
    no longer names it. ``unsent``: a file that was chosen for it is not saved, and no page can hold it."""

    name: str
    read_by: tuple[str, ...]
    typed: str | None
    there: bool
    going: bool
    unsent: bool

    @property
    def lines(self) -> int:
        return (self.typed or "").count("\n") + 1


def fields(files: AuthoredFiles, saved: AuthoredFiles) -> tuple[TableField, ...]:
    """Of a draft as it was sent; ``saved``: as it is stored. Those that are named come first."""
    named = named_files(files.yaml)
    names = dict.fromkeys([one.name for one in named or ()] + [one.name for one in files.tables])
    return tuple(
        TableField(
            name, tuple(one.table for one in named or () if one.name == name), typed := _typed(name, files.table(name)),
            saved.table(name) is not None, named is not None and all(one.name != name for one in named),
            typed is None and files.table(name) != saved.table(name),
        )
        for name in names
    )  # fmt: skip


def anchor(item: Item, shown: tuple[TableField, ...]) -> str:
    """The id of its place on the draft's page; nothing where it has none."""
    if not item.file:
        return f"L{item.line}" if item.line else ""
    field = next((one for one in shown if one.name == item.file), None)
    if field is None:
        return ""
    if field.typed is None:
        return f"{_FILE}{item.file}"
    return f"{item.file}.L{item.line}" if item.line else f"{_TYPED}{item.file}"


def sent(form: FormData, yaml: bytes, saved: AuthoredFiles) -> AuthoredFiles:
    """The draft with the tables as they were sent. What the YAML does not name goes where the page had said so."""
    named = named_files(yaml)
    names = {one.name for one in named or ()}
    kept = {one.name for one in saved.tables} | {key.removeprefix(_TYPED) for key in form if key.startswith(_TYPED)}
    if named is not None:
        kept -= {name for name in form.getlist(_GOING) if isinstance(name, str)}
    contents = {name: _sent(form, name, saved.table(name)) for name in sorted(names | kept) if is_table_file(name)}
    return AuthoredFiles(yaml, tuple(TableFile(name, one) for name, one in contents.items() if one is not None))


def _sent(form: FormData, name: str, saved: bytes | None) -> bytes | None:
    """A chosen file, else what was typed, else what is saved."""
    chosen = form.get(f"{_FILE}{name}")
    if isinstance(chosen, UploadFile) and chosen.filename:
        chosen.file.seek(0)
        return chosen.file.read()
    typed = _lines(text(form, f"{_TYPED}{name}"))
    if f"{_TYPED}{name}" not in form or typed == _typed(name, saved):  # its line ends and its mark of UTF-8 stay
        return saved
    return typed.encode()


def _typed(name: str, content: bytes | None) -> str | None:
    """What stands in the field; None where it is kept as a file."""
    if not name.endswith(".csv") or len(content or b"") > MOST_TYPED:
        return None
    try:
        shown = (content or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in shown else _lines(shown)


def _lines(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n")
