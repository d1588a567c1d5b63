"""Portuguese is that of Portugal, where CLDR and browsers take a bare `pt` for Brazil's.

Expected: SI Brochure 2019, 5.4.4 (thin spaces) and the house's rule that they begin at 10 000; CLDR's chart of plural
rules (`pt` has one for 0, `pt-PT` has other) and its short names of the months.
"""

from datetime import UTC, date, datetime

import pytest
from babel import Locale

import texts
from texts import languages, writing
from texts.languages import Language

PORTUGUESE = Language("pt")


def test_browsers_and_screen_readers_are_told_the_country() -> None:
    """Its folder, addresses and name are those of the language; a language without such a country has its tag."""
    found = (PORTUGUESE.tag, PORTUGUESE.name, PORTUGUESE.locale)

    assert found == ("pt", "Português", "pt-PT")
    assert [one.locale for one in (Language("en"), Language("es"))] == ["en", "es"]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 leituras suspeitas."),
        (1, "1 leitura suspeita."),
        (2, "2 leituras suspeitas."),
        (26478, "26\u2009478 leituras suspeitas."),
        (1_000_000, "1\u2009000\u2009000 leituras suspeitas."),
    ],
)
def test_none_is_plural_in_portugal(n: int, said: str) -> None:
    """CLDR's forms one, many and other; the two that are no singular are the catalogue's `many`."""
    with languages.speaking(PORTUGUESE):
        sentence = texts.say(texts.load()["verdict"]["suspect"], n)

    assert sentence == said
    assert Locale.parse("pt").plural_form(0) == "one"  # what Brazil says, the control


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("338.5", "338,5"),
        ("9999.50", "9999,50"),
        ("10000", "10\u2009000"),
        ("-26478.25", "\u221226\u2009478,25"),
        ("-0.001", "\u22120,001"),
    ],
)
def test_numbers_have_a_comma_and_thin_spaces_from_ten_thousand(plain: str, written: str) -> None:
    """Never a point between thousands; what is written is read again."""
    with languages.speaking(PORTUGUESE):
        assert writing.number(plain) == written
        assert writing.read(written) == float(plain)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Aprovado em {day}.", "Aprovado em 5 mar."),
        ("Desde {day}. Agora: {day}", "Desde 5 mar. Agora: 5 mar."),
        ("{{{day}}}. {what}.", "{5 mar.}. 2,5."),
        ("{day}.{what}", "5 mar.2,5"),
        ("Sem {what}. {day}...", "Sem 2,5. 5 mar..."),
    ],
)
def test_the_stop_of_a_month_ends_its_sentence(sentence: str, said: str) -> None:
    """One stop, not two, where what is filled in ends with one; an ellipsis stays whole."""
    with languages.speaking(PORTUGUESE):
        assert texts.say(sentence, day=writing.day(date(2026, 3, 5), date(2026, 1, 1)), what=2.5) == said


def test_dates_have_the_months_of_cldr() -> None:
    """Day, month and year in that order; the clock is the facility's."""
    at = datetime(2026, 3, 5, 14, 32, tzinfo=UTC)
    with languages.speaking(PORTUGUESE):
        found = [writing.day(date(2025, month, 3)) for month in (1, 5, 9, 12)]
        clock = writing.day_and_clock(at, "Europe/Lisbon", at)

    assert found == ["3 jan. 2025", "3 mai. 2025", "3 set. 2025", "3 dez. 2025"]
    assert clock == "5 mar. 14:32"
