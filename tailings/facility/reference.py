"""The reference of the facility file as Markdown: every table and key with type, unit, default, example and meaning.

It is made of `declaration` and of files that are read by the parser, whose values are its examples.
"""

from __future__ import annotations

import inspect as python_inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from tailings import formulas
from tailings.facility import declaration
from tailings.facility.dated_lists import DATES
from tailings.facility.declaration import Key, bare
from tailings.facility.model import Facility

HEAD: Final = ("key", "type", "unit", "default", "example", "what it says")
LONGEST_EXAMPLE: Final = 60
Examples = dict[tuple[type, str], str]


class TableHead(NamedTuple):
    """One table of the file: how it is headed, the Struct that it is read into, and the key that tells it apart.

    plugin: the driver, formula or filter that declares it, as kind and name.
    """

    head: str
    shape: type
    tag: tuple[str, str] | None = None
    plugin: tuple[str, str] | None = None


def document(files: Iterable[Mapping[str, Any]], intro: str, table: Any) -> str:
    """The page; files: the tables of good files, which the examples are taken from; table: makes a Markdown table."""
    own = [section for section in sections() if section.plugin is None]
    return intro + _told(own, _examples(files), table)


def keys_of_plugins(files: Iterable[Mapping[str, Any]], table: Any) -> str:
    """The tables whose keys a driver, a formula or a filter declares, for the page that has these."""
    return _told([section for section in sections() if section.plugin is not None], _examples(files), table)


def keys_of(head: str, shape: type, example: Mapping[str, Any], leave_out: tuple[type, ...], table: Any) -> str:
    """The tables of what is read into a Struct that stands outside the model, and of those within it.

    head: how it is headed; example: a good table of it; leave_out: Structs that stand elsewhere.
    """
    one = FileTable((), shape, example)
    read = [inner for inner in _tables_within(one) if inner.shape not in leave_out]
    found: dict[type, TableHead] = {}
    for section in _within(TableHead(head, shape), leave_out):
        found.setdefault(section.shape, section)
    return _told(found.values(), _first_values(read), table)


def _told(told: Iterable[TableHead], examples: Examples, table: Any) -> str:
    parts = []
    for section in told:
        doc = (python_inspect.getdoc(section.shape) or "").partition("\n\n")[0]
        by = f", {section.plugin[0]} `{section.plugin[1]}`" if section.plugin else ""
        parts.append(f"\n### `{section.head}`{by}\n\n{' '.join(doc.split())}\n")
        rows = [_row(section, key, examples) for key in declaration.keys(section.shape)]
        if section.tag is not None:
            tag, word = section.tag
            rows.insert(0, (f"`{tag}`", f'`"{word}"`', "", "required", f'`"{word}"`', "Which table it is."))
        parts.append(table(HEAD, rows) + "\n")
    return "\n".join(parts)


def sections() -> list[TableHead]:
    """Every table of the file, each followed by those within it."""
    found: dict[tuple[str, type, tuple[str, str] | None], TableHead] = {}
    for section in _within(TableHead("[facility]", Facility)):
        found.setdefault((section.head, section.shape, section.plugin), section)
    for top in declaration.tops():
        for section in _within(TableHead(f"[{top.name}.{_name(top.example)}]", top.shape)):
            found.setdefault((section.head, section.shape, section.plugin), section)
    return list(found.values())


def _within(section: TableHead, above: tuple[type, ...] = ()) -> Iterator[TableHead]:
    yield section
    path = section.head.strip("[]")
    for key in declaration.keys(section.shape):
        for shape, is_list, name, tag in _shapes(key):
            if shape in (*above, section.shape):
                continue
            inner = f"{path}.{key.name}" + (f".{name}" if key.plugin and key.plugin[0] == "filter" else "")
            head = f"[[{inner}]]" if is_list else f"[{inner}]"
            plugin = (key.plugin[0], name) if key.plugin else section.plugin
            yield from _within(TableHead(head, shape, tag, plugin), (*above, section.shape))


def _shapes(key: Key) -> Iterator[tuple[type, bool, str, tuple[str, str] | None]]:
    """The tables that may stand under a key: their Struct, whether as a list, and of a plug-in its name."""
    declared = bare(key.type)
    is_list = isinstance(declared, inspect.VarTupleType)
    if key.plugin is None:
        yield from ((shape, is_list, "", tag) for shape, tag in _structs(declared))
        return
    for name, shape in declaration.shapes_of(key.plugin):
        if shape is not None:
            for one, tag in _structs(inspect.type_info(shape)):
                if one.__struct_fields__:
                    yield one, is_list, name, tag


def _structs(declared: inspect.Type) -> Iterator[tuple[Any, tuple[str, str] | None]]:
    declared = bare(declared)
    if isinstance(declared, inspect.VarTupleType):
        declared = bare(declared.item_type)
    for one in declared.types if isinstance(declared, inspect.UnionType) else (declared,):
        if isinstance(one, inspect.StructType):
            yield one.cls, (one.tag_field, str(one.tag)) if one.tag_field else None


def _name(example: str) -> str:
    return example if example.replace("-", "").isalnum() else f'"{example}"'


def _row(section: TableHead, key: Key, examples: Examples) -> tuple[str, ...]:
    default = "required" if key.is_required else key.unstated or _written(key.default)
    example = examples.get((section.shape, key.name)) or examples.get((object, key.name)) or _own(key)
    return f"`{key.name}`", _type(key), key.unit, default, f"`{example}`" if example else "", key.meaning


