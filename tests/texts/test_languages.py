"""Languages: which there are, which a browser likes, which is spoken at the moment, and how each writes.

Numbers and dates are held against Babel's own formatting of the same CLDR data; plurals against the examples of CLDR's
chart of plural rules; what a browser likes against RFC 9110, section 12.5.4.
"""

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from hypothesis import given
from hypothesis import strategies as st

import texts
from texts import languages, writing
from texts.languages import ENGLISH, Language

TAGS = ("en", "es", "pt", "de", "pl", "tr")
LANGUAGES = tuple(Language(tag) for tag in TAGS)
LOCALES = [Locale.parse(one.locale, sep="-") for one in LANGUAGES]
BY_LOCALE = pytest.mark.parametrize(("language", "locale"), [*zip(LANGUAGES, LOCALES, strict=True)], ids=TAGS)


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("da, en-gb;q=0.8, en;q=0.7", "en"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.2, es;q=0.9", "es"),
        ("es;q=0, en", "en"),
        ("de;q=high, es", "es"),
        ("pt-PT", "pt"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("pt-MZ, es;q=0.9", "pt"),
        ("fi", None),
        ("*", None),
        ("", None),
        (";q=1,,;", None),
    ],
)
def test_the_language_is_what_the_browser_likes_most(header: str, tag: str | None) -> None:
    """By weight; a region is served by its language, weight zero is none, what cannot be read counts for nothing."""
    found = languages.accepted(header, LANGUAGES)

    assert (found and found.tag) == tag


def test_a_folder_of_sentences_is_a_language(tmp_path: Path) -> None:
    """English first, the others by what their speakers call them; a folder without a frame is none."""
    for tag in ("pl", "es", "en"):
        (tmp_path / tag).mkdir()
        (tmp_path / tag / "frame.toml").touch()
    (tmp_path / "__pycache__").mkdir()

    assert [(one.tag, one.name) for one in languages.known(tmp_path)] == [
        ("en", "English"),
        ("es", "Español"),
        ("pl", "Polski"),
    ]


@pytest.mark.parametrize(("tag", "loads"), [("pt", False), ("eo", True)])
def test_a_language_of_the_file_needs_nothing_of_babel(tag: str, loads: bool) -> None:
    """In a process of its own, by Babel's own list of what it has loaded; the control is a language of no file."""
    asked = (
        f"import texts; one = texts.languages.Language({tag!r}); print(one.name, one.decimal, one.months, one.form(2))"
    )
    told = f"{asked}; from babel import localedata; print(len(localedata._cache))"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert (int(done.stdout.split()[-1]) > 0) == loads


def test_threads_and_tasks_do_not_mix() -> None:
    """Each has spoken its own language between two meetings with all others, and the one outside speaks English."""
    meeting, found = threading.Barrier(len(TAGS)), {}

    def of_thread(language: Language) -> None:
        with languages.speaking(language):
            meeting.wait(60)
            found[language.tag] = writing.number("1.5"), writing.month(8)
            meeting.wait(60)

    async def of_task(language: Language, gate: asyncio.Barrier) -> tuple[str, str]:
        languages.speak(language)
        await gate.wait()
        return writing.number("1.5"), writing.month(8)

    async def all_tasks() -> list[tuple[str, str]]:
        gate = asyncio.Barrier(len(TAGS))
        return await asyncio.gather(*(of_task(one, gate) for one in LANGUAGES))

    threads = [threading.Thread(target=of_thread, args=(one,)) for one in LANGUAGES]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    expected = [(format_decimal(1.5, locale=one), format_date(date(2026, 8, 1), "MMM", locale=one)) for one in LOCALES]

    assert [found[tag] for tag in TAGS] == expected
    assert asyncio.run(all_tasks()) == expected
    assert languages.current() == ENGLISH


