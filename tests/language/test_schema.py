"""The JSON Schema that editors complete from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from engine.facts.dictionary import FACTS
from engine.language.load import BUNDLED
from engine.language.schema import json_schema
from engine.source import read_yaml

FILES = sorted(path for path in BUNDLED.rglob("*.yaml") if path.parent.name != "reference")


def as_json(value: object) -> object:
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BUNDLED)))
def test_every_bundled_ruleset_meets_the_schema(path: Path) -> None:
    data = as_json(read_yaml(path.read_bytes(), path.name).documents[0].data)
    assert [error.message for error in Draft202012Validator(json_schema()).iter_errors(data)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"site.modality": "by pigeon"},
        {"episode.visit_number": {"at_lest": 6}},
        {"episode.vist_number": {"at_least": 6}},
        {"any": []},
    ],
)
def test_the_schema_refuses_a_broken_condition(wrong: object) -> None:
    rule = {"id": "a", "title": "a", "because": "because it is so", "source": "definition", "when": wrong}
    ruleset = {"id": "x", "title": "x", "version": "1", "verified": "2026-11-24", "rules": [rule]}
    validator = Draft202012Validator(json_schema())
    assert list(validator.iter_errors(ruleset))
    assert not list(validator.iter_errors({**ruleset, "rules": [{**rule, "when": {"site.modality": "video"}}]}))


def test_every_key_and_every_fact_has_a_meaning_to_show() -> None:
    def silent(node: object, path: str) -> Iterator[str]:
        if isinstance(node, dict):
            for name, value in node.get("properties", {}).items():
                if not isinstance(value, dict) or not value.get("description"):
                    yield f"{path}.{name}"
            for key, value in node.items():
                yield from silent(value, f"{path}/{key}")

    schema = json_schema()
    assert list(silent(schema, "")) == []
    facts = schema["$defs"]["Condition"]["anyOf"][1]["properties"]  # type: ignore[index]
    assert set(FACTS) <= set(facts)


def test_the_file_that_editors_read_is_this_schema() -> None:
    assert orjson.loads((BUNDLED / "schema.json").read_bytes()) == json_schema()
