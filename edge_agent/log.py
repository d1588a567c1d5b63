"""The agent's log: one line an event to stderr, `time level event key=value ...`."""

import sys
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

ROOM: Final = "edge_agent"
Level = Literal["INFO", "WARNING", "ERROR"]


class Log(Protocol):
    """Where a part of the agent says what changed. WARNING: nothing lost. ERROR: data lost or a person is needed."""

    def __call__(self, level: Level, event: str, **fields: object) -> None: ...


def log(level: Level, event: str, **fields: object) -> None:
    """Write one line; values with spaces are quoted so that a line can be split again."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    words = [f"{key}={_word(value)}" for key, value in fields.items()]
    print(now, level, ROOM, event, *words, file=sys.stderr, flush=True)


def _word(value: object) -> str:
    text = str(value)
    return repr(text) if not text or any(c.isspace() or c in "'\"=" for c in text) else text
