"""What is held against the words of each complete language, a file a language; its name is the tag."""

from importlib import import_module
from typing import Final, NamedTuple

import pytest

from texts import REFERENCE, languages

TRANSLATED: Final = tuple(one.tag for one in languages.known() if one.tag != REFERENCE)
"""The tags of the complete languages beside English: the folders in texts."""
EACH: Final = [TRANSLATED[0], *(pytest.param(tag, marks=pytest.mark.foreign) for tag in TRANSLATED[1:])]
"""The same for what takes long: the first in `make test`, the others in `make test-foreign`."""


class Words(NamedTuple):
    """The words of a language.

    forbidden: patterns that no sentence meets, each with what is said instead. said: the control, sentences of which
    each meets one. same: keys of sentences that are those of English, each with the reason. states: the words for
    states, one each. praise: what is never said of value. praised: the control of that. no_stop: keys where a stop of
    English ("a.s.l.") is none, or another, here.
    """

    forbidden: dict[str, str]
    said: tuple[str, ...]
    same: dict[str, str]
    states: tuple[str, ...]
    praise: str
    praised: tuple[str, ...]
    no_stop: tuple[str, ...]


def of(tag: str) -> Words:
    """Give those of a language; raise ImportError where there is no file for it."""
    found: Words = import_module(f"{__name__}.{tag}").WORDS
    return found
