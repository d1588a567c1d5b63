"""How far each language is: `python -m tests.translations` says it of all; with a tag, which sentences are missing.

A complete language is a folder of texts and is offered to readers. One that is begun is a folder of texts/begun, which
no program reads, so that nobody is shown half a page in two languages.
"""

import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

from babel import Locale

import texts
from tailings.tables import table as written
from texts import FOLDER, REFERENCE, languages
from texts.languages import Language

BEGUN: Final = FOLDER / "begun"


class Translation(NamedTuple):
    """How far a language is: how many sentences English has, and the keys of those that are missing, by file."""

    language: Language
    sentences: int
    missing: dict[str, list[str]]

    @property
    def percent(self) -> int:
        """What is translated [%], never rounded up."""
        return 100 * (self.sentences - sum(map(len, self.missing.values()))) // self.sentences


def translation(tag: str, folder: Path) -> Translation:
    """Count a language of a folder against English; raise texts.BadTexts where it says what English does not."""
    missing, count = {}, 0
    for file in sorted((FOLDER / REFERENCE).glob("*.toml")):
        english, own = texts.load(REFERENCE, (file.stem,)), folder / tag / file.name
        found = tomllib.loads(own.read_text(encoding="utf-8")) if own.exists() else {}
        count += sum(1 for _ in texts.sentences(english))
        if keys := texts.lacking(tag, found, english):
            missing[file.stem] = keys
    return Translation(Language(tag, folder), count, missing)


def all_languages() -> list[Translation]:
    """Count every language but English, the complete ones first."""
    begun = sorted(file.name for file in BEGUN.iterdir() if file.is_dir())
    complete = [one.tag for one in languages.known() if one.tag != REFERENCE]
    return [*(translation(tag, FOLDER) for tag in complete), *(translation(tag, BEGUN) for tag in begun)]


def english_name(language: Language) -> str:
    """Give what English calls a language."""
    return str(Locale.parse(language.tag, sep="-").get_display_name("en"))


def table() -> str:
    """The table of docs/how-to/add-a-language.md."""
    rows = [
        (
            english_name(one.language),
            f"`{(one.language.folder / one.language.tag).relative_to(FOLDER.parent)}`",
            f"{one.percent} %",
            "yes" if one.language in languages.known() else "no",
        )
        for one in all_languages()
    ]
    return written(("language", "folder", "translated", "offered to readers"), rows)


def main(tags: list[str]) -> int:
    """Say how far all languages are, or what is missing of some."""
    for one in all_languages():
        if not tags:
            print(f"{one.language.tag}: {one.percent} % ({english_name(one.language)})")
        elif one.language.tag in tags:
            print(*(f"{file}.toml: {key}" for file, keys in one.missing.items() for key in keys), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
