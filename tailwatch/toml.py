"""Writes a settings file: flat values, lists and tables as TOML (the standard library only reads it)."""

import json
from collections.abc import Mapping, Sequence

Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"]


def encode(values: Mapping[str, Value]) -> str:
    """Return the values as TOML; tables come after the plain values, as the format demands."""
    return _lines(values, ())


def _lines(values: Mapping[str, Value], path: tuple[str, ...]) -> str:
    flat = "".join(f"{key} = {plain(value)}\n" for key, value in values.items() if not isinstance(value, Mapping))
    head = f"[{'.'.join(path)}]\n" if path else ""
    tables = (_lines(value, (*path, key)) for key, value in values.items() if isinstance(value, Mapping))
    return head + flat + "".join(tables)


def plain(value: Value) -> str:
    """Return a value as TOML: JSON's spelling is TOML's too, but for astral characters as pairs of escapes, and DEL."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{plain(key)} = {plain(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(plain, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
