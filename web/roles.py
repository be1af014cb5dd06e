"""Who may open which route: one row each. A route without a row is opened by nobody, and fails a test.

The front desk and clinicians work with patients; maintainers with rules, and see no patient; the administrator does
all.
"""

from __future__ import annotations

from typing import get_args

from engine.store.people import Role

ANYBODY: frozenset[Role] | None = None
"""Without signing in."""
ALL: frozenset[Role] = frozenset(get_args(Role))
CARE: frozenset[Role] = frozenset({"front_desk", "clinician", "administrator"})
RULES: frozenset[Role] = frozenset({"maintainer", "administrator"})
ADMINISTRATOR: frozenset[Role] = frozenset({"administrator"})

ROWS: dict[str, frozenset[Role] | None] = {
    "/sign-in": ANYBODY,
    "/first-run": ANYBODY,
    "/language": ANYBODY,
    "/sign-out": ALL,
    "/account": ALL,
    "/": ALL,
    "/check": ALL,
    "/check/live": ALL,
    "/check/contradict": ALL,
    "/check/{check_id}/contradictions": ALL,
    "/day": CARE,
    "/day/{on}": CARE,
    "/day/import/{upload_id}": CARE,
    "/day/import/{upload_id}/columns": CARE,
    "/day/import/{upload_id}/record": CARE,
    "/day/import/{upload_id}/drop": CARE,
    "/check/diagnoses": ALL,
    "/patients": CARE,
    "/patients/new": CARE,
    "/patients/{patient_id}": CARE,
    "/patients/{patient_id}/edit": CARE,
    "/patients/{patient_id}/episodes/new": CARE,
    "/patients/{patient_id}/episodes/{episode_id}/edit": CARE,
    "/patients/{patient_id}/episodes/{episode_id}/discharge": CARE,
    "/patients/{patient_id}/episodes/{episode_id}/authorizations/new": CARE,
    "/patients/{patient_id}/authorizations/{authorization_id}": CARE,
    "/patients/{patient_id}/authorizations/{authorization_id}/edit": CARE,
    "/patients/{patient_id}/authorizations/{authorization_id}/state": CARE,
    "/patients/{patient_id}/visits/new": CARE,
    "/patients/{patient_id}/visits/{visit_id}": CARE,
    "/patients/{patient_id}/visits/{visit_id}/correct": CARE,
    "/visits/import": CARE,
    "/deadlines": CARE,
    "/deadlines/feed": CARE,
    "/deadlines/feed/withdraw": CARE,
    "/calendar/{token}.ics": ANYBODY,
    "/packets": CARE,
    "/packets/{packet_id}": CARE,
    "/packets/{packet_id}/live": CARE,
    "/packets/{packet_id}/reopen": CARE,
    "/packets/{packet_id}/days": CARE,
    "/packets/{packet_id}/file": CARE,
    "/packets/{packet_id}/field-sheet": CARE,
    "/rules": ALL,
    "/rules/stale": ALL,
    "/rules/review/{rule:path}": RULES,
    "/rules/{payer}": ALL,
    "/rules/{payer}/on/{day}": ALL,
    "/rules/{payer}/proof": ALL,
    "/workbench": RULES,
    "/payers/new": RULES,
    "/workbench/back": ADMINISTRATOR,
    "/workbench/{ruleset}": RULES,
    "/workbench/{ruleset}/tables/{name}": RULES,
    "/workbench/{ruleset}/run": RULES,
    "/workbench/{ruleset}/discard": RULES,
    "/workbench/{ruleset}/release": ADMINISTRATOR,
    "/workbench/{ruleset}/found/{kind}": RULES,
    "/people": ADMINISTRATOR,
    "/people/{person_id}": ADMINISTRATOR,
    "/people/{person_id}/role": ADMINISTRATOR,
    "/people/{person_id}/password": ADMINISTRATOR,
    "/people/{person_id}/lock": ADMINISTRATOR,
    "/people/{person_id}/unlock": ADMINISTRATOR,
    "/people/{person_id}/sessions": ADMINISTRATOR,
    "/people/{person_id}/remove": ADMINISTRATOR,
    "/audit": ADMINISTRATOR,
    "/patients/{patient_id}/data": ADMINISTRATOR,
    "/patients/{patient_id}/data/export": ADMINISTRATOR,
    "/patients/{patient_id}/data/delete": ADMINISTRATOR,
}
"""By the route's path as it is declared, all its methods alike."""


def is_open(route: str) -> bool:
    """Whether who is not signed in may open it."""
    return route in ROWS and ROWS[route] is ANYBODY


def may(role: Role, route: str) -> bool:
    roles = ROWS.get(route, frozenset())
    return roles is None or role in roles
