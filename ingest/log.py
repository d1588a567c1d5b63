"""One line an event to stderr: time, level, room, event and its fields."""

import sys
from datetime import UTC, datetime
from typing import Literal

Level = Literal["INFO", "WARNING", "ERROR"]
"""WARNING: nothing is lost, the program goes on by itself. ERROR: data is lost or a person is needed."""


def tell(level: Level, event: str, **fields: object) -> None:
    """Write the line `time level ingest event key=value ...`."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = "".join(f" {key}={_word(value)}" for key, value in fields.items())
    print(f"{time} {level} ingest {event}{text}", file=sys.stderr, flush=True)


def _word(value: object) -> str:
    text = " ".join(str(value).split())
    return f'"{text}"' if " " in text else text
