"""The JSON Schema of a ruleset file, from the model that reads it, with every fact's meaning for editors to show."""

from __future__ import annotations

from engine.facts.dictionary import FACTS, Fact
from engine.language.authored import AuthoredRuleset
from engine.language.meanings import MEANINGS, OPERATORS

Schema = dict[str, object]


def json_schema() -> Schema:
    """The schema, with conditions spelled out fact by fact."""
    schema: Schema = AuthoredRuleset.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "precertain ruleset"
    definitions = schema["$defs"]
    if not isinstance(definitions, dict):
        raise TypeError("the model has no definitions")
    _describe(schema, "AuthoredRuleset")
    for name, part in definitions.items():
        _describe(part, name)
    definitions["Condition"] = _condition()
    for name, key in (("AuthoredRule", "when"), ("DocumentEffect", "on_file_when")):
        said = MEANINGS[name][key]
        definitions[name]["properties"][key] = {"$ref": "#/$defs/Condition", "description": said}
    return schema


def _describe(part: Schema, name: str) -> None:
    """Give each key of a part of the form its meaning. Raises KeyError for a key that has none."""
    properties = part.get("properties", {})
    assert isinstance(properties, dict)
    for key, value in properties.items():
        value["description"] = MEANINGS[name][key]


def _condition() -> Schema:
    condition: Schema = {"$ref": "#/$defs/Condition"}
    several: Schema = {"anyOf": [{"type": "array", "items": condition, "minItems": 1}, condition]}
    rule = {"type": "string", "description": "id of a rule of this payer"}
    properties: Schema = {
        "all": {**several, "description": "every part holds"},
        "any": {**several, "description": "at least one part holds"},
        "not": {**condition, "description": "the part does not hold"},
        "rule": {
            "anyOf": [rule, {"type": "array", "items": rule, "minItems": 1}],
            "description": "another rule of this payer applies",
        },
        **{name: _fact(fact) for name, fact in FACTS.items()},
    }
    return {
        "anyOf": [
            {"type": "array", "items": condition, "minItems": 1},
            {
                "type": "object",
                "properties": properties,
                "patternProperties": {
                    "^units of [a-z0-9-]+$": _operators({"type": "integer"}, ordered=True),
                    "^(business )?days from .+ to .+$": _operators({"type": "integer"}, ordered=True),
                },
                "additionalProperties": False,
            },
        ]
    }


def _fact(fact: Fact) -> Schema:
    unit = f" ({fact.unit})" if fact.unit else ""
    constant = _constant(fact)
    one_or_many: Schema = {"anyOf": [constant, {"type": "array", "items": constant, "minItems": 1}]}
    tests = _operators(constant, ordered=fact.type in ("whole", "money", "date"))
    return {"description": f"{fact.meaning}{unit}", "anyOf": [one_or_many, tests]}


def _constant(fact: Fact) -> Schema:
    constant: Schema
    if fact.type == "boolean":
        constant = {"type": "boolean"}
    elif fact.choices:
        constant = {"type": "string", "enum": list(fact.choices)}
    elif fact.type == "whole":
        constant = {"type": "integer"}
    elif fact.type == "money":
        constant = {"type": "number"}
    else:
        constant = {"type": "string"}
    return {"anyOf": [constant, {"const": "none"}]} if fact.allows_none else constant


def _operators(constant: Schema, *, ordered: bool) -> Schema:
    one_or_many: Schema = {"anyOf": [constant, {"type": "array", "items": constant, "minItems": 1}]}
    table: Schema = {"type": "string"}
    properties: dict[str, Schema] = {
        "is": one_or_many,
        "one_of": one_or_many,
        "is_not": one_or_many,
        "none_of": one_or_many,
        "has": one_or_many,
        "in": table,
        "not_in": table,
    }
    if ordered:
        figure: Schema = {
            "type": "object",
            "properties": {"figure": {"type": "string", "description": OPERATORS["figure"]}},
            "required": ["figure"],
            "additionalProperties": False,
        }
        bound: Schema = {"anyOf": [constant, figure]}
        names = ("at_least", "at_most", "above", "below", "before", "after", "on_or_before", "on_or_after")
        properties |= dict.fromkeys(names, bound)
        properties["between"] = {"type": "array", "items": constant, "minItems": 2, "maxItems": 2}
        properties["within_days"] = {"type": "integer", "minimum": 0}
        properties["within_business_days"] = {"type": "integer", "minimum": 0}
        properties["of"] = {"type": "string"}
    properties = {name: {**said, "description": OPERATORS[name]} for name, said in properties.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
