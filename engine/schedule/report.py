"""A day with how its files were read, in the published form."""

from __future__ import annotations

from collections.abc import Sequence

from engine.decision import JsonValue
from engine.schedule.appointments import Schedule
from engine.schedule.day import Day


def as_json(day: Day, schedules: Sequence[Schedule]) -> dict[str, JsonValue]:
    """The day, the columns with what they were read as, and the rows left out."""
    columns: list[JsonValue] = [
        {"header": column.header, "fact": column.fact, "confidence": column.confidence}
        for schedule in schedules
        for column in schedule.columns
    ]
    left_out: list[JsonValue] = [
        {"file": row.where.file, "line": row.where.line, "copy_of_line": row.copy_of}
        for schedule in schedules
        for row in schedule.left_out
    ]
    return {**day.as_json(), "columns": columns, "left_out": left_out}
