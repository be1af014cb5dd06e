from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

from engine.problems import Problem, Span


@dataclass(frozen=True)
class Document:
    data: Any
    spans: dict
    file: str
    lines: tuple[str, ...]
    def span(self, path):
        path = tuple(path)
        while path and path not in self.spans:
            path = path[:-1]
        line, column = self.spans.get(path, (1, 1))
        return Span(self.file, line, column)
    def excerpt(self, line):
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None

@dataclass(frozen=True)
class Documents:
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

def _scalar(node):
    v = node.value
    if node.style in ('"', "'", "|", ">"):
        return v
    if v in ("null", "~", ""): return None
    if v in ("true", "false"): return v == "true"
    if re.fullmatch(r"[-+]?[0-9]+", v): return int(v)
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]+", v): return float(v)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", v): return date.fromisoformat(v)
    return v

def _build(node, path, spans):
    kind = type(node).__name__
    if kind == "MappingNode":
        out = {}
        for k, v in node.value:
            p = (*path, k.value)
            spans[p] = (k.start_mark.line + 1, k.start_mark.column + 1)
            out[k.value] = _build(v, p, spans)
        return out
    if kind == "SequenceNode":
        out = []
        for i, v in enumerate(node.value):
            p = (*path, i)
            spans[p] = (v.start_mark.line + 1, v.start_mark.column + 1)
            out.append(_build(v, p, spans))
        return tuple(out)
    return _scalar(node)

def read_yaml(raw: bytes, file: str) -> Documents:
    text = raw.decode()
    spans: dict = {}
    node = YAML(typ="safe", pure=False).compose(text)
    return Documents((Document(_build(node, (), spans), spans, file, tuple(text.splitlines())),), ())

def validate(model, data, document):
    try:
        return model.model_validate(data)
    except ValidationError as e:
        return tuple(Problem(x["type"], x["msg"], document.span(x["loc"]), ".".join(map(str, x["loc"]))) for x in e.errors())
