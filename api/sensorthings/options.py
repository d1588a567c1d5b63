"""The options of a query, as its string has them: each once, each known, none over a limit."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from api.http.errors import BadSyntax, NotSupported, shown
from api.http.parameters import nearest
from api.sensorthings import grammar
from api.sensorthings.syntax import Expansion, Options

MAX_QUERY: Final = 8_000
"""Characters of a query string."""
MAX_PARAMETERS: Final = 50
MAX_EXPAND_DEPTH: Final = 6
MAX_EXPANSIONS: Final = 30
DATA_ARRAY: Final = "dataArray"


def read(query: str) -> Options:
    """Return the options of a query string, as it came; raise BadSyntax or NotSupported."""
    if len(query) > MAX_QUERY:
        raise BadSyntax(f"The query has {len(query)} characters, at most {MAX_QUERY} are read.")
    if query.count("&") > MAX_PARAMETERS:
        raise BadSyntax(f"The query has more than {MAX_PARAMETERS} parameters.")
    texts: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        option = _known("$resultFormat" if name == "resultFormat" else name)
        if option in texts:
            if texts[option] == text:  # pygeoapi adds its own to those of a next link
                continue
            raise BadSyntax(f"{option} stands there twice; say it once.", option)
        if "\0" in text:
            raise BadSyntax(f"{option} has the character U+0000, which no text here has.", option)
        texts[option], values[option] = text, _value(option, text.strip())
    return _options({_field(option): value for option, value in values.items()})


def _known(name: str) -> str:
    if name in grammar.KNOWN:
        return name
    if name.startswith("$"):
        raise NotSupported(f"There is no option {shown(name)} here; {nearest(name, grammar.KNOWN)}.", name)
    raise BadSyntax(f"There is no parameter {shown(name)} here; {nearest('$' + name, grammar.KNOWN)}.", name)


def _field(option: str) -> str:
    return grammar.FIELDS.get(option, option[1:])


def _value(option: str, text: str) -> Any:
    name = option[1:]
    if name in grammar.PARSED:
        return grammar.parse(name, text)
    if name in ("top", "skip"):
        return grammar.count(option, text)
    if name == "count":
        if text.lower() not in grammar.TRUTHS:
            raise BadSyntax(f"$count must be true or false, not {shown(text)}.", option)
        return grammar.TRUTHS[text.lower()]
    if name == "resultFormat":
        if text != DATA_ARRAY:
            raise BadSyntax(f"$resultFormat can be {DATA_ARRAY}, not {shown(text)}; leave it out for JSON.", option)
        return True
    return text


def _options(values: dict[str, Any]) -> Options:
    found = Options(**values)
    _check_expand(found.expand, 1)
    return found


def _check_expand(expand: tuple[Expansion, ...], depth: int) -> int:
    """Raise BadSyntax for too many or too deep ones; return how many there are."""
    if depth > MAX_EXPAND_DEPTH and expand:
        raise BadSyntax(f"$expand goes deeper than {MAX_EXPAND_DEPTH} levels; ask for the rest by its link.", "$expand")
    number = sum(1 + _check_expand(one.options.expand, depth + 1) for one in expand)
    if number > MAX_EXPANSIONS:
        raise BadSyntax(f"$expand names {number} navigations, at most {MAX_EXPANSIONS} are followed.", "$expand")
    return number