def _own(key: Key) -> str:
    """The example of the type, or the default, where no file has another."""
    stated = key.type.extra_json_schema if isinstance(key.type, inspect.Metadata) else None
    return toml(stated["examples"][0]) if stated and "examples" in stated else _written(key.default).strip("`")


def _written(default: Any) -> str:
    if default is None or default in ((), {}) or isinstance(default, msgspec.Struct):
        return ""
    return f"`{toml(msgspec.to_builtins(default))}`"


def _type(key: Key) -> str:
    if key.words:
        return f"a {key.words}"
    if key.plugin:
        return f"by the {key.plugin[0]}: [its keys](../functions.md#keys)"
    if isinstance(bare(key.type), inspect.DateTimeType) and key.name not in DATES:
        return "time with offset"
    return _type_of(key.type)


def _type_of(declared: inspect.Type) -> str:
    declared = bare(declared)
    if isinstance(declared, inspect.LiteralType):
        return "one of " + ", ".join(f"`{toml(one)}`" for one in declared.values)
    if isinstance(declared, inspect.UnionType):
        return " or ".join(_type_of(one) for one in declared.types)
    if isinstance(declared, inspect.StructType):
        return "a table, below"
    if isinstance(declared, inspect.VarTupleType):
        if next(_structs(declared), None):
            return "a list of tables, below"
        inner = bare(declared.item_type)
        return (
            "a list of pairs of numbers"
            if isinstance(inner, inspect.TupleType)
            else f"a list of {_PLURALS.get(_type_of(inner), _type_of(inner))}"
        )
    if isinstance(declared, inspect.TupleType):
        return f"a pair: {_type_of(declared.item_types[0])}"
    if isinstance(declared, inspect.CustomType):
        return "path"
    if isinstance(declared, inspect.DictType):
        return "a table" if isinstance(declared.value_type, inspect.AnyType) else "a table of text"
    return _PLAIN[type(declared)] + _bounds(declared)


_PLURALS: Final = {"number": "numbers", "whole number": "whole numbers"}
_PLAIN: Final[dict[type, str]] = {
    inspect.StrType: "text",
    inspect.IntType: "whole number",
    inspect.FloatType: "number",
    inspect.BoolType: "true or false",
    inspect.DateType: "day",
    inspect.DateTimeType: "day or time",
}


def _bounds(declared: Any) -> str:
    said = [
        f"{sign} {_number(getattr(declared, name))}"
        for name, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<="))
        if getattr(declared, name, None) is not None
    ]
    return f" {', '.join(said)}" if said else ""


def _number(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) else f"{bound:g}"


def _examples(files: Iterable[Mapping[str, Any]]) -> Examples:
    """For each key of each table the first value that a file has for it, as TOML writes it."""
    read = [one for tables in files for one in tables_of(tables)]
    for name in formulas.names():
        formula = formulas.get(name)
        read.append(FileTable((), formula.Parameters, formula.EXAMPLE.parameters))
        if hasattr(formula, "GEOMETRY"):
            read.append(FileTable((), formula.GEOMETRY, formula.EXAMPLE.dated.get("geometry", {})))
    return _first_values(read)


def _first_values(read: Iterable[FileTable]) -> Examples:
    found: Examples = {}
    for _, shape, table in read:
        for key in declaration.keys(shape):
            if key.name in table and next(_shapes(key), None) is None:
                for one in (shape, object):  # object: the same key of any table, where its own has none
                    found.setdefault((one, key.name), _short(table[key.name]))
    return found


class FileTable(NamedTuple):
    """A table that stands in a file: where, and the Struct that it is read into."""

    path: tuple[str | int, ...]
    shape: type
    table: Mapping[str, Any]


def tables_of(tables: Mapping[str, Any]) -> Iterator[FileTable]:
    """Every table of a good file, those within others after them."""
    yield from _tables_within(FileTable(("facility",), Facility, tables["facility"]))
    for top in declaration.tops():
        for name, table in tables.get(top.name, {}).items():
            yield from _tables_within(FileTable((top.name, name), top.shape, table))


def _tables_within(one: FileTable) -> Iterator[FileTable]:
    yield one
    for key in declaration.keys(one.shape):
        value: Any = one.table.get(key.name)
        for shape, is_list, name, tag in _shapes(key) if value is not None else ():
            path = (*one.path, key.name)
            if key.plugin and key.plugin[0] == "filter":
                inner = [((*path, name), value[name])] if name in value else []
            elif key.plugin and one.table.get(key.plugin[0]) != name:
                continue
            else:
                inner = [((*path, index), each) for index, each in enumerate(value)] if is_list else [(path, value)]
            for at, table in inner:
                if isinstance(table, dict) and (tag is None or table.get(tag[0]) == tag[1]):
                    yield from _tables_within(FileTable(at, shape, table))


def _short(value: Any) -> str:
    """A value as TOML; of a long list its first two entries."""
    whole = toml(value)
    if len(whole) <= LONGEST_EXAMPLE or not isinstance(value, list) or len(value) < 3:
        return whole
    return f"[{toml(value[0])}, {toml(value[1])}, ...]"


def toml(value: Any) -> str:
    """A plain value as TOML writes it on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)
