"""What the patients' room calls things."""

from __future__ import annotations

from web.languages import N_

STATES = {
    "draft": N_("Draft"), "submitted": N_("Submitted"), "pended": N_("Pended"), "approved": N_("Approved"),
    "partial": N_("Partly approved"), "modified": N_("Approved with changes"), "denied": N_("Denied"),
    "cancelled": N_("Cancelled"), "expired": N_("Expired"), "contact_payer": N_("Contact payer"),
}  # fmt: skip
VISITS = {"booked": N_("Booked"), "kept": N_("Kept"), "no_show": N_("No-show"), "cancelled": N_("Cancelled")}
HAPPENED = {
    "booked": N_("Visit booked"), "kept": N_("Visit kept"), "no_show": N_("No-show recorded"),
    "cancelled": N_("Visit cancelled"),
    "corrected": N_("Visit corrected"), "imported": N_("Visit imported from the schedule"),
}  # fmt: skip
KINDS = {
    "request": N_("Requests to send"), "decision": N_("Decisions awaited"), "request_more": N_("More to ask for"),
    "runs_out": N_("Run-outs"), "expires": N_("Last days"), "progress_report": N_("Progress reports"),
    "recertification": N_("Recertifications"), "appeal": N_("Appeals"),
}  # fmt: skip
LIMITS = {
    "visits": N_("the visits granted"), "units": N_("the units granted"), "days": N_("its last day"),
}  # fmt: skip
