"""The maintainers' desk: a ruleset drafted in versions, what is run on it, proposed, released, taken back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import cast, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine import UserError
from engine.language.authored_files import AuthoredFiles
from engine.language.canonical import canonical
from engine.store import Conflict
from engine.store.drafts import Draft, DraftState
from web.desk import Desk, desk, signed_in
from web.guard import MOST_BYTES
from web.languages import N_, gettext, in_english
from web.pages import page
from web.signing_in import only_drawn, submitted, text
from web.workbench.candidate import candidate, files_now, form_items, form_problems
from web.workbench.help import sections
from web.workbench.jobs import in_process
from web.workbench.tables import anchor, fields, sent
from web.workbench.work import Kind, Report, Task

router = APIRouter()
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LABELS: dict[Kind, str] = {
    "lint": N_("Lint"), "tests": N_("Its tests"), "coverage": N_("Coverage"),
    "mutations": N_("Surviving mistakes"), "difference": N_("What changes, in plain English"),
    "impact": N_("Whom it affects"), "release": N_("Release"),
}  # fmt: skip
STATES: dict[DraftState, str] = {
    "draft": N_("draft"), "proposed": N_("proposed"), "released": N_("released"),
    "discarded": N_("discarded"),
}  # fmt: skip


@router.get("/workbench")
def show_desk(request: Request) -> Response:
    return _desk_page(request, {})


@router.post("/workbench")
def start(request: Request, form: FormData = Depends(submitted)) -> Response:
    """A draft of the ruleset that answers now, under its id."""
    at, name = desk(request), text(form, "ruleset").strip()
    now = files_now(at, name)
    if now is None:
        return _desk_page(request, {"ruleset": gettext("Choose a ruleset to begin with.")})
    at.store.drafts.begin(name, now, who=signed_in(request).name, at=at.now)
    return RedirectResponse(f"/workbench/{name}", 303)


@router.post("/workbench/back")
def go_back(request: Request, form: FormData = Depends(submitted)) -> Response:
    """Let the release before answer again."""
    at, who = desk(request), signed_in(request)
    try:
        before = at.installed.go_back(who.name, at.now)
    except UserError as error:
        return _desk_page(request, {"": in_english(error.problems[0].message)})
    detail = f"to {before.manifest.id[:12]}" if before else "to the bundled rulesets alone"
    at.store.drafts.note("rules went back", detail, who=who.name, at=at.now)
    return RedirectResponse("/workbench", 303)


def _desk_page(request: Request, errors: dict[str, str]) -> Response:
    at = desk(request)
    listed = sorted(at.library.listed.values(), key=lambda one: (one.title or one.id).casefold())
    return page(
        request, "workbench.html", status=422 if errors else 200, drafts=at.store.drafts.all(), errors=errors,
        rulesets={one.id: f"{one.title or one.id} ({one.id})" for one in listed}, STATES=STATES,
        steps=tuple(reversed(at.installed.history())), release=at.installed.current(), follows=at.settings.follows,
    )  # fmt: skip


@router.get("/workbench/{ruleset}")
def show_draft(request: Request, ruleset: str) -> Response:
    draft = _draft(desk(request), ruleset)
    return _editor(request, draft, draft.files, {})


@router.get("/workbench/{ruleset}/tables/{name}")
def download(request: Request, ruleset: str, name: str) -> Response:
    """A table of the draft as it is saved, byte for byte."""
    content = _draft(desk(request), ruleset).files.table(name)
    if content is None:
        raise HTTPException(404, gettext("There is no such page."))
    kind = "text/csv" if name.endswith(".csv") else WORKBOOK
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/workbench/{ruleset}")
def save(request: Request, ruleset: str, form: FormData = Depends(submitted)) -> Response:
    """Save the draft as it was typed, in its one form, or as a proposal; what does not fit is told, and kept."""
    at, who = desk(request), signed_in(request)
    draft = at.store.drafts.newest(ruleset) or _draft(at, ruleset)
    typed = sent(form, text(form, "content").replace("\r\n", "\n").encode(), draft.files)
    files, do, read_at = typed, text(form, "do"), text(form, "read_at")
    if only_drawn(form):
        return _editor(request, draft, typed, {}, read_at=read_at)
    try:
        if do == "canonical":
            files = replace(typed, yaml=canonical(typed.yaml, f"{ruleset}.yaml"))
        if do == "propose" and (wrong := form_problems(at, ruleset, files)):
            raise UserError(wrong)
    except UserError:
        return _editor(request, draft, typed, {"content": gettext("Not done, and not saved: see the problems below.")})
    state: DraftState = "proposed" if do == "propose" else "draft"
    try:
        if files == draft.files and state == draft.state and read_at == str(draft.version):
            return RedirectResponse(f"/workbench/{ruleset}", 303)
        at.store.drafts.save(ruleset, files, state, read_at=_number(read_at), who=who.name, at=at.now)
    except Conflict as conflict:
        said = _told(conflict, draft)
        return _editor(request, draft, typed, {"content": said}, read_at=read_at, status=409)
    return RedirectResponse(f"/workbench/{ruleset}", 303)


@router.post("/workbench/{ruleset}/run")
def run(request: Request, ruleset: str, form: FormData = Depends(submitted)) -> Response:
    """Begin what takes longer than a page may; its own page shows it running, then what was found."""
    at, kind = desk(request), _kind(text(form, "kind"))
    draft = _draft(at, ruleset)
    if kind == "release":
        raise HTTPException(404, gettext("There is no such page."))
    at.jobs.start((ruleset, draft.version, kind), partial(_run, at, draft, kind))
    return RedirectResponse(f"/workbench/{ruleset}/found/{kind}", 303)


@router.get("/workbench/{ruleset}/discard")
def ask_to_discard(request: Request, ruleset: str) -> Response:
    return _discarding(request, _draft(desk(request), ruleset), {}, 200)


@router.post("/workbench/{ruleset}/discard")
def discard(request: Request, ruleset: str, form: FormData = Depends(submitted)) -> Response:
    """Discard the draft, or put what answers now in its place; every version of it stays in the history."""
    at, draft, who = desk(request), _draft(desk(request), ruleset), signed_in(request).name
    over, now, number = text(form, "do") == "over", files_now(at, ruleset), _number(text(form, "read_at"))
    if over and now is None:
        said = gettext("No ruleset answers under this id yet, so there is nothing to start over from.")
        return _discarding(request, draft, {"": said}, 422)
    try:
        if over and now is not None:
            at.store.drafts.save(
                ruleset, now, "draft", read_at=number, who=who, at=at.now, step="draft started over"
            )  # fmt: skip
            return RedirectResponse(f"/workbench/{ruleset}", 303)
        at.store.drafts.save(ruleset, draft.files, "discarded", read_at=number, who=who, at=at.now)
    except Conflict as conflict:
        said = gettext("%(who)s saved another version meanwhile. Nothing was done: read it first.", who=conflict.who)
        return _discarding(request, draft, {"": said}, 409)
    return RedirectResponse("/workbench", 303)


def _discarding(request: Request, draft: Draft, errors: dict[str, str], status: int) -> Response:
    answers = files_now(desk(request), draft.ruleset) is not None
    return page(request, "workbench_discard.html", status=status, draft=draft, errors=errors, answers=answers)


@router.post("/workbench/{ruleset}/release")
def release(request: Request, ruleset: str, form: FormData = Depends(submitted)) -> Response:
    """Prove the proposal once more, sign it and let it answer; what the gate refuses is told with the reasons."""
    at, draft = desk(request), _draft(desk(request), ruleset)
    if draft.state != "proposed" or text(form, "read_at") != str(draft.version):
        said = gettext("It is not this version that is proposed. Read it again.")
        return _editor(request, draft, draft.files, {"": said}, status=409)
    at.jobs.start((ruleset, draft.version, "release"), partial(_release, at, draft, signed_in(request).name))
    return RedirectResponse(f"/workbench/{ruleset}/found/release", 303)


@router.get("/workbench/{ruleset}/found/{kind}")
def found(request: Request, ruleset: str, kind: str) -> Response:
    at, asked = desk(request), _kind(kind)
    draft = _draft(at, ruleset)
    version = draft.version - (asked == "release" and draft.state == "released")
    key = (ruleset, version, asked)
    return page(
        request, "workbench_found.html", draft=draft, kind=asked, LABELS=LABELS, STATES=STATES,
        running=at.jobs.running(key), report=at.jobs.report(key),
        anchor=partial(anchor, shown=fields(draft.files, draft.files)),
    )  # fmt: skip


def _run(at: Desk, draft: Draft, kind: Kind, who: str = "") -> Report:
    with candidate(at, draft.ruleset, draft.files) as folder:
        present = at.installed.current()
        return in_process(
            Task(
                kind, draft.ruleset, folder, present.rulesets if present else None, at.today, at.now, who,
                at.settings.data, at.settings.database_url,
            )
        )  # fmt: skip


def _release(at: Desk, draft: Draft, who: str) -> Report:
    report = _run(at, draft, "release", who)
    if not report.sound:
        return report
    try:
        at.store.drafts.save(draft.ruleset, draft.files, "released", read_at=draft.version, who=who, at=at.now)
    except Conflict as conflict:  # it answers all the same, which is on record
        at.store.drafts.note("rules released", f"{draft.ruleset}, version {draft.version}", who=who, at=at.now)
        said = f"{report.said} {conflict.who} changed the draft meanwhile; that draft is left as it is."
        return replace(report, said=said)
    return report


def _told(conflict: Conflict, draft: Draft) -> str:
    if draft.state == "discarded":
        return gettext(
            "%(who)s discarded the draft meanwhile. Yours is not saved and stands in the field. Copy what you need, "
            "then begin a draft anew.",
            who=conflict.who,
        )
    return gettext(
        "%(who)s saved another version meanwhile. Yours is not saved and stands in the field; nothing was overwritten. "
        "Copy what you need, then open the page again.",
        who=conflict.who,
    )


def _number(read_at: str) -> int:
    """The version that a form was read at; none's where it names none."""
    return int(read_at) if read_at.isdecimal() and len(read_at) < 10 else -1


