"""What each key of a ruleset file means, for editors to show while it is written."""

from __future__ import annotations

from collections.abc import Mapping

_DATES = {"from": "First day in force, included. Left out where no first day is published.",
          "to": "Last day in force, included. Left out where no end is published."}  # fmt: skip
_SOURCE = "Key of a source: of this file's `sources`, or of the shared list."
_BECAUSE = "One plain sentence that the front desk reads as the reason. No jargon."
_STALE = "From the day after this one on, a later publication should exist: answers still stand, and say so."
_READING = "`stated` where the source says it, `inferred` where it is our reading of it."
_ID = "Small letters, digits and dashes. Cases, decisions and other rules use it: never change it lightly."

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "AuthoredRuleset": {
        "id": _ID,
        "payer": "The payer id of cases that this ruleset answers. Left out in a base that others extend.",
        "title": "What the payer is called on the screen and in letters.",
        "version": "Raised with every change of what the rules say, such as 2026.12.1.",
        "verified": "The day on which somebody last held the whole file against its sources.",
        "kept_by": "Who looks at it again when that is due: a person or a post, for `rules stale` to name.",
        "extends": "The ruleset whose rules, figures, clocks and tables this one inherits.",
        "unit_rule": "How minutes become units: `cms` by total time, `spm` by each code's midpoint, or `unknown`.",
        "unit_rule_source": _SOURCE,
        "distinct_service_modifier": "The modifier that this payer wants where two services are separate.",
        "uses_edits": "Whether Medicare's code edits apply to this payer's claims.",
        "fee_schedule": "Whether Medicare's fee schedule prices this payer's visits.",
        "notes": "What a reader should know and no rule says.",
        "changelog": "What each version changed, the newest first. A release needs an entry of its version.",
        "typical_case": "The planned treatment that every example starts from, as dotted keys.",
        "sources": "Publications that only this file cites, by key.",
        "figures": "Amounts and numbers by date. A date without a value stays unknown, never extrapolated.",
        "clocks": "How long after an event something is due, by event.",
        "tables": "Lists of codes, or rows of a decision table, by name.",
        "leaves_out": "Rules of the base that do not hold here, each with the reason.",
        "rules": "The rules. What no rule says stays unknown.",
    },
    "AuthoredChange": {
        "version": "The version that brought the change.",
        "date": "The day of the version.",
        "change": "One sentence for those whom the change affects.",
    },
    "AuthoredSource": {
        "title": "The publication's own title.",
        "publisher": "Who published it.",
        "section": "The clause or section that says it.",
        "url": "The address as it was seen. Never composed.",
        "published": "The date of publication, as precise as it was seen.",
        "verified": "The day on which somebody read it.",
        "level": "How close it is: official, official-copy, payer, secondary, memory; own for our own definitions.",
    },
    "AuthoredRule": {
        "id": _ID,
        "title": "The rule in a few words.",
        **_DATES,
        "stale_after": _STALE,
        "scope": "What is judged: the `treatment`, each `line` of it, or each `pair` of lines.",
        "each_row": "A table of this file: the rule is made once for each of its rows.",
        "when": "All of these must hold; `any`, `all` and `not` group. No condition may ask whether a fact is known.",
        "then": "What follows where it holds.",
        "overrides": "Rules that do not apply where this one does: the rules that this is an exception to.",
        "overrides_answers": "Answers that no other rule gives where this one applies.",
        "replaces_because": "Why the inherited rule of the same id does not hold here.",
        "because": _BECAUSE,
        "source": _SOURCE,
        "reading": _READING,
        "examples": "Cases on each side of each number and date, named as sentences.",
    },
    "Then": {
        "coverage": "Whether the payer covers the service.",
        "authorization": "Whether the visit must be authorized, and how.",
        "telehealth": "Whether the payer takes the service by video or telephone.",
        "provider": "Whether this professional may furnish it.",
        "edit": "What becomes of two codes on one day.",
        "modifier": "A modifier that goes on the line.",
        "document": "A paper that must be on file.",
        "deadline": "Something that falls due.",
        "warning": "True for a warning that changes no answer.",
    },
    "CoverageEffect": {"answer": "The answer.", "reason": "Why it is not covered."},
    "AuthorizationEffect": {
        "answer": "From lenient to strict: not_required, satisfied, notify, auto_approved, review_required.",
        "within_weeks": "The weeks in which an approval without review is used.",
        "request_by": "By when the request is made.",
        "review": "Whether the review comes before the visit or may follow it.",
    },
    "AuthoredDue": {"clock": "A clock of this ruleset.", "after": "The date fact that it is counted from."},
    "DocumentEffect": {
        "id": "Name of the paper in decisions.",
        "title": "What staff call the paper.",
        "on_file_when": "The condition under which it is on file.",
    },
    "DeadlineEffect": {"id": "Name of the deadline in decisions.", "title": "What is due.", "due": "By when."},
    "AuthoredExample": {
        "name": "The case as a sentence.",
        "given": "Facts that differ from the typical case, as dotted keys; null takes a fact away.",
        "expect": "What must come out: applies, applies_on_lines (their numbers), and any answer.",
    },
    "AuthoredFigure": {
        "meaning": "What the figure is.",
        "unit": "What it counts.",
        "values": "Its values by date, each with its source.",
    },
    "AuthoredFigureValue": {**_DATES, "value": "The value; dollars with cents as decimals.", "source": _SOURCE},
    "AuthoredClock": {
        "title": "What is due.",
        "counted_from": "Which day the event is, in words.",
        "rolls": "True where a last day on a weekend or holiday moves to the next working day.",
        "spans": "How long, by date of the event.",
    },
    "AuthoredClockSpan": {
        **_DATES,
        "hours": "So many hours.",
        "days": "So many calendar days.",
        "business_days": "So many business days.",
        "months": "So many months.",
        "scheduled_ahead": "Only for visits scheduled so many business days ahead.",
        "because": _BECAUSE,
        "source": _SOURCE,
        "reading": _READING,
        "stale_after": _STALE,
    },
    "ScheduledAhead": {"at_least": "The fewest business days.", "at_most": "The most business days."},
    "AuthoredTable": {
        "meaning": "What the table holds.",
        "source": _SOURCE,
        "values": "The codes.",
        "values_from": "A CSV file or workbook beside this file: its first column holds the codes.",
        "rows": "The rows of a decision table, each a mapping of columns to cells.",
        "rows_from": "A CSV file or workbook beside this file: its rows by the names in its first one.",
    },
    "LeftOut": {"rule": "The rule of the base that does not hold here.", "because": _BECAUSE},
}
"""By the part of the form, then by the key as it is written."""

OPERATORS: Mapping[str, str] = {
    "is": "It is this, or one of these.",
    "one_of": "It is one of these.",
    "is_not": "It is not this, nor one of these.",
    "none_of": "It is none of these.",
    "has": "The list has one of these.",
    "in": "It stands in this table of codes.",
    "not_in": "It does not stand in this table of codes.",
    "at_least": "This or more.",
    "at_most": "This or less.",
    "above": "More than this.",
    "below": "Less than this.",
    "before": "Before this day.",
    "after": "After this day.",
    "on_or_before": "On this day or before.",
    "on_or_after": "On this day or after.",
    "between": "From the first to the second, both included.",
    "within_days": "At most so many days after the date named under `of`, and not before it.",
    "within_business_days": "At most so many business days after the date named under `of`, and not before it.",
    "of": "The earlier date, for within.",
    "figure": "A figure of this ruleset, by its value on the date of service.",
}
"""How a fact may be tested."""
