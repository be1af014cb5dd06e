"""Conditions over the rows of a decision table: which columns they read, and how a row's cells stand in their place."""

from __future__ import annotations

from collections.abc import Mapping


def columns_read(authored: object) -> set[str]:
    """The columns that a condition reads."""
    if isinstance(authored, Mapping):
        if set(authored) == {"row"}:
            return {str(authored["row"])}
        return {column for value in authored.values() for column in columns_read(value)}
    return {column for item in authored for column in columns_read(item)} if isinstance(authored, tuple) else set()


def filled(authored: object, row: Mapping[str, object] | None) -> object:
    """The condition with ``{row: column}`` replaced by the row's cell; what an empty cell stands in asks for nothing
    and is left out."""
    if row is None:
        return authored
    if isinstance(authored, Mapping):
        if set(authored) == {"row"}:
            return row.get(str(authored["row"]))
        cells = {key: filled(value, row) for key, value in authored.items()}
        return {key: value for key, value in cells.items() if value is not None} or None
    if isinstance(authored, tuple):
        return tuple(item for item in (filled(one, row) for one in authored) if item is not None) or None
    return authored
