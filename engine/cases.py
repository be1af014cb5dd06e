from __future__ import annotations

from dataclasses import dataclass

from engine.problems import Problem, Span
from engine.source import read_yaml, validate
from engine.treatment import PlannedTreatment


@dataclass(frozen=True)
class CaseRead:
    treatment: PlannedTreatment
    where: Span

@dataclass(frozen=True)
class CasesRead:
    cases: tuple[CaseRead, ...]
    problems: tuple[Problem, ...]

def _drop(v):
    if isinstance(v, dict): return {k: _drop(x) for k, x in v.items() if x is not None}
    if isinstance(v, tuple): return tuple(map(_drop, v))
    return v

def read_cases(path: str, raw: bytes) -> CasesRead:
    d = read_yaml(raw, path).documents[0]
    data = d.data if isinstance(d.data, tuple) else (d.data,)
    cases, problems = [], []
    for x in data:
        r = validate(PlannedTreatment, _drop(x), d)
        if isinstance(r, PlannedTreatment): cases.append(CaseRead(r, d.span(())))
        else: problems.extend(r)
    return CasesRead(tuple(cases), tuple(problems))
