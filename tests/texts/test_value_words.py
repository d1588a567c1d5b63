"""What is said of value: no money for what lies in the ground, no praise, and confidence only as UNFC's own term."""

import json
import re
from typing import Final

import msgspec
import pytest

import texts
from tailings.study import article_27, net_values, tables
from tailings.study.article_27 import FacilityPlace
from tailings.study.tables import Label
from tests.tailings.study.example import result
from tests.texts import words
from tests.texts.words import TRANSLATED

FORBIDDEN: Final = {
    "en": r"\bworth(y|while)?\b|\bin[- ]situ\b|\bhigh confidence\b|\breserves?\b|\bprofitabl\w*|\bbankable\b",
    **{tag: words.of(tag).praise for tag in TRANSLATED},
}
BEFORE: Final = {
    "en": ("Worth 3 more holes", "In-situ value"),
    **{tag: words.of(tag).praised for tag in TRANSLATED},
}
OF_VALUE: Final = ("value", "value_list", "glossary", "overview", "packages")
"""Catalogues that speak of value; "worth" of others is of independent readings."""
LABORATORY_SAMPLE: Final = {"es": "muestra", "pt": "amostra"}
TERM: Final = ("value.unfc.G1",)
"""UNFC's own words, which stand behind the code G1 alone."""


@pytest.mark.parametrize("language", FORBIDDEN)
def test_no_sentence_praises_and_none_puts_money_on_the_ground(language: str) -> None:
    """Over every sentence of the catalogues of value, but the term of UNFC."""
    said = dict(texts.sentences(texts.load(language)))
    of_value = {key: one for key, one in said.items() if key.split(".")[0] in OF_VALUE and key not in TERM}

    assert len(of_value) > 400
    assert {key for key, one in of_value.items() if re.search(FORBIDDEN[language], one, re.IGNORECASE)} == set()


@pytest.mark.parametrize("language", FORBIDDEN)
def test_the_words_are_found_where_they_stand(language: str) -> None:
    """The pattern knows what was said before."""
    found = [re.search(FORBIDDEN[language], one, re.IGNORECASE) for one in BEFORE[language]]

    assert len(found) > 1 and all(found)


def test_no_file_of_a_study_says_them() -> None:
    """Tables as they are offered, method statement, and the Article 27 record of the demo."""
    drawn = net_values(result(), {})
    label = Label("demo", 1, "", "", "")
    record = article_27.record(FacilityPlace("demo", "Demo"), result(), drawn)
    written = [tables.file(name, "csv", result(), drawn, label).decode() for name in tables.TABLES]
    written += [result().method, json.dumps(msgspec.to_builtins(record))]

    assert [one for one in written if re.search(FORBIDDEN["en"], one, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", LABORATORY_SAMPLE)
def test_invented_data_are_not_called_by_the_word_for_a_laboratory_sample(language: str) -> None:
    """Above a page of assays "datos de muestra" are those of the sample, the contrary of invented ones."""
    said = dict(texts.sentences(texts.load(language)))
    of_invented = [said[key] for key in ("frame.sample_data", "statement.invented", "region.invented")]

    assert [one for one in of_invented if LABORATORY_SAMPLE[language] in one.lower()] == []
