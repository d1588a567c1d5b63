"""The JSON Schema of a facility file, for editors that complete and check it: draft 7, which they all read.

It refuses nothing that the parser takes; what only a look at the whole file shows (references, units, dates), the
parser alone refuses.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import inspect

from tailings.facility import declaration
from tailings.facility.declaration import Key, bare
from tailings.facility.model import Facility

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
NOTHING: Final = {"type": "array", "maxItems": 0}
Schema = dict[str, Any]
_LENGTHS: Final = {"min_length": "minItems", "max_length": "maxItems"}
_BOUNDS: Final = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_TEXTS: Final = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"}


def schema() -> Schema:
    """The whole schema."""
    made = _Definitions()
    properties = {"facility": made.of_struct(Facility)}
    for top in declaration.tops():
        properties[top.name] = {"type": "object", "additionalProperties": made.of_struct(top.shape)}
    return {
        "$schema": DRAFT,
        "title": "Facility file of Tailwatch",
        "type": "object",
        "properties": properties,
        "required": ["facility"],
        "additionalProperties": False,
        "definitions": made.definitions,
    }


class _Definitions:
    """The Structs that were met, each once: conditions of plans hold conditions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of_struct(self, shape: type, tag: tuple[str, str] | None = None) -> Schema:
        name = f"{shape.__module__.removeprefix('tailings.')}.{shape.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name].update(self._struct(shape, tag))
        return {"$ref": f"#/definitions/{name}"}

    def _struct(self, shape: type, tag: tuple[str, str] | None) -> Schema:
        keys = declaration.keys(shape)
        properties = {key.name: self._key(key) for key in keys}
        required = [key.name for key in keys if key.is_required]
        if tag is not None:
            properties[tag[0]] = {"const": tag[1]}
            required.append(tag[0])
        made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            made["required"] = required
        kinds = {key.plugin[0] for key in keys if key.plugin and key.plugin[0] != "filter"}
        rules = [rule for kind in sorted(kinds) for rule in self._rules(kind, keys)]
        return made | ({"allOf": rules} if rules else {})

    def _key(self, key: Key) -> Schema:
        if key.plugin:
            made = self._filters(key.plugin) if key.plugin[0] == "filter" else {}
        elif key.words:
            made = {"type": "string", "enum": declaration.words(key.words)}
        else:
            made = self.of(key.type)
        if "$ref" in made:  # beside a reference draft 7 reads nothing
            return {"allOf": [made], "description": key.meaning}
        default = {} if key.default is None else {"default": msgspec.to_builtins(key.default)}
        return made | {"description": key.meaning} | default

    def _filters(self, plugin: tuple[str, str]) -> Schema:
        properties = {name: self.of(inspect.type_info(shape)) for name, shape in declaration.shapes_of(plugin)}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _rules(self, kind: str, keys: tuple[Key, ...]) -> list[Schema]:
        """What a driver or formula asks of the keys whose shape it has; without a formula there are none."""
        slots = [key for key in keys if key.plugin and key.plugin[0] == kind]
        asked: dict[str, Schema] = {}
        for slot in slots:
            assert slot.plugin is not None
            is_list = isinstance(bare(slot.type), inspect.VarTupleType)
            for name, shape in declaration.shapes_of(slot.plugin):
                made = self.of(inspect.type_info(shape)) if shape is not None else NOTHING
                asked.setdefault(name, {})[slot.name] = (
                    {"type": "array", "items": made} if is_list and shape is not None else made
                )
        rules = [
            {"if": {"properties": {kind: {"const": name}}, "required": [kind]}, "then": {"properties": properties}}
            for name, properties in asked.items()
        ]
        if any(key.name == kind and not key.is_required for key in keys):
            none = {
                slot.name: NOTHING if isinstance(bare(slot.type), inspect.VarTupleType) else False for slot in slots
            }
            rules.append({"if": {"not": {"required": [kind]}}, "then": {"properties": none}})
        return rules

    def of(self, declared: inspect.Type) -> Schema:
        declared = bare(declared)
        if isinstance(declared, inspect.StructType):
            tag = (declared.tag_field, str(declared.tag)) if declared.tag_field else None
            return self.of_struct(declared.cls, tag)
        if isinstance(declared, inspect.UnionType):
            return {"anyOf": [self.of(one) for one in declared.types]}
        if isinstance(declared, inspect.VarTupleType):
            return {"type": "array", "items": self.of(declared.item_type), **_limits(declared, _LENGTHS)}
        if isinstance(declared, inspect.TupleType):
            length = len(declared.item_types)
            return {"type": "array", "items": self.of(declared.item_types[0]), "minItems": length, "maxItems": length}
        if isinstance(declared, inspect.DictType):
            return {"type": "object", "additionalProperties": self.of(declared.value_type)}
        return _plain(declared)


def _plain(declared: inspect.Type) -> Schema:
    if isinstance(declared, inspect.AnyType):
        return {}
    if isinstance(declared, inspect.StrType):
        return {"type": "string", **_limits(declared, _TEXTS)}
    if isinstance(declared, inspect.IntType | inspect.FloatType):
        kind = "integer" if isinstance(declared, inspect.IntType) else "number"
        return {"type": kind, **_limits(declared, _BOUNDS)}
    if isinstance(declared, inspect.BoolType):
        return {"type": "boolean"}
    if isinstance(declared, inspect.LiteralType):
        return {"enum": list(declared.values)}
    assert isinstance(declared, inspect.DateType | inspect.DateTimeType), declared
    return {"type": "string"}  # as editors hand a day or time of TOML over


def _limits(declared: Any, names: dict[str, str]) -> Schema:
    return {said: getattr(declared, own) for own, said in names.items() if getattr(declared, own) is not None}
