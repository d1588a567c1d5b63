"""What a test held against a reading, in words: `redundant_pair` is a name of the facility file."""

from texts import Texts


def words(tests: str | None, texts: Texts) -> str:
    """Say the tests that decided a quality, as they stand in it joined by commas.

    One that nobody has put into words says its name ('input.pressure' is 'input: pressure'); live.js does the same.
    """
    known = texts["tests"]
    return ", ".join(known.get(one, one.replace(".", ": ")) for one in (tests or "").split(",") if one)
