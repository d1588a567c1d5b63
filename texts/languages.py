"""The languages: which there are, which one is spoken at the moment, and what CLDR says of each.

A folder of sentences is the entry and its name, a tag of BCP 47, the registration. Which language is spoken belongs to
a task or thread (`ContextVar`): two requests at once never mix.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from babel import negotiate_locale
from babel.plural import PluralRule

from texts import cldr

FOLDER: Final = Path(__file__).parent
REFERENCE: Final = "en"
MAX_ASKED: Final = 10
"""So many languages of a browser are looked at."""


@dataclass(frozen=True)
class Language:
    """One language: its tag, and where the folder with its sentences lies."""

    tag: str
    folder: Path = FOLDER

    @property
    def locale(self) -> str:
        """The tag that CLDR, browsers and screen readers are told ('pt-PT')."""
        return cldr.COUNTRIES.get(self.tag, self.tag)

    @cached_property
    def name(self) -> str:
        """What its speakers call it ('Español')."""
        words = str(self._facts["name"])
        return words[:1].upper() + words[1:]

    @cached_property
    def decimal(self) -> str:
        """The mark before the decimals."""
        return str(self._facts["decimal"])

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The short names of the months, January first."""
        return tuple(self._facts["months"])

    def form(self, n: float) -> str:
        """Give the plural form of a number: zero, one, two, few, many or other."""
        return str(self._plural(n))

    @cached_property
    def _plural(self) -> PluralRule:
        return PluralRule(self._facts["plural"])

    @property
    def _facts(self) -> dict[str, Any]:
        return cldr.facts(self.tag)


ENGLISH: Final = Language(REFERENCE)
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def current() -> Language:
    """Return the language that is spoken now: English where nobody chose one."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Speak a language from now on, in this task or thread."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def known(folder: Path = FOLDER) -> tuple[Language, ...]:
    """Return the languages that a folder has, English first, the others by their names."""
    found = [Language(one.parent.name, folder) for one in folder.glob("*/frame.toml")]
    return tuple(sorted(found, key=lambda one: (one.tag != REFERENCE, one.name)))


def named(tag: str, languages: Sequence[Language]) -> Language | None:
    """Return the language of a tag; None where there is none."""
    return next((one for one in languages if one.tag == tag), None)


def accepted(header: str, languages: Sequence[Language]) -> Language | None:
    """Choose what a browser likes most of the languages (Accept-Language, RFC 9110, section 12.5.4); None: none."""
    liked = sorted(_liked(header), key=lambda one: -one[0])
    tag = negotiate_locale([tag for _, tag in liked], [one.tag for one in languages], sep="-")
    return None if tag is None else named(tag, languages)


def _liked(header: str) -> Iterator[tuple[float, str]]:
    """Give weight and tag of each language that is asked for; what cannot be read is left out."""
    for part in header.split(",")[:MAX_ASKED]:
        tag, _, weight = part.partition(";")
        try:
            liking = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if 0 < liking <= 1 and tag.strip():
            yield liking, tag.strip()
