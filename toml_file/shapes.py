"""From one TOML table to one frozen value: unknown keys with the nearest known one, wrong values in plain words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from toml_file.nearest import choices, hint
from toml_file.problems import Path, Report

NOT_IN_FILE = msgspec.Meta(extra={"in_file": False})
"""Marks a field that a file cannot state: its table's own name, or what a program finds out."""
Hook = Callable[[type, object], object]
_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]|\[\.\.\.\]")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "datetime": "a date and time with offset",
    "date": "a date such as 2024-06-12",
    "null": "nothing",
    "Path": "the path of a file or folder",
}


def read(
    report: Report,
    path: Path,
    table: Any,
    shape: Any,
    given: dict[str, Any] | None = None,
    *,
    hook: Hook | None = None,
) -> Any:
    """The value of a table as `shape`, or None after reporting what is wrong.

    given: fields that come from elsewhere (the table's own name), not from the file. hook: makes values of types that
    TOML has not (a path).
    """
    if not isinstance(table, dict):
        report.add(path, "expected a table; write it as [table] or { key = value }")
        return None
    given = given or {}
    before = len(report)
    _unknown_keys(report, path, table, _info(shape), frozenset(given))
    for at in _not_finite(table, path):
        report.add(at, "expected a finite number; nan and inf say nothing here")
    if len(report) > before:
        return None
    try:
        return msgspec.convert({**table, **given}, shape, dec_hook=hook)
    except msgspec.ValidationError as error:
        message, steps = _split(str(error), table)
        said = _plain(message, steps, table, _info(shape))
        report.add((*path, *steps, *_own_key(message, steps, table)), said)
        return None


@cache
def _info(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _unknown_keys(report: Report, path: Path, value: Any, info: inspect.Type, given: frozenset[str]) -> None:
    info = _chosen(info, value)
    if isinstance(info, inspect.StructType) and isinstance(value, dict):
        fields = _fields(info.cls)
        for key, inner in value.items():
            field = fields.get(key)
            if field is not None and field.name not in given:
                if isinstance(inner, dict | list):
                    _unknown_keys(report, (*path, key), inner, field.type, frozenset())
            elif key != info.tag_field:
                known = {name for name, one in fields.items() if one.name not in given}
                tags = {info.tag_field} if info.tag_field else set()
                report.add((*path, key), f"key {key!r} is not known here{hint(key, known | tags)}")
    elif isinstance(info, inspect.VarTupleType | inspect.ListType) and isinstance(value, list):
        for index, inner in enumerate(value):
            _unknown_keys(report, (*path, index), inner, info.item_type, frozenset())


@cache
def _fields(shape: type) -> dict[str, inspect.Field]:
    """The fields that a file may state, by their keys."""
    info = _info(shape)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: field for field in info.fields if in_file(field)}


def in_file(field: inspect.Field) -> bool:
    """Whether a file may state a field."""
    declared = field.type
    return not (isinstance(declared, inspect.Metadata) and (declared.extra or {}).get("in_file") is False)


def _not_finite(value: dict[str, Any] | list[Any], path: Path) -> Iterator[Path]:
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, float):
            if not math.isfinite(inner):
                yield (*path, step)
        elif isinstance(inner, dict | list):
            yield from _not_finite(inner, (*path, step))


def _chosen(info: inspect.Type, value: Any) -> inspect.Type:
    """The type that a value is meant for: of a union of tables the one that its tag names."""
    if isinstance(info, inspect.Metadata):
        info = info.type
    if isinstance(info, inspect.UnionType):
        structs = [one for one in info.types if isinstance(one, inspect.StructType)]
        if isinstance(value, dict):
            fits = (one for one in structs if one.tag_field is None or value.get(one.tag_field) == one.tag)
            return next(fits, inspect.AnyType())
        lists = [one for one in info.types if isinstance(one, inspect.VarTupleType | inspect.ListType)]
        if isinstance(value, list) and lists:
            return lists[0]
        info = next((one for one in info.types if isinstance(one, inspect.LiteralType | inspect.StrType)), info)
    return info


def _split(message: str, table: Any) -> tuple[str, Path]:
    """msgspec's message, and the path within the table that it speaks of."""
    found = _AT.search(message)
    if found is None:
        return message, ()
    path: Path = ()
    for name, index in _STEP.findall(found["path"]):
        step = int(index) if index else name or _of_other_kind(table)
        path, table = (*path, step), _inside(table, step)
    return message[: found.start()], path


def _of_other_kind(table: Any) -> str:
    """The first key whose value is no text: msgspec does not say which key of a mapping it means; ours map to text."""
    items = table.items() if isinstance(table, dict) else ()
    return next((key for key, value in items if not isinstance(value, str)), "")


def _inside(table: Any, step: str | int) -> Any:
    try:
        return table[step]
    except (KeyError, IndexError, TypeError):
        return None


