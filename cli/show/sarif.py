"""Problems as SARIF 2.1.0, which code hosts and editors show beside the lines concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from engine import Problem
from engine.problem_codes import LEVELS, MEANINGS, Code
from engine.problems import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ABOUT: dict[str, str] = {code: meaning for meanings in MEANINGS.values() for code, meaning in meanings.items()}


def sarif(problems: Sequence[Problem], root: Path) -> dict[str, object]:
    """One run of the lint; files below ``root`` are named from there, so that the log says nothing of the machine."""
    codes = tuple(dict.fromkeys((*MEANINGS["Linting a ruleset"], *(problem.code for problem in problems))))
    driver = {"name": "precertain", "version": version("precertain"), "rules": list(_rules(codes))}
    results = [_result(problem, codes, root) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(codes: Iterable[Code]) -> Iterator[dict[str, object]]:
    for code in codes:
        level = LEVELS.get(code, "error")
        text = {"text": _ABOUT.get(code, code)}
        yield {"id": code, "shortDescription": text, "defaultConfiguration": {"level": level}}


def _result(problem: Problem, codes: Sequence[Code], root: Path) -> dict[str, object]:
    text = problem.message if problem.hint is None else f"{problem.message}: {problem.hint}"
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.level,
        "message": {"text": text},
        "locations": [] if problem.where is None else [_location(problem.where, root)],
    }


def _location(where: Span, root: Path) -> dict[str, object]:
    region = {"startLine": where.line, "startColumn": where.column}
    return {"physicalLocation": {"artifactLocation": {"uri": _address(Path(where.file), root)}, "region": region}}


def _address(path: Path, root: Path) -> str:
    full = path.resolve()
    if full.is_relative_to(root.resolve()):
        return quote(full.relative_to(root.resolve()).as_posix())
    return full.as_uri()
