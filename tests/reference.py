"""Facts transcribed from published texts, independent of the tables of the product: tests/data/reference."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "reference"


def reference(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of one file, each a list of rows; each row has its `source_key` and how it was `checked`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())
