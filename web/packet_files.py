"""The papers of a packet as files, each recorded as the command records them; and the field sheet to copy from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from engine import Decision, UserError
from engine.store import LetterRecord
from engine.store.asked import Asked, check_record
from engine.tracking.packets import Packet
from letters import FORMATS, compose, render
from letters.evidence import ask_name
from letters.field_sheets import SheetField, sheet_for
from letters.kinds import KINDS
from letters.packet import compose_packet, packet_pdf, packet_zip
from letters.sheet_entries import Entries
from web.desk import Desk, desk, seen
from web.languages import gettext
from web.packet import dated, decision_of, found, packet_page, sentence, subject
from web.pages import page
from web.signing_in import submitted, text

router = APIRouter()
WHOLE = "packet"
_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    format: str
    content: bytes
    draft: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is copied into a field of the portal; where it is not known, ``ask`` and nothing to copy."""

    label: str
    text: str
    ask: str

    @property
    def long(self) -> bool:
        return "\n" in self.text or len(self.text) > 80


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    entries: tuple[_Entry, ...]


@router.post("/packets/{packet_id}/file")
def download(request: Request, packet_id: str, form: FormData = Depends(submitted)) -> Response:
    """A paper as a file: a draft until the packet is final, then only without gaps."""
    at, saved = desk(request), found(request, packet_id)
    kind, format = text(form, "kind"), text(form, "format")
    known = format in ("pdf", "zip") if kind == WHOLE else kind in KINDS and format in FORMATS
    if not known:
        return packet_page(
            request, saved, status=422, told=(gettext("Choose a paper, and a format that it is written in."),)
        )
    decision = decision_of(saved.record, at)
    try:
        file = _written(saved.record, decision, at, kind, format, text(form, "language") or "en")
    except UserError as error:
        return packet_page(request, saved, status=422, told=tuple(map(sentence, error.problems)))
    name = f"{file.kind}-{packet_id.removeprefix('packet-')}{'-draft' if file.draft else ''}.{format}"
    letter = LetterRecord(
        check_id=decision.check_id,
        kind=file.kind,
        file_name=name,
        sha256=sha256(file.content).hexdigest(),
        format=format,
        draft=file.draft,
        at=at.now,
    )
    seen(request, [subject(saved.record, at)], "downloaded", f"{file.kind}, {format}")
    at.store.record_check(check_record(Asked(saved.record.case, False, decision), at.now))
    at.store.record_letter(letter)
    return Response(
        file.content, media_type=_TYPES[format], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/packets/{packet_id}/field-sheet")
def field_sheet(request: Request, packet_id: str) -> Response:
    at, packet = desk(request), found(request, packet_id).record
    seen(request, [subject(packet, at)], detail="field sheet")
    sheet = sheet_for(packet.case)
    entries = Entries(packet.case, decision_of(packet, at), dated(packet, at))
    groups = [
        _Group(group.title, tuple(_entry(field, *said) for field in group.fields for said in entries.of(field)))
        for group in sheet.groups
    ]
    return page(request, "field_sheet.html", packet=packet, sheet=sheet, groups=groups)


def _entry(field: SheetField, said: str, rests_on: tuple[str, ...]) -> _Entry:
    return _Entry(field.label, "", field.ask) if ask_name(field) in rests_on else _Entry(field.label, said, "")


def _written(packet: Packet, decision: Decision, at: Desk, kind: str, format: str, language: str) -> _File:
    """Raises UserError where the paper is refused, or final and not complete."""
    draft, day = packet.final is None, dated(packet, at)
    if kind == WHOLE:
        letters = compose_packet(packet.case, decision, today=day, draft=draft, request=packet.kind)
        return _File(WHOLE, format, packet_pdf(letters) if format == "pdf" else packet_zip(letters), draft)
    enclosed = (packet.kind,) if kind == "fax-cover" else ()
    letter = compose(kind, packet.case, decision, today=day, draft=draft, language=language, enclosed=enclosed)
    return _File(kind, format, render(letter, format), draft)
