"""What a test held against a reading, in words: `redundant_pair` is a name of the facility file."""

from .texts import Texts


def words(tests: str | None, texts: Texts) -> str:
    """Say the tests that decided a quality, as they stand in it joined by commas; one without words says its name."""
    known = texts["tests"]
    return ", ".join(known.get(one, spelt(one)) for one in (tests or "").split(",") if one)


def spelt(test: str) -> str:
    """Spell the name of a test that nobody has put into words ('input.pressure' is 'input: pressure')."""
    return test.replace(".", ": ").replace("_", " ").replace("-", " ")
