"""Marks on the fields of the model: what the file does not say of them itself, and what a plug-in says of them."""

from __future__ import annotations

from typing import Final

from msgspec import Meta

from toml_file.shapes import NOT_IN_FILE as NOT_IN_FILE

PLUGIN: Final = "plugin"
TABLES: Final = "tables"
WORDS: Final = "words"
UNSTATED: Final = "unstated"


def plugin(key: str, attribute: str) -> Meta:
    """The field has the shape that a plug-in has under this attribute; the key beside it names the plug-in."""
    return Meta(extra={PLUGIN: (key, attribute)})


def tables(name: str) -> Meta:
    """The field is not in [facility]: its tables stand beside it, each under a name such as this."""
    return Meta(extra={TABLES: name, **(NOT_IN_FILE.extra or {})})


def words(of: str) -> Meta:
    """The field says a word of a list: driver, formula, filter, quantity, unit or consequence class."""
    return Meta(extra={WORDS: of})


def unstated(default: str) -> Meta:
    """The field may be left out; this is what then holds."""
    return Meta(extra={UNSTATED: default})
