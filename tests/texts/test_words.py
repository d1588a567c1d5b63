"""The words of the catalogue are those of the trade: what readers of release 0.1 did not understand is not said again.

Old and new words: issue 18, and the design of the pages, section 12.
"""

import re
from typing import Final

import pytest

import texts
import texts.record

EN = texts.load()
FORBIDDEN: Final = (
    r"doubt",
    r"\btak(e|es|en|ing) (\w+ )?away",
    r"\bhear[sd]?\b",
    r"\bin the books\b",
    r"\b(speaks?|spoken?|spoke)\b",
    r"\bcame and went\b",
    r"\bvalues (say|are back)\b",
    r"\bits papers\b",
    r"\bworth a better\b",
    r"\bstood\b",
    r"\bthere is no such\b",
    r"\bcan live with\b",
    r"\bthat is not known\b",
    r"\bno laboratory measured\b",
    r"\breckon",
    r"\bact within\b",
    r"\bturning acid\b",
    r"\bcrossed or not\b",
    r"\bfacilities has\b",
    r"\bin vain\b",
    r"\banew\b",
    r"\bdatastream",
    r"\bjudged\b",
)
SAID: Final = (
    "Yellow: act within 4 h",
    "3 plans in force do not hear all of their datastreams",
    "One alarm came and went unseen",
    "The values say Yellow",
    "Never heard of",
    "Bring its papers; it may never have been switched on",
    "100 % of the readings of n01 were doubted",
    "89 datastreams can be taken away",
    "Nothing in the books",
    "Table, beside what people can live with",
    "The ten rules that speak most",
    "Why no laboratory measured it",
    "Levels crossed or not crossed any more: 0",
    "That is not enough to say that it is turning acid",
    "All that is not known",
    "What stood around it",
    "There is no such thing",
    "1 of 1 facilities has a study",
    "Worth a better rule",
)
"""What pages said before, word by word from the issue."""
INSTEAD: Final = {
    "safety.verdict.act": "{state}: next action by {time}",
    "alarms.verdict.unseen_reduced.many": "{n} plans lack instruments: {modes}.",
    "alarms.verdict.unseen.one": "1 alarm cleared before anyone acknowledged it.",
    "alarms.event.values_say": "Readings: {level}",
    "alarms.plan.stands": "Readings: {level}",
    "silence.never": "No contact yet",
    "silence_bring.never": "Check that it was commissioned",
    "record.titles.filter-rate-all": "All {datastream} readings flagged in 24 h",
    "verdict.data_title.many": "{n} series to download",
    "safety.log.none": "No events",
    "alarms.measures": "Alarm rate, with target and limit",
    "alarms.busiest": "Most frequent alarms",
    "value.bring.synthetic": "Origin, if not a laboratory",
    "instruments.script.no_crossings": "No alarm level would change.",
    "water.verdict.kind": "{kind}{value}, {trend}",
    "water.balance.terms.rest": "Unaccounted for",
    "alarms.event.around": "Related readings",
    "problem.titles.not-found": "Page not found",
    "value_list.verdict.one": "Studies: {known} of 1 facility",
    "alarms.hints.title": "Rules to review",
}
STATES: Final = ("rejected", "never measured", "held", "shelved", "maintenance", "no value", "out of service", "stale")


def forbidden(sentence: str) -> list[str]:
    """The patterns that a sentence meets, the names of what is filled in left out."""
    said = re.sub(r"\{[^}]*\}", "", sentence)
    return [one for one in FORBIDDEN if re.search(one, said, re.IGNORECASE)]


def test_no_sentence_has_a_word_that_readers_did_not_understand() -> None:
    """Over all files of English."""
    found = {key: sentence for key, sentence in texts.sentences(EN) if forbidden(sentence)}

    assert found == {}


@pytest.mark.parametrize("old", SAID)
def test_what_was_said_before_is_found(old: str) -> None:
    """The control: each sentence of the issue has a word that is looked for."""
    assert forbidden(old)


@pytest.mark.parametrize("key", INSTEAD)
def test_the_words_of_the_issue_are_said(key: str) -> None:
    """Word by word, values left open."""
    assert dict(texts.sentences(EN))[key] == INSTEAD[key]


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_word_and_a_meaning_of_its_own(state: str) -> None:
    """Rejected, never measured, held, shelved and maintenance are different words, each in the glossary once."""
    told = [one for group in EN["glossary"]["groups"] for one in EN["glossary"][group].values()]
    words = [one["word"].lower() for one in told]
    meanings = [one["meaning"] for one in told]

    assert words.count(state) == 1
    assert len(set(meanings)) == len(meanings)


def test_all_readings_flagged_are_said_as_all() -> None:
    """A share of 29 % is a share; all of them are all."""
    detail = {"code": "filter-rate", "percent": 29.4, "datastream": "n01:pond.level"}

    assert [texts.record.title("", {**detail, "percent": one}, EN, texts.record.utc) for one in (29.4, 100.0)] == [
        "29 % of n01:pond.level readings flagged in 24 h",
        "All n01:pond.level readings flagged in 24 h",
    ]


def test_a_code_at_the_beginning_of_a_sentence_stays_as_it_is() -> None:
    """Words begin with a capital letter; the name of a datastream is no word."""
    given = ("pond level rises", "n07:battery.voltage readings rejected", "note: wet")

    assert [texts.sentence(one) for one in given] == ["Pond level rises", given[1], "Note: wet"]
