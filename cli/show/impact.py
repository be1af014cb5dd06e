"""Whom a change of rules touches, as a table for people, CSV and JSON, and as the front desk's call list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from cli.show.page import Page, inert
from cli.show.words import HEADLINES, STYLES, count, day
from engine.quality.call_list import KINDS, Call, act_by, calls, sentence, shown_patient, subject_words, what_changes
from engine.quality.impact import Change, Impact

_COLUMNS = (
    "date_of_service", "time", "kind", "id", "patient", "payer", "headline_before", "headline_after", "coverage_before",
    "coverage_after", "authorization_before", "authorization_after", "what_changes", "sentence_before",
    "sentence_after", "act_by", "place",
)  # fmt: skip
_CALL_COLUMNS = ("Patient", "Payer", "First visit", "What changes", "What to do", "By", "Also changed")


def show(found: Impact, read_as: str, names: bool, written: Sequence[str]) -> None:
    page = Page()
    looked = ", ".join(count(number, KINDS[kind]) for kind, number in found.looked_at.items()) or "nothing"
    page.line(f"Read {read_as}: {looked}.")
    if not found.changes:
        page.line("No answer changes.", "bold")
    else:
        page.line(f"{count(len(found.changes), 'answer')} of them {_change(len(found.changes))}:", "bold")
    for change in found.changes:
        page.line()
        _show(change, names, page)
    if written:
        page.line()
    for place in written:
        page.verbatim(f"Wrote {place}")


def _change(number: int) -> str:
    return "changes" if number == 1 else "change"


def _show(change: Change, names: bool, page: Page) -> None:
    start = f" {change.starts_at:%H:%M}" if change.starts_at else ""
    page.line(
        f"{day(change.on)}{start}  {shown_patient(change, names=names)}  {change.payer_title}, {subject_words(change)}",
        STYLES[change.after.headline],
    )
    page.table(
        ("", "before", "after"),
        ("  verdict", HEADLINES[change.before.headline], HEADLINES[change.after.headline]),
        ("  to do", change.before.sentence, change.after.sentence),
    )
    page.items(*what_changes(change.before, change.after))


def as_json(found: Impact, read_as: str, names: bool) -> dict[str, object]:
    return {
        "read_as": read_as,
        "looked_at": dict(found.looked_at),
        "not_decided": list(found.unread),
        "changes": [
            {
                "date_of_service": change.on.isoformat(),
                "time": change.starts_at.isoformat("minutes") if change.starts_at else None,
                "kind": change.kind,
                "letter": change.letter,
                "id": change.id,
                "patient": shown_patient(change, names=names),
                "payer": change.payer,
                "place": change.place,
                "what_changes": list(what_changes(change.before, change.after)),
                "act_by": due.isoformat() if (due := act_by(change)) else None,
                "before": change.before.as_json(),
                "after": change.after.as_json(),
            }
            for change in found.changes
        ],
    }


def as_csv(found: Impact, names: bool) -> bytes:
    return _csv(_COLUMNS, (_row(change, names) for change in found.changes))


def _row(change: Change, names: bool) -> tuple[str, ...]:
    before, after = change.before, change.after
    due = act_by(change)
    return (
        change.on.isoformat(),
        change.starts_at.isoformat("minutes") if change.starts_at else "",
        subject_words(change),
        change.id,
        shown_patient(change, names=names),
        change.payer,
        before.headline,
        after.headline,
        before.coverage,
        after.coverage,
        before.authorization,
        after.authorization,
        sentence(change),
        before.sentence,
        after.sentence,
        due.isoformat() if due else "",
        change.place or "",
    )


def call_list(found: Impact, names: bool, ending: str) -> bytes:
    """Whom to call, in the form of the file's ending."""
    listed = calls(found, names=names)
    match ending:
        case ".csv":
            return _csv(_CALL_COLUMNS, map(_cells, listed))
        case ".md":
            return _markdown(listed).encode()
        case _:
            return _text(listed).encode()


def _cells(call: Call) -> tuple[str, ...]:
    more = f"{call.more} more" if call.more else ""
    by = call.by.isoformat() if call.by else ""
    return call.patient, call.payer, call.first.isoformat(), call.what, call.to_do, by, more


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_inert_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _inert_cell(cell: str) -> str:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _markdown(listed: Sequence[Call]) -> str:
    rows = [_CALL_COLUMNS, ("---",) * len(_CALL_COLUMNS), *map(_cells, listed)]
    lines = [
        "| " + " | ".join(inert(cell).replace("\n", " ").replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    return "\n".join(["# Call list", "", *lines]) + "\n"


def _text(listed: Sequence[Call]) -> str:
    lines = []
    for number, call in enumerate(listed, start=1):
        more = f" (and {call.more} more of theirs)" if call.more else ""
        by = f"By {day(call.by)}: " if call.by else ""
        lines += [
            f"[ ] {number}. {call.patient}, {call.payer}, first visit {day(call.first)}{more}",
            f"    {call.what}",
            f"    {by}{call.to_do}",
            "",
        ]
    return inert("\n".join(lines)) or "Nobody to call.\n"