def _at(steps: Path, table: Any, info: inspect.Type) -> tuple[Any, inspect.Type]:
    """The value at a path and its declared type; AnyType where it is not found."""
    for step in steps:
        info, table = _step(_chosen(info, table), step), _inside(table, step)
    return table, info


def _step(info: inspect.Type, step: str | int) -> inspect.Type:
    if isinstance(info, inspect.StructType):
        return next((field.type for field in info.fields if field.encode_name == step), inspect.AnyType())
    if isinstance(info, inspect.VarTupleType | inspect.ListType):
        return info.item_type
    return info.value_type if isinstance(info, inspect.DictType) else inspect.AnyType()


def _plain(message: str, steps: Path, table: Any, info: inspect.Type) -> str:
    """A sentence of msgspec in plain words."""
    value, declared = _at(steps, table, info)
    if missing := re.fullmatch(r"Object missing required field `(.*)`", message):
        return f"the key {missing[1]!r} is missing; add it{_tags(missing[1], steps, table, info)}"
    if length := re.fullmatch(r"Expected `(\w+)` of length (>=|<=)? ?(\d+)(?:, got \d+)?", message):
        return _length(length[1], length[2] or "", int(length[3]), value)
    if wrong := re.fullmatch(r"Expected (.*), got (.*)", message):
        return f"expected {_words(wrong[1])}, got {_words(wrong[2])}{_quotes(wrong[1], value)}"
    if re.fullmatch(r"Expected `str` matching regex .*", message):
        return f"{value!r} has not the form that is meant{_example(declared)}"
    if limit := re.fullmatch(r"Expected (`\w+`) ([<>]=?) (.*)", message):
        return f"expected {_words(limit[1])} {limit[2]} {float(limit[3]):.9g}, not {value}"
    if re.fullmatch(r"Invalid (?:enum )?value .*", message):
        known = _choices(value, _chosen(declared, value)) or _tag_choices(value, steps, table, info)
        return f"the value {value!r} is not known{known}"
    if "datetime" in message or "RFC3339" in message or re.fullmatch(r"Invalid .*date.*", message):
        return "there is no such day or time; write 2024-06-12, or 2024-06-12T08:30:00Z"
    return message.removeprefix(f"{'.'.join(str(step) for step in _own_key(message, steps, table))}: ")


def _own_key(message: str, steps: Path, table: Any) -> Path:
    """The key that a value's own sentence begins with, where it stands in the file: `port must be ...`."""
    for step in steps:
        table = _inside(table, step)
    first = re.split(r"[^A-Za-z0-9_]", message, maxsplit=1)[0]
    return (first,) if isinstance(table, dict) and first in table else ()


def _length(kind: str, sign: str, length: int, value: Any) -> str:
    least = {">=": "at least ", "<=": "at most "}.get(sign, "")
    if kind == "str":
        return "expected text, and it is empty" if not value else f"expected text of {least}{length} characters"
    return f"expected a list of {least}{length} entries, and it has {len(value)}"


def _words(text: str) -> str:
    kinds = text.strip("`").split(" | ")
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds if kind != "null") or "nothing"


def _quotes(wanted: str, value: Any) -> str:
    """What to do about quotes, where they are the whole mistake."""
    if isinstance(value, str) and ("int" in wanted or "float" in wanted or "bool" in wanted):
        return "; write it without quotes" if re.fullmatch(r"-?\d+(\.\d+)?|true|false", value.strip()) else ""
    return "; put it in quotes" if isinstance(value, int | float) and "str" in wanted else ""


def _example(declared: inspect.Type) -> str:
    """An example of a text that has a form, where its type states one."""
    parts = declared.types if isinstance(declared, inspect.UnionType) else (declared,)
    stated = [one.extra_json_schema or {} for one in parts if isinstance(one, inspect.Metadata)]
    return next((f"; write it as {one['examples'][0]!r}" for one in stated if "examples" in one), "")


def _choices(value: Any, meant: inspect.Type) -> str:
    if not isinstance(meant, inspect.LiteralType):
        return ""
    return choices(value, [str(one) for one in meant.values if one is not None])


def _tag_choices(value: Any, steps: Path, table: Any, info: inspect.Type) -> str:
    """What a table's tag may say, where the last step is one."""
    known = _tags_of(steps[:-1], table, info) if steps else {}
    return choices(value, known.get(str(steps[-1]), [])) if steps and str(steps[-1]) in known else ""


def _tags(key: str, steps: Path, table: Any, info: inspect.Type) -> str:
    known = _tags_of(steps, table, info).get(key)
    return f", one of {', '.join(known)}" if known else ""


def _tags_of(steps: Path, table: Any, info: inspect.Type) -> dict[str, list[str]]:
    """Of a union of tables: the key that tells them apart, with what it may say."""
    for step in steps:
        info, table = _step(_chosen(info, table), step), _inside(table, step)
    structs = [one for one in getattr(info, "types", ()) if isinstance(one, inspect.StructType) and one.tag_field]
    return {str(one.tag_field): [str(other.tag) for other in structs] for one in structs}
