"""A new payer's first ruleset: what `precertain rules new` asks, as a form. What it writes begins a draft."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine import UserError
from engine.language.answers import ANSWERS, KINDS, NAMES, NewPayer, new_payer
from engine.language.authored_files import AuthoredFiles
from engine.language.skeleton import BASES, new_ruleset
from engine.words import ANSWERS as SAID
from web.desk import Desk, desk, signed_in
from web.languages import N_, gettext, in_english, said, translated
from web.pages import page
from web.signing_in import only_drawn, submitted, text
from web.workbench.candidate import form_problems

router = APIRouter()
_KINDS = {
    "commercial": N_("Commercial"), "medicare-advantage": N_("Medicare Advantage"), "medicaid": N_("Medicaid"),
    "workers-comp": N_("Workers' compensation"), "other": N_("Another kind"),
}  # fmt: skip
_LABELS = {
    "payer": N_("Its id, as cases will name it"), "title": N_("What it is called"), "kind": N_("The kind of plan"),
    "policy": N_("The title of the publication"), "publisher": N_("Who published it"),
    "url": N_("Its address, as you saw it"), "published": N_("When it was published"),
    "first_day": N_("From which date of service it is in force"), "codes": N_("Which codes it names"),
    "answer": N_("What it asks for"), "because": N_("The rule in one plain sentence, for the front desk"),
}  # fmt: skip


@router.get("/payers/new")
def ask(request: Request) -> Response:
    return _form(request, {}, {})


@router.post("/payers/new")
def begin(request: Request, form: FormData = Depends(submitted)) -> Response:
    """A draft of what was answered; what cannot be read is told beside its field, and nothing is begun."""
    at, typed = desk(request), {name: text(form, name) for name in NAMES}
    if only_drawn(form):
        return _form(request, typed, {})
    try:
        new = new_payer(typed, at.library.listed)
        files = _written(at, new)
        if wrong := form_problems(at, new.payer, files):
            raise UserError(wrong)
    except UserError as error:
        told: dict[str, str] = {}
        for one in error.problems:
            key = one.key if one.key in NAMES else ""
            told.setdefault(key, in_english(f"{one.message}; {one.hint}") if one.hint else said(one.message))
        return _form(request, typed, told)
    if at.store.drafts.begin(new.payer, files, who=signed_in(request).name, at=at.now) is None:
        return _form(request, typed, {"payer": gettext("There is a draft of this payer already. Go on with it there.")})
    return RedirectResponse(f"/workbench/{new.payer}", 303)


def _written(at: Desk, new: NewPayer) -> AuthoredFiles:
    typical_day = at.library.ruleset(BASES[new.kind]).typical_case["date_of_service"]
    assert isinstance(typical_day, date)
    return AuthoredFiles(new_ruleset(new.payer, new.title, new.kind, new.rule, at.today, typical_day))


def _form(request: Request, typed: dict[str, str], errors: dict[str, str]) -> Response:
    return page(
        request, "new_payer.html", status=422 if errors else 200, typed=typed, errors=errors,
        labels=translated(_LABELS),
        kinds={kind: _KINDS[kind] for kind in KINDS}, answers={answer: SAID[answer] for answer in ANSWERS},
    )  # fmt: skip
