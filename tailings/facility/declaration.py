"""What a facility file may say, told by the model that the parser reads it into: each key with type, default, meaning.

The JSON Schema and the reference are made of this alone. What a key means stands in the source, in the text under its
field; a unit that its name does not tell stands in brackets at the end of that text.
"""

from __future__ import annotations

import ast
import inspect as python_inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from tailings import filters, formulas, instruments, quantities, units
from tailings.facility import places
from tailings.facility.checks import CONSEQUENCE_CLASSES
from tailings.facility.model import Facility
from toml_file.shapes import in_file

_UNIT: Final = re.compile(r"^(?P<sentence>.*?)(?: \[(?P<unit>[^\]]*)\])?$", re.DOTALL)
_SUFFIXES: Final = {
    "m": "m",
    "m2": "m2",
    "m3": "m3",
    "mm": "mm",
    "s": "s",
    "h": "h",
    "d": "d",
    "ms": "ms",
    "year": "a",
    "v": "V",
    "deg": "deg",
    "degc": "Cel",
    "kpa": "kPa",
    "percent": "%",
    "dbm": "{dBm}",
    "bytes": "By",
    "digits": "{digits}",
    "digit": "{digits}",
    "digit2": "{digits}2",
    "kn_m3": "kN/m3",
    "kg_m3": "kg/m3",
    "r2": "1",
}


_BARE: Final = ("degc", "digit", "digit2", "mm", "year", "r2")
"""Units that stand alone behind `per`, or as a whole name; `a`, `m` or `d` alone are names."""


def words(of: str) -> list[str]:
    """What a key may say that takes a word of a list: driver, formula, filter, quantity, unit, consequence class."""
    if of == "quantity":
        return quantities.names()
    if of == "unit":
        return units.symbols()
    if of == "consequence class":
        return [*CONSEQUENCE_CLASSES, *(one.replace(" ", "-") for one in CONSEQUENCE_CLASSES if " " in one)]
    return list(_room(of).names())


def _room(kind: str) -> Any:
    """The plug-ins of a kind; asked for late, for filters and formulas import the model."""
    return {"driver": instruments, "formula": formulas, "filter": filters}[kind]


class Key(NamedTuple):
    """One key of a table. default: None where there is none; unstated: what then holds, in words."""

    name: str
    type: inspect.Type
    is_required: bool
    default: Any
    meaning: str
    unit: str
    unstated: str
    words: str
    plugin: tuple[str, str] | None


class Top(NamedTuple):
    """A table at the top of the file, whose entries have names: `[nodes.n07]`."""

    name: str
    example: str
    shape: type


@cache
def tops() -> tuple[Top, ...]:
    """The tables beside [facility], in the order of the model."""
    found = []
    for field in _fields(Facility):
        extra = _extra(field.type)
        if places.TABLES in extra:
            shape: Any = _bare(field.type)
            found.append(Top(field.name, extra[places.TABLES], shape.value_type.cls))
    return tuple(found)


def table_names() -> tuple[str, ...]:
    """The names that may stand at the top of the file."""
    return ("facility", *(top.name for top in tops()))


@cache
def keys(shape: type) -> tuple[Key, ...]:
    """The keys of a table that is read into a Struct, in the order of the model."""
    said = meanings(shape)
    return tuple(_key(field, said.get(field.name, "")) for field in _fields(shape) if in_file(field))


def shapes_of(plugin: tuple[str, str]) -> Iterator[tuple[str, Any]]:
    """For each plug-in of a kind the shape of a key that it declares; None where it has none."""
    kind, attribute = plugin
    room = _room(kind)
    for name in room.names():
        yield name, getattr(room.get(name), attribute, None)


@cache
def meanings(shape: type) -> dict[str, str]:
    """The text under each field of a Struct, inherited ones included."""
    found: dict[str, str] = {}
    for one in reversed(shape.__mro__):
        if issubclass(one, msgspec.Struct) and one is not msgspec.Struct:
            (node,) = ast.parse(textwrap.dedent(python_inspect.getsource(one))).body
            found |= _texts(node)
    return found


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        is_text = (
            isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
        )
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and is_text:
            yield field.target.id, " ".join(text.value.value.split())


def _fields(shape: type) -> tuple[inspect.Field, ...]:
    info: Any = inspect.type_info(shape)
    return info.fields  # type: ignore[no-any-return]


def _key(field: inspect.Field, text: str) -> Key:
    extra = _extra(field.type)
    said = _UNIT.match(text)
    assert said is not None
    has_default = field.default is not msgspec.NODEFAULT and field.default is not None
    default = field.default if has_default else field.default_factory() if _is_factory(field) else None
    unstated = extra.get(places.UNSTATED, "")
    return Key(
        name=field.encode_name,
        type=field.type,
        is_required=field.required and not unstated,
        default=default,
        meaning=said["sentence"],
        unit=said["unit"] or _unit_of(field.name, field.type),
        unstated=unstated,
        words=extra.get(places.WORDS, ""),
        plugin=extra.get(places.PLUGIN),
    )


def _is_factory(field: inspect.Field) -> bool:
    return field.default_factory is not msgspec.NODEFAULT


def _extra(declared: inspect.Type) -> dict[str, Any]:
    return dict(declared.extra or {}) if isinstance(declared, inspect.Metadata) else {}


def _bare(declared: inspect.Type) -> inspect.Type:
    return declared.type if isinstance(declared, inspect.Metadata) else declared


def bare(declared: inspect.Type) -> inspect.Type:
    """A type without its marks, and without `None`, which no file has."""
    declared = _bare(declared)
    if isinstance(declared, inspect.UnionType):
        left = [one for one in declared.types if not isinstance(one, inspect.NoneType)]
        return bare(left[0]) if len(left) == 1 else inspect.UnionType(tuple(left))
    return declared


def _unit_of(name: str, declared: inspect.Type) -> str:
    """The unit that a name ends with: `thermal_factor_kpa_per_degc` is in kPa/Cel."""
    if not _is_number(bare(declared)):
        return ""
    if name in _SUFFIXES and name in _BARE:
        return _SUFFIXES[name]
    parts = [part for part in name.split("_per_") if "_" in part or part in _BARE]
    found = [next((_SUFFIXES[end] for end in _ends(part) if end in _SUFFIXES), "") for part in parts]
    return "/".join(found) if all(found) else ""


def _ends(part: str) -> tuple[str, str]:
    """The last two words of a name, and its last."""
    words = part.split("_")
    return "_".join(words[-2:]), words[-1]


def _is_number(declared: inspect.Type) -> bool:
    if isinstance(declared, inspect.VarTupleType):
        return _is_number(bare(declared.item_type))
    if isinstance(declared, inspect.TupleType):
        return _is_number(bare(declared.item_types[0]))
    return isinstance(declared, inspect.FloatType | inspect.IntType)
