"""Writes TOML: flat values, dates, lists and tables (the standard library only reads it)."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

Value = str | int | float | bool | date | time | Sequence["Value"] | Mapping[str, "Value"]
BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def encode(values: Mapping[str, Value]) -> str:
    """Return the values as TOML; tables come after the plain values, as the format demands."""
    return _lines(values, ())


def _lines(values: Mapping[str, Value], path: tuple[str, ...]) -> str:
    flat = "".join(f"{_key(key)} = {plain(value)}\n" for key, value in values.items() if not isinstance(value, Mapping))
    head = f"[{'.'.join(map(_key, path))}]\n" if path else ""
    tables = (_lines(value, (*path, key)) for key, value in values.items() if isinstance(value, Mapping))
    return head + flat + "".join(tables)


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else plain(key)


def plain(value: Value) -> str:
    """Return a value as TOML: JSON's spelling is TOML's too, but for astral characters as pairs of escapes, and DEL."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{plain(key)} = {plain(one)}" for key, one in value.items()) + " }"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(plain, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
