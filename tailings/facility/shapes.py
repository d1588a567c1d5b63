"""From one TOML table to one frozen value: unknown keys with the nearest known one, wrong types in plain words."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from tailings.facility.bad import Path, Report
from tailings.plugins import hint

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]|\[\.\.\.\]")
_WORDS = {
    "`str`": "text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`datetime`": "a date and time with offset",
    "`date`": "a date such as 2024-06-12",
    "`null`": "nothing",
}


def read(report: Report, path: Path, table: Any, shape: Any, given: dict[str, Any] | None = None) -> Any:
    """The value of a table as `shape`, or None after reporting what is wrong.

    given: fields that come from elsewhere (the table's own name), not from the file.
    """
    if not isinstance(table, dict):
        report.add(path, "expected a table; write it as [table] or { key = value }")
        return None
    given = given or {}
    before = len(report)
    _unknown_keys(report, path, table, _info(shape), frozenset(given))
    if len(report) > before:
        return None
    try:
        return msgspec.convert({**table, **given}, shape)
    except msgspec.ValidationError as error:
        message, at = _plain(str(error), path)
        report.add(at, message)
        return None


@cache
def _info(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _unknown_keys(report: Report, path: Path, value: Any, info: inspect.Type, given: frozenset[str]) -> None:
    if isinstance(info, inspect.UnionType) and isinstance(value, dict):
        info = _member(info, value)
    if isinstance(info, inspect.StructType) and isinstance(value, dict):
        fields = {field.encode_name: field.type for field in info.fields if field.name not in given}
        tags = {info.tag_field} if info.tag_field else set()
        for key, inner in value.items():
            if key in fields:
                _unknown_keys(report, (*path, key), inner, fields[key], frozenset())
            elif key not in tags:
                report.add((*path, key), f"key {key!r} is not known here{hint(key, set(fields) | tags)}")
    elif isinstance(info, inspect.VarTupleType | inspect.ListType) and isinstance(value, list):
        for index, inner in enumerate(value):
            _unknown_keys(report, (*path, index), inner, info.item_type, frozenset())


def _member(union: inspect.UnionType, value: dict[str, Any]) -> inspect.Type:
    structs = [info for info in union.types if isinstance(info, inspect.StructType)]
    for info in structs:
        if info.tag_field is None or value.get(info.tag_field) == info.tag:
            return info
    return inspect.AnyType()


def _plain(message: str, path: Path) -> tuple[str, Path]:
    """msgspec's message in plain words, and the path it speaks of."""
    found = _AT.search(message)
    if found:
        message = message[: found.start()]
        for name, index in _STEP.findall(found["path"]):
            path = (*path, int(index) if index else name)
    missing = re.fullmatch(r"Object missing required field `(.*)`", message)
    if missing:
        return f"the key {missing[1]!r} is missing; add it", path
    wrong = re.fullmatch(r"Expected (.*), got (.*)", message)
    if wrong:
        return f"expected {_words(wrong[1])}, got {_words(wrong[2])}", path
    limit = re.fullmatch(r"Expected (`\w+`) (.*)", message)
    if limit:
        return f"expected {_words(limit[1])} {limit[2]}", path
    value = re.fullmatch(r"Invalid (?:enum )?value (.*)", message)
    if value:
        return f"the value {value[1]} is not known", path
    return message, path


def _words(text: str) -> str:
    kinds = text.strip("`").split(" | ")
    return " or ".join(_WORDS.get(f"`{kind}`", kind) for kind in kinds)
