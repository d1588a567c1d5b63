"""Results that are kept in docs/bench, from which their documents are made."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

Kept = TypeVar("Kept")
FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"


def read(file: Path, kind: type[Kept]) -> list[Kept]:
    """The results of a file, of one kind; none where there is no file."""
    return msgspec.json.decode(file.read_bytes(), type=list[kind]) if file.exists() else []  # type: ignore[valid-type]


def write(file: Path, found: Sequence[Any]) -> None:
    """Write results, so that a change of one is a change of its lines."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def runs(count: int) -> str:
    """How many runs there were, in words of a document."""
    return "1 run" if count == 1 else f"{count} runs"
