"""A second language made by a function: English with a mark on each letter, which no reader takes for English.

What has no mark after a sentence was made did not come from the catalogue.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import texts
from texts import FOLDER, REFERENCE, Texts

MARK = "\N{COMBINING DOT ABOVE}"
LANGUAGE = "xx"
SERVED = "eo"
"""Esperanto, with a decimal comma."""
PLACE = re.compile(r"(\{[^{}]*\})")
PLAIN = re.compile(rf"[A-Za-z](?!{MARK})")


def marked(text: str) -> str:
    """Put a mark on each letter that is not in a place for a value."""
    parts = PLACE.split(text)
    return "".join(part if part.startswith("{") else re.sub("([A-Za-z])", rf"\1{MARK}", part) for part in parts)


def write(folder: Path, room: str, change: Any = lambda found: found, language: str = LANGUAGE) -> None:
    """Write the catalogue of a room in that language; change: what is done to it before."""
    target = folder / language
    target.mkdir(exist_ok=True)
    found = change(_each(texts.load(REFERENCE, (room,))))
    (target / f"{room}.toml").write_text("\n".join(_lines(found)), encoding="utf-8")


def catalogue(folder: Path) -> Texts:
    """Write and load the whole language."""
    for file in (FOLDER / REFERENCE).glob("*.toml"):
        write(folder, file.stem)
    return texts.load(LANGUAGE, folder=folder)


def served(folder: Path) -> Path:
    """Write English and the second language as the app serves them, under a tag of which CLDR knows how it writes."""
    shutil.copytree(FOLDER / REFERENCE, folder / REFERENCE)
    for file in (FOLDER / REFERENCE).glob("*.toml"):
        write(folder, file.stem, language=SERVED)
    return folder


def leftovers(said: str, *values: str) -> str:
    """Give what no catalogue has said, after the values that were filled in are taken out."""
    for value in sorted(values, key=len, reverse=True):
        said = said.replace(value, "")
    return "".join(PLAIN.findall(said))


def _each(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _each(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_each(value) for value in found]
    return marked(found) if isinstance(found, str) else found


def _lines(found: Texts, path: tuple[str, ...] = ()) -> list[str]:
    """TOML, plain keys first: strings of JSON are strings of TOML."""
    plain = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in found.items() if not isinstance(value, dict)]
    lines = [f"[{'.'.join(map(json.dumps, path))}]", *plain] if path else plain
    for key, value in found.items():
        if isinstance(value, dict):
            lines += _lines(value, (*path, key))
    return lines
