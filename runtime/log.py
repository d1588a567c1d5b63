"""The log of a program: one line an event to stderr, in one write: `time level program event key=value ...`.

A line written in pieces mixes with that of another thread. A value with spaces, quotes or `=` stands in double quotes,
so that a line can be split again; line ends and control characters of a stranger's text do not reach the terminal.
"""

import logging
import sys
import threading
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

Level = Literal["INFO", "WARNING", "ERROR"]
"""INFO: a change of state. WARNING: nothing is lost, the program goes on by itself. ERROR: data is lost, or a person is
needed."""
QUOTED: Final = frozenset(' "=\\')
OTHERS_QUIET: Final = ("uvicorn", "uvicorn.error", "psycopg.pool")
"""Libraries that say more than a change of state at INFO."""
_ONE_AT_A_TIME: Final = threading.RLock()  # a signal may speak while its own thread is writing


class Log(Protocol):
    """Where a part of a program says what changed."""

    def __call__(self, level: Level, event: str, **fields: object) -> None: ...


def log_of(module: str) -> Log:
    """The log of the program that a module belongs to: `tell = log_of(__name__)`."""
    program = module.partition(".")[0]

    def tell(level: Level, event: str, **fields: object) -> None:
        _write(_line(level, program, event, fields))

    return tell


def take_libraries(program: str) -> None:
    """Write what libraries say through `logging` to the same log; the trace of a bug follows its line, indented."""
    logging.basicConfig(level=logging.INFO, handlers=[_Libraries(program)])
    for name in OTHERS_QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Libraries(logging.Handler):
    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program
        self._trace = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        line = _line(record.levelname, self._program, record.name, {"says": record.getMessage()})
        trace = self._trace.formatException(record.exc_info).splitlines() if record.exc_info else []
        _write("\n    ".join([line, *trace]))


def _line(level: str, program: str, event: str, fields: dict[str, object]) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return " ".join([now, level, program, event, *(f"{key}={_word(value)}" for key, value in fields.items())])


def _word(value: object) -> str:
    text = " ".join(str(value).split())
    if text and text.isprintable() and not QUOTED & set(text):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _write(text: str) -> None:
    with _ONE_AT_A_TIME:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