@BY_LOCALE
@given(value=st.floats(-1e12, 1e12), places=st.integers(0, 6))
def test_a_number_has_the_marks_of_its_language(language: Language, locale: Locale, value: float, places: int) -> None:
    """Babel's number of the same decimals, but for what is one way everywhere: thin spaces, from 10 000 on; a minus."""
    plain = f"{value:.{places}f}"
    size = abs(Decimal(plain))
    pattern = ("#,##0" if size >= 10_000 else "0") + ("." + "0" * places if places else "")
    size_words = format_decimal(size, pattern, locale=locale)
    sign = writing.MINUS if Decimal(plain) < 0 else ""
    with languages.speaking(language):
        found = writing.number(plain)

    whole, mark, fraction = size_words.partition(get_decimal_symbol(locale))

    assert found == sign + whole.replace(get_group_symbol(locale), writing.THIN_SPACE) + mark + fraction


@BY_LOCALE
@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_date_has_the_month_of_its_language(language: Language, locale: Locale, at: datetime) -> None:
    """Day, month, year and clock in this order, as Babel writes that pattern; the year of today is left out."""
    with languages.speaking(language):
        whole = writing.day_and_clock(at, "Europe/Lisbon", at.replace(year=1980, month=1, day=15))
        short = writing.day(at.date(), at.date())

    assert whole == format_datetime(at, "d MMM y HH:mm", tzinfo="Europe/Lisbon", locale=locale)
    assert short == format_date(at, "d MMM", locale=locale)


@pytest.mark.parametrize(
    ("tag", "n", "form"),
    [
        *[("en", 1, "one"), ("en", 0, "many"), ("es", 1, "one"), ("es", 0, "many"), ("es", 1_000_000, "many")],
        *[("pt", 1, "one"), ("pt", 0, "many"), ("pt", 2, "many"), ("pt", 1_000_000, "many")],
        *[("pl", 1, "one"), ("pl", 2, "few"), ("pl", 5, "many"), ("pl", 22, "few"), ("pl", 0, "many")],
        ("fr", 0, "one"),
    ],
)
def test_the_form_of_a_sentence_is_chosen_by_the_language(tag: str, n: int, form: str) -> None:
    """A form that a sentence does not have is `many`."""
    sentence = {"one": "one", "few": "few", "many": "many"}
    with languages.speaking(Language(tag)):
        assert texts.say(sentence, n) == form
        assert texts.say({"one": "one", "many": "many"}, n) == ("one" if form == "one" else "many")


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ("{n} readings", 26478, "26\u2009478 readings"),
        ("{n} V", 3.105, "3,105 V"),
        ("{n:.2f} V", 3.1049, "3,10 V"),
        ("{n:.10g} m3", 1.5e12, "1\u2009500\u2009000\u2009000\u2009000 m3"),
        ("{n:.10g} m", 0.00001, "0,00001 m"),
        ("{n:.0%} free", 0.25, "25% free"),
        ("{n:02d} min", 7, "07 min"),
        ("{n}", True, "True"),
    ],
)
def test_numbers_in_a_sentence_are_written_as_its_language_does(text: str, value: float, written: str) -> None:
    """With the decimals that the sentence asks for (SI Brochure 2019, 5.4.4: thin spaces), and never an exponent."""
    with languages.speaking(Language("es")):
        assert writing.filled(text, {"n": value}) == written


@BY_LOCALE
@given(value=st.decimals(-99999, 99999, places=3))
def test_what_a_person_writes_is_read(language: Language, locale: Locale, value: Decimal) -> None:
    """A number as Babel writes it in the language without groups, or with a point; the pages write it so too."""
    with languages.speaking(language):
        written = format_decimal(value, locale=locale, group_separator=False, decimal_quantization=False)
        assert writing.read(written) == float(value)
        assert writing.read(f" {value} ") == float(value)
        assert writing.read(writing.number(f"{value}")) == float(value)


@pytest.mark.parametrize("text", ["", "-", "many", "1.2.3", "1e9", "nan", "inf", "12 m", "\u0663", "0x1f", "1,234.5"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    """Words, powers, hexadecimals, groups with commas, digits of other scripts: a person is asked again."""
    assert writing.read(text) is None
