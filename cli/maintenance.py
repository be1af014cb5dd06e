"""The commands that keep rules up to date: rules stale, review and reviews; and contradict, for the front desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.record import now, practice_store
from cli.releases import maintainer_keys
from cli.session import WRONG_INPUT, AsJson, Rulesets, Today, day_asked, day_of, print_json, rulesets_only

if TYPE_CHECKING:
    from engine.maintenance.reviews import Looked
    from engine.maintenance.stale import ToReview
    from engine.store.rule_notes import Contradiction

Rule = Annotated[
    str, typer.Argument(metavar="RULE", help="The id of a rule, figure or clock, such as self-pay/telehealth.")
]


def stale(
    older_than: Annotated[
        int, typer.Option("--older-than", metavar="DAYS", min=0, help="Days after which a source is looked at again.")
    ] = 180,
    today: Today = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Tell what must be looked at again, by whom and since when, the most urgent first."""
    from engine.maintenance.stale import stale as find

    day = day_asked(today)
    with practice_store() as store:
        found = find(rulesets_only(rulesets), store.rule_notes, maintainer_keys(), today=day, older_than=older_than)
    if as_json:
        print_json([_stale_json(item) for item in found])
        return
    _show_stale(found, older_than)


def _show_stale(found: tuple[ToReview, ...], older_than: int) -> None:
    from cli.show.page import Page
    from cli.show.words import count

    page = Page()
    if not found:
        page.line(f"Nothing is to be looked at: every source was within {older_than} days.")
        return
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for item in found:
        key = (item.why, item.since.isoformat(), item.kept_by, item.said)
        together.setdefault(key, []).append(item.part.id)
    for (why, since, kept_by, said), ids in together.items():
        page.line(f"{why}, since {since}, by {kept_by}", "bold")
        page.line(said, by=2)
        for name in ids:
            page.line(name, by=4)
    page.line(
        f"{count(len(found), 'thing')} to look at. Afterwards: precertain rules review RULE --verified DATE --by NAME"
    )


def _stale_json(item: ToReview) -> dict[str, object]:
    part = item.part
    return {
        "rule": part.id,
        "title": part.title,
        "why": item.why,
        "since": item.since.isoformat(),
        "kept_by": part.kept_by,
        "said": item.said,
        "file": part.where.file,
        "line": part.where.line,
        "contradiction": _contradiction_json(item.contradiction) if item.contradiction else None,
    }


def review(
    rule: Rule,
    verified: Annotated[str, typer.Option("--verified", metavar="DATE", help="The day of the look.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who looked.")],
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What was found.")] = None,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Record that a rule was held against its source, signed, with its text as it is. No file is changed.

    It closes what payers said otherwise of the rule before, and counts until the rule's text changes.
    """
    from engine.maintenance.parts import part_named, parts
    from engine.maintenance.reviews import signed_review

    part, keys = part_named(parts(rulesets_only(rulesets)), rule), maintainer_keys()
    day = day_of(verified, "--verified")
    made = signed_review(part, keys, verified=day, who=by, note=note, at=now(), today=day_asked(today))
    with practice_store() as store:
        store.rule_notes.add_review(made)
    print(
        f"Recorded: {part.id} was looked at on {made.verified} by {made.who}, as its text is ({made.text_sha256[:12]})."
    )


def reviews(
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="Of this rule alone.")] = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """List the looks at rules and what payers said otherwise, oldest first, and say which signatures hold.

    Exit status 2 where one does not.
    """
    from engine.maintenance.parts import part_named, parts
    from engine.maintenance.reviews import looks

    found = dict(parts(rulesets_only(rulesets)))
    name = part_named(found, rule).id if rule else None
    with practice_store() as store:
        looked = tuple(looks(store.rule_notes.reviews(name), found, maintainer_keys()))
        said = store.rule_notes.contradictions(name)
    if as_json:
        told = [_looked_json(one) for one in looked], [_contradiction_json(one) for one in said]
        print_json(dict(zip(("reviews", "contradictions"), told, strict=True)))
    else:
        _show_reviews(looked, said)
    if any(one.signer is None for one in looked):
        raise typer.Exit(WRONG_INPUT)


def _show_reviews(looked: tuple[Looked, ...], said: tuple[Contradiction, ...]) -> None:
    from cli.show.page import Page

    page = Page()
    rows = [(one.review.sequence, _review_lines(one)) for one in looked]
    rows += [(one.sequence, _contradiction_lines(one)) for one in said]
    for _, (head, *rest) in sorted(rows):
        page.line(head)
        for line in rest:
            page.line(line, by=4)
    if not rows:
        page.line("Nobody has recorded a look yet.")


def _review_lines(one: Looked) -> list[str]:
    review = one.review
    held = f"signed by key {one.signer}" if one.signer else "ITS SIGNATURE DOES NOT HOLD: no trusted key made it"
    text = (
        "the rule says the same now" if one.same_text else "the rule was changed since, or is gone: it counts no more"
    )
    lines = [f"{review.rule}: looked at on {review.verified} by {review.who}", f"{held}; {text}"]
    return [*lines, review.note] if review.note else lines


def _contradiction_lines(one: Contradiction) -> list[str]:
    about = f"{one.rule}: the payer said otherwise on {one.at:%Y-%m-%d}, check {one.check_id}"
    by = f"{one.said_by}, reference {one.reference}" if one.reference else one.said_by
    lines = [about, f"{by}: {one.said}"]
    return [*lines, f"about {one.answer}"] if one.answer else lines


def _looked_json(one: Looked) -> dict[str, object]:
    review = one.review
    return {
        "rule": review.rule,
        "verified": review.verified.isoformat(),
        "by": review.who,
        "note": review.note,
        "at": review.at.isoformat(),
        "text_sha256": review.text_sha256,
        "signer": one.signer,
        "holds": one.signer is not None,
        "same_text": one.same_text,
        "entry": review.sequence,
    }


def _contradiction_json(one: Contradiction) -> dict[str, object]:
    return {
        "check_id": one.check_id,
        "rule": one.rule,
        "answer": one.answer,
        "said": one.said,
        "said_by": one.said_by,
        "reference": one.reference,
        "recorded_by": one.who,
        "at": one.at.isoformat(),
        "entry": one.sequence,
    }


def contradict(
    check_id: Annotated[str, typer.Argument(metavar="CHECK_ID", help="The id of a check, or how it begins.")],
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="The rule that the payer contradicts.")],
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="What was said; nothing of the patient in it.")],
    said_by: Annotated[
        str, typer.Option("--said-by", metavar="NAME", help="Who said it: the portal, or the representative.")
    ],
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="NUMBER", help="The reference number of the call.")
    ] = None,
    rulesets: Rulesets = None,
) -> None:
    """Record that the payer said otherwise than a rule decided: whoever keeps the rules is told by `rules stale`.

    Who keeps rules sees no patient: a text is refused that has, as the check itself holds them, any one of the
    patient's names as a word, their birth date, member or telephone number, or street. What the check does not hold,
    such as the name of a patient who was left out of it, is not known here: leave it out yourself.
    """
    from engine.maintenance.contradictions import contradiction
    from engine.maintenance.parts import parts

    found = parts(rulesets_only(rulesets))
    with practice_store() as store:
        made = contradiction(
            store.find_check(check_id), found, rule=rule, said=said, said_by=said_by, reference=reference, who=None,
            at=now(),
        )  # fmt: skip
        store.rule_notes.add_contradiction(made)
    print(f"Recorded: of {made.rule}, in check {made.check_id}. It is to be looked at until somebody reviews the rule.")
