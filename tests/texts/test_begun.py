"""Languages that are begun: counted truly, and offered to nobody until they are whole."""

import shutil
from pathlib import Path

import pytest

import texts
from tests import translations
from tests.texts import pseudo
from tests.translations import BEGUN
from texts import BadTexts, languages

TAGS = sorted(file.name for file in BEGUN.iterdir())


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_begun_says_what_english_says(tag: str) -> None:
    """Keys and values are those of English; it has a name of CLDR, and is neither empty nor whole."""
    found = translations.translation(tag, BEGUN)

    assert found.language.name
    assert 0 < found.percent < 100 and found.missing


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_begun_is_not_offered(tag: str) -> None:
    """Neither by its name nor to a browser that likes it most: that one gets what it likes next."""
    known = languages.known()

    assert languages.named(tag, known) is None
    assert languages.accepted(f"{tag}-{tag.upper()},{tag};q=0.9,pt;q=0.3", known) == languages.named("pt", known)


def test_the_languages_that_are_offered_are_whole() -> None:
    """100 %, and so they load: each folder of texts that is no language stands apart."""
    offered = [one for one in translations.all_languages() if one.language.folder == texts.FOLDER]

    assert len(offered) > 1
    assert [(one.percent, one.missing) for one in offered] == [(100, {})] * len(offered)


def test_the_count_is_that_of_the_sentences(tmp_path: Path) -> None:
    """A whole language has 100 %; without two words for levels it has less, and their keys are named."""
    folder = pseudo.served(tmp_path)
    whole = translations.translation(pseudo.SERVED, folder)
    file = folder / pseudo.SERVED / "record.toml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith(('"green"', '"red"'))))
    part = translations.translation(pseudo.SERVED, folder)

    assert (whole.percent, whole.missing) == (100, {})
    assert (part.percent, part.missing) == (99, {"record": ["record.levels.green", "record.levels.red"]})


def test_half_a_language_beside_english_is_refused(tmp_path: Path) -> None:
    """The control: moved too early it would be offered, and not one of its sentences is read."""
    shutil.copytree(BEGUN / TAGS[0], tmp_path / TAGS[0])

    assert [one.tag for one in languages.known(tmp_path)] == TAGS[:1]
    with pytest.raises(BadTexts, match=f"{TAGS[0]} lacks: .* and [0-9]+ more"):
        texts.load(TAGS[0], ("frame",), tmp_path)
