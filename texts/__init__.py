"""The sentences of the pages: one file a language, read once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Texts = dict[str, Any]


@cache
def load(language: str = "en") -> Texts:
    """Read the sentences of a language (`texts/<language>.toml`)."""
    return tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))


def say(text: str | dict[str, str], n: int | None = None, **values: object) -> str:
    """Fill in a sentence; one that has a form for `one` and a form for `many` is chosen by `n`."""
    if isinstance(text, dict):
        text = text["one" if n == 1 else "many"]
    return text.format(n=n, **values)
