"""The catalogue itself: who loads what, and that each code of a program has its sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import texts
from api.alarms import performance
from ingest.notifications import phrases
from ingest.rederive.crossings import TOO_LONG
from tailings import quantities
from tailings.analytes import FRACTIONS, MEDIA
from tailings.commodities import contribution, lists, unfc
from tailings.facility.checks import CONSEQUENCE_CLASSES
from tailings.facility.plans import LEVELS
from texts import BadTexts, record

ROOT = Path(__file__).parents[2]
RECORD = texts.load("en", ("record",))["record"]
LOADED = """
import tomllib
from pathlib import Path
read = []
loads = tomllib.loads
tomllib.loads = lambda text: read.append(text) or loads(text)
from ingest.notifications import composition, phrases
assert not read, "something is read at import"
phrases.words_of()
print(sum(map(len, read)), len(read))
"""


def test_ingest_reads_the_sentences_of_notifications_alone() -> None:
    """Nothing at import, two files when the first letter is written: the pages' sentences are not in its memory."""
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    size, files = map(int, done.stdout.split())
    whole = sum(len(file.read_text()) for file in (texts.FOLDER / "en").glob("*.toml"))

    assert files == 2
    assert size < whole / 4


def test_each_code_that_ingest_stores_has_its_sentence() -> None:
    """Codes as the source names them, against the catalogue: none without a sentence, no sentence without its code."""
    source = "".join(file.read_text() for file in (ROOT / "ingest" / "alarms").rglob("*.py"))
    coded = set(re.findall(r'coded\(\s*"([a-z-]+)"', source)) | set(re.findall(r"'code', '([a-z-]+)'", source))
    literals = set(re.findall(r"""["']([a-z]+(?:-[a-z]+)*)["']""", source))

    assert coded - set(RECORD["titles"]) == set()
    assert set(RECORD["titles"]) - literals == {f"{record.FLAGGED}-all"}  # put where the share is all of them
    assert set(RECORD["lines"]) - literals == set()
    assert set(RECORD["evidence"]) - literals == set()
    assert set(RECORD["previews"]) == {TOO_LONG}


def test_levels_and_quantities_have_words() -> None:
    """Each level and each quantity that a facility file can name."""
    words = phrases.words_of()["notifications"]

    pages = texts.load("en", ("readings",))["quantities"]

    assert (set(words["levels"]), set(RECORD["levels"])) == (set(LEVELS), set(LEVELS))
    assert set(quantities.names()) - set(words["quantities"]) == set()
    assert set(quantities.names()) - set(pages) == set()


def test_each_figure_of_the_alarm_rate_has_its_words() -> None:
    """Each code of the api; in English they are those that the api itself gives to programs."""
    said = texts.load("en", ("alarms",))["alarms"]["performance"]
    stated = {code: one for code, one in performance.limits().items() if isinstance(one, dict)}

    assert said == {
        code: {key: one[key] for key in ("name", "unit", "target", "limit")} for code, one in stated.items()
    }


FORMER_CLASSES = ("remaining products not developed", "no class: E and F do not go together")
"""Words of studies that an older program stored."""


def test_what_a_study_stores_in_words_has_its_sentence() -> None:
    """Each standing on the lists of the EU, each class of UNFC, and what is missing for a share of consumption."""
    entries = [*lists.lists().strategic, *lists.lists().critical]
    standings = {lists.status(symbol).words for entry in entries for symbol in [*entry.symbols, "Xx"]}
    classes = {unfc.Rating(e, f, g, {}).project_class for e in (1, 2, 3) for f in (1, 2, 3, 4) for g in (3, 4)}
    classes |= {*unfc.SUBCLASSES.values(), *FORMER_CLASSES}
    missing = {contribution.DENOMINATOR_MISSING, contribution.NUMERATOR_MISSING}
    english = texts.load("en", ("value",))["value"]["stored"]

    assert english == {words: words for words in standings | classes | missing}


def test_waters_fractions_and_classes_have_words() -> None:
    """What a laboratory's table and a facility file may say of them."""
    said = texts.load("en", ("water", "frame"))

    assert set(said["water"]["media"]) == set(MEDIA)
    assert set(said["water"]["fractions"]) == set(FRACTIONS)
    assert set(said["heading"]["classes"]) == set(CONSEQUENCE_CLASSES)


def test_no_key_is_in_two_files(tmp_path: Path) -> None:
    """A sentence that two files have would be read from one of them."""
    (tmp_path / "en").mkdir()
    for room in ("one", "two"):
        (tmp_path / "en" / f"{room}.toml").write_text("[states]\ngreen = 'Green'\n")

    with pytest.raises(BadTexts, match=r"two.toml has 'states', which another file of en has"):
        texts.load("en", ("one", "two"), tmp_path)
