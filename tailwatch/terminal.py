"""What the operator sees: one line per part with its state at the bottom, what the parts say above it, all in a log."""

import logging
import logging.handlers
import os
from collections.abc import Collection, Iterable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tailwatch.supervise import WatchedPart

LOG_BYTES: Final = 5_000_000
LOG_FILES_KEPT: Final = 3
LOG_MODE: Final = 0o640
COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "red")
COLOUR_OF_STATE: Final = {"running": "green", "restarting": "red", "waiting": "yellow", "ended": "dim"}
REFRESH_HZ: Final = 4.0


class PrivateLog(logging.handlers.RotatingFileHandler):
    """A log that its owner writes and its group reads: it has addresses of people, and names of what is private."""

    def _open(self) -> TextIOWrapper:
        file = super()._open()
        os.chmod(file.fileno(), LOG_MODE)
        return file


class Terminal:
    """The terminal of one run. `tell` may be called from any thread."""

    def __init__(self, log_file: Path, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._log = logging.Logger("tailwatch")
        self._log.addHandler(PrivateLog(log_file, maxBytes=LOG_BYTES, backupCount=LOG_FILES_KEPT))
        self._log.handlers[0].setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._shown: tuple[Collection[WatchedPart], str] = ((), "")
        self._live = Live(
            console=self.console, get_renderable=self._draw, refresh_per_second=REFRESH_HZ, transient=True
        )
        self._colour_of: dict[str, str] = {}

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        self._log.handlers[0].close()

    def tell(self, part: str, line: str) -> None:
        """Print one line of a part, and keep it in the log file."""
        self._log.info("%s %s", part, line)
        colour = self._colour_of.setdefault(part, COLOURS[len(self._colour_of) % len(COLOURS)])
        self.console.print(Text.assemble((f"{part:>12} ", colour), line), soft_wrap=True)

    def show(self, parts: Collection[WatchedPart], heading: str) -> None:
        """Keep the state of these parts in view from now on; without a terminal nothing is drawn."""
        self._shown = parts, heading

    def _draw(self) -> Group:
        return drawing(*self._shown)


def drawing(parts: Iterable[WatchedPart], heading: str) -> Group:
    """Return the heading and one line per part: name, state, process, how often it was started again."""
    table = Table(box=None, padding=(0, 2), show_header=False)
    for watched in parts:
        process = watched.process
        number = "" if process is None else f"process {process.pid}"
        again = f"started again {watched.restarts} times" if watched.restarts else ""
        table.add_row(watched.part.name, Text(watched.state, COLOUR_OF_STATE[watched.state]), number, again)
    return Group(Text(heading, "bold"), table)
