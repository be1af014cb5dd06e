"""Results as JUnit XML, which build servers show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from cli.show.page import inert
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class JUnitCase:
    """One thing tried. ``failure``: in a line what went wrong, None where nothing did; ``detail``: the rest."""

    suite: str
    of: str
    name: str
    where: Span
    failure: str | None = None
    detail: str = ""


def junit(name: str, cases: Sequence[JUnitCase], root: Path) -> bytes:
    """A file of one suite for each of the cases' own, in their order; places below ``root`` are named from there."""
    whole = ElementTree.Element("testsuites", {"name": name} | _counts(cases))
    for suite, inside in groupby(cases, key=lambda case: case.suite):
        own = tuple(inside)
        element = ElementTree.SubElement(whole, "testsuite", {"name": inert(suite)} | _counts(own))
        for case in own:
            _add(element, case, root)
    ElementTree.indent(whole)
    return bytes(ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)) + b"\n"


def named_from(root: Path, file: str) -> str:
    """A file as it is called from a folder that it is below."""
    full = Path(file).resolve()
    return full.relative_to(root.resolve()).as_posix() if full.is_relative_to(root.resolve()) else file


def _counts(cases: Sequence[JUnitCase]) -> dict[str, str]:
    failures = sum(case.failure is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "skipped": "0"}


def _add(suite: ElementTree.Element, case: JUnitCase, root: Path) -> None:
    named = {"classname": inert(case.of), "name": inert(case.name)}
    where = {"file": inert(named_from(root, case.where.file)), "line": str(case.where.line)}
    element = ElementTree.SubElement(suite, "testcase", named | where)
    if case.failure is not None:
        failure = ElementTree.SubElement(element, "failure", {"message": inert(case.failure)})
        failure.text = inert(case.detail)