def _kind(kind: str) -> Kind:
    """Raises HTTPException where it is none."""
    if kind not in get_args(Kind):
        raise HTTPException(404, gettext("There is no such page."))
    return cast("Kind", kind)


def _draft(at: Desk, ruleset: str) -> Draft:
    """Raises HTTPException where there is none."""
    draft = at.store.drafts.find(ruleset)
    if draft is None:
        raise HTTPException(404, gettext("There is no draft of this ruleset. Begin one on the maintainers' desk."))
    return draft


def _editor(
    request: Request,
    draft: Draft,
    typed: AuthoredFiles,
    errors: dict[str, str],
    *,
    read_at: str | None = None,
    status: int = 422,
) -> Response:
    """The draft in its fields, with the problems of its form, and those that lint found of this version."""
    at, tables, yaml = desk(request), fields(typed, draft.files), typed.yaml.decode(errors="replace")
    linted = at.jobs.report((draft.ruleset, draft.version, "lint")) if typed == draft.files else None
    problems = form_items(at, draft.ruleset, typed) + (linted.items if linted else ())
    return page(
        request, "workbench_draft.html", status=status if errors else 200, draft=draft, typed=yaml, errors=errors,
        problems=problems, linted=linted, wrong={(one.file, one.line) for one in problems}, lines=yaml.count("\n") + 1,
        tables=tables, anchor=partial(anchor, shown=tables), most=MOST_BYTES // 1_000_000,
        read_at=read_at or draft.version, LABELS=LABELS, STATES=STATES, sections=sections(),
        history=at.store.drafts.history(draft.ruleset), follows=at.settings.follows,
    )  # fmt: skip
