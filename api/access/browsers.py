"""Browsers: what a session is said to be of, its kind and its system in a word each, read from the User-Agent header.

Only these two words are stored. What a browser says of itself proves nothing: it helps its owner to know it again.
"""

from typing import Final

KINDS: Final = (
    ("Edg/", "edge"),
    ("EdgA/", "edge"),
    ("EdgiOS/", "edge"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("HeadlessChrome/", "chrome"),
    ("Safari/", "safari"),
)
"""A mark and the kind that has it; the first counts, since most name others after their own."""
SYSTEMS: Final = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Macintosh", "macos"),
    ("Linux", "linux"),
)
OTHER: Final = "other"


def kind_of(user_agent: str) -> str:
    """Return kind and system: `firefox linux`, `other other`."""
    return f"{_first(KINDS, user_agent)} {_first(SYSTEMS, user_agent)}"


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for mark, word in marks if mark in text), OTHER)
