"""What the person at the terminal sees while it measures: one bar over all cases, one over the rounds of this one."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Meter:
    """Draws on a terminal; elsewhere it writes one line a case."""

    def __init__(self, cases: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        columns = (TextColumn("{task.description:<46}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._all = self._progress.add_task("all", total=cases)
        self._one = self._progress.add_task("", total=1)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """A series of `total` measurements begins."""
        self._progress.reset(self._one, description=what, total=total)
        if not self._console.is_terminal:
            self._console.print(what)

    def tick(self) -> None:
        """One measurement is done."""
        self._progress.advance(self._one)

    def end_case(self, line: str) -> None:
        """A case is done; `line` says what it found."""
        self._console.print(line, highlight=False, soft_wrap=True)
        self._progress.advance(self._all)
