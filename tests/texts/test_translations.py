"""The complete languages beside English: whole, in the words of the trade of their country, and with no English left.

What is held against each language stands in tests/texts/words, a file a language.
"""

import re
from functools import cache
from typing import Final

import pytest

import texts
from tests.texts import words
from tests.texts.words import TRANSLATED

EN: Final = dict(texts.sentences(texts.load("en")))
CODES: Final = (
    r"ranges\.",
    r"account\.(kinds|systems)\.",
    r"alarms\.escalation\.channels\.",
    r"value\.origins\.values\.",
    r"provenance\.symbols\.",
    r".*\.(csv|json|parquet|log)",
    r"query\.formats\.",
    r"register\.forms\.",
    r"pages\.docs",
    r"frame\.made_by",
)
"""Sentences that are a symbol, a format or a name of a product, whatever the language."""
FILLED: Final = re.compile(r"\{[^}]*\}|`[^`]*`|\[\[.*?\]\]|\[\w+\.<id>\]")
"""What is filled in, and what a person types as it stands."""

pytestmark = pytest.mark.parametrize("tag", TRANSLATED)


@cache
def said(tag: str) -> dict[str, str]:
    """The sentences of a language, by key."""
    return dict(texts.sentences(texts.load(tag)))


def forbidden(tag: str, sentence: str) -> list[str]:
    """The patterns that a sentence meets, what is filled in left out."""
    bare = FILLED.sub("", sentence)
    return [one for one in words.of(tag).forbidden if re.search(one, bare, re.IGNORECASE)]


def has_letters(sentence: str) -> bool:
    """Whether anything is said beside what is filled in."""
    return re.search(r"[A-Za-z]", FILLED.sub("", sentence)) is not None


def ends(sentence: str) -> tuple[str, bool, bool]:
    """The mark at the end, and whether a sentence begins or ends with what parts it from another."""
    last = sentence[-1:]
    return last if last in ".:" else "", sentence[:1] in " ,", last == " "


def test_no_sentence_has_a_word_that_is_not_said(tag: str) -> None:
    """Over all files: no calque, no second word for a thing, no English, nobody addressed."""
    assert {key: found for key, sentence in said(tag).items() if (found := forbidden(tag, sentence))} == {}


def test_each_forbidden_word_is_found(tag: str) -> None:
    """The control: every sentence that must not be said is refused, and no pattern is left untried."""
    control = words.of(tag).said
    found = [forbidden(tag, one) for one in control]

    assert [one for one, patterns in zip(control, found, strict=True) if not patterns] == []
    assert set(words.of(tag).forbidden) - {pattern for patterns in found for pattern in patterns} == set()


def test_no_sentence_is_left_in_english(tag: str) -> None:
    """None is word by word the English one, but codes, symbols, names, and those listed with a reason."""
    same = {key for key, sentence in said(tag).items() if sentence == EN.get(key) and has_letters(sentence)}
    codes = {key for key in same if any(re.fullmatch(f"{one}.*", key) for one in CODES)}

    assert same - codes == set(words.of(tag).same)


def test_one_and_many_are_different_sentences(tag: str) -> None:
    """A plural that is its singular was forgotten."""
    ones = [key.removesuffix(".one") for key in said(tag) if key.endswith(".one")]

    assert len(ones) > 50
    assert [key for key in ones if said(tag)[f"{key}.one"] == said(tag)[f"{key}.many"]] == []


def test_sentences_are_joined_as_the_english_ones_are(tag: str) -> None:
    """A stop, a colon, a comma or a space at an end is in both: the code puts sentences behind each other."""
    marks = {key for key, sentence in said(tag).items() if key in EN and ends(sentence) != ends(EN[key])}

    assert marks == set(words.of(tag).no_stop)


def test_each_state_has_a_word_and_a_meaning_of_its_own(tag: str) -> None:
    """Rejected, never measured, held, shelved, maintenance, blind and stale are different words, explained once."""
    told = [text.lower() for key, text in said(tag).items() if re.fullmatch(r"glossary\.\w+\.[\w-]+\.word", key)]
    meanings = [text for key, text in said(tag).items() if re.fullmatch(r"glossary\.\w+\.[\w-]+\.meaning", key)]

    assert [told.count(state) for state in words.of(tag).states] == [1] * len(words.of(tag).states)
    assert len(set(told)) == len(told) == len(meanings) == len(set(meanings))
