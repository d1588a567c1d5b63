"""The catalogues: the sentences that people read, by key, a folder a language and a file a room, read once.

Codes and values are stored and sent; whoever shows them makes the sentence here (`say`, and `texts.record` for what the
stored record of alarms and revisions says), in the language that is spoken at the moment (`texts.languages`), with
numbers and dates as it writes them (`texts.writing`). A language is whole or it is not loaded: each key of English, and
in each sentence the same values.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from texts import languages, writing
from texts.languages import FOLDER, REFERENCE

__all__ = ["FOLDER", "REFERENCE", "BadTexts", "Texts", "called", "lacking", "load", "say", "sentence", "sentences"]

Texts = dict[str, Any]
FORMS: Final = ("zero", "one", "two", "few", "many")
"""The plural forms of CLDR; its `other` is `many` here, which every sentence with forms has."""
SHOWN: Final = 5
"""So many keys are named of those that are wrong."""


class BadTexts(Exception):
    """A catalogue cannot be used; the sentence names language, file and keys."""


def load(language: str | None = None, rooms: tuple[str, ...] = (), folder: Path | None = None) -> Texts:
    """Read the sentences of a language, of all rooms where none is named: the files `<folder>/<language>/<room>.toml`.

    language: the tag; None: that which is spoken now. The files are one catalogue: no key stands at the top of two.
    Raises BadTexts where one is missing, or has other keys or other values than English has.
    """
    if language is None:
        spoken = languages.current()
        return _catalogue(spoken.tag, rooms, spoken.folder)
    return _catalogue(language, rooms, folder or FOLDER)


@cache
def _catalogue(language: str, rooms: tuple[str, ...], folder: Path) -> Texts:
    named = rooms or tuple(sorted(path.stem for path in (FOLDER / REFERENCE).glob("*.toml")))
    texts: Texts = {}
    for room in named:
        found = _read(folder / language / f"{room}.toml")
        if double := sorted(found.keys() & texts.keys()):
            raise BadTexts(f"{language}/{room}.toml has {double[0]!r}, which another file of {language} has already")
        texts |= found
    if language != REFERENCE and (keys := lacking(language, texts, load(REFERENCE, named))):
        raise BadTexts(f"{language} lacks: {_named(keys)}")
    return texts


def say(text: str | dict[str, str], n: int | None = None, **values: object) -> str:
    """Fill in a sentence; one that has forms is chosen by the plural rule of the language for `n`, else `many`."""
    if isinstance(text, dict):
        text = text.get(languages.current().form(n or 0), text["many"])
    return writing.filled(text, {"n": n, **values})


def sentence(words: str) -> str:
    """Begin words with a capital letter and leave the rest (W stays W); a code (n07:vw1.level) stays as it is."""
    return words if ":" in words.partition(" ")[0][:-1] else words[:1].upper() + words[1:]


def called(title: str, place: str | None) -> str:
    """Say what an instrument is called, and where it is ('Piezometer P-07, berm B')."""
    return f"{title}, {place}" if place else title


def sentences(texts: Texts, key: str = "") -> Iterator[tuple[str, str]]:
    """Give each sentence of a catalogue with its key ('alarms.states.normal', 'months.3')."""
    for name, text in texts.items():
        part = f'"{name}"' if "." in name else name  # as TOML has it: "a.b" is one key, and a.b are two
        path = f"{key}.{part}" if key else part
        if isinstance(text, dict):
            yield from sentences(text, path)
        elif isinstance(text, list):
            yield from sentences({str(number): one for number, one in enumerate(text)}, path)
        else:
            yield path, str(text)


def lacking(language: str, texts: Texts, english: Texts) -> list[str]:
    """Name the keys of English that a catalogue does not have yet.

    Raises BadTexts where it has a key that English does not have, or fills other values into a sentence.
    """
    found, wanted = dict(sentences(texts)), dict(sentences(english))
    forms = {key for key in found.keys() - wanted.keys() if _is_form(key, wanted)}  # more plurals than English has
    if unknown := found.keys() - wanted.keys() - forms:
        raise BadTexts(f"{language} has unknown keys: {_named(unknown)}")
    for key, text in found.items():
        values, expected = _values(text), _values(wanted[_many(key) if key in forms else key])
        is_one = key.endswith(".one")  # "the one datastream" need not say its number
        if values - expected or (expected - values and not is_one):
            raise BadTexts(f"{language} fills {sorted(values)} into {key}, English {sorted(expected)}")
    return sorted(wanted.keys() - found.keys())


def _named(keys: Collection[str]) -> str:
    """Name the first of some keys, and how many more there are."""
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return f"{', '.join(sorted(keys)[:SHOWN])}{more}"


def _read(file: Path) -> Texts:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadTexts(f"there is no {file}: a language has the files of {FOLDER / REFERENCE}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadTexts(f"{file} is no TOML: {error}") from error


def _many(key: str) -> str:
    """Give the key of the form that every sentence with forms has."""
    return f"{key.rpartition('.')[0]}.many"


def _is_form(key: str, wanted: Mapping[str, str]) -> bool:
    return key.rpartition(".")[2] in FORMS and _many(key) in wanted


def _values(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise BadTexts(f"{text!r} has a brace that opens or closes nothing: {error}") from error
