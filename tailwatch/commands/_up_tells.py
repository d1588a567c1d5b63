"""What `tailwatch up` tells of its own beside the lines of its parts: how to log in, and what is not declared."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psycopg

from api.quarantine import undeclared
from api.quarantine.undeclared import WaitingChannel
from runtime.background_thread import BackgroundThread
from tailwatch import owner, people
from tailwatch.state import default_folder
from tailwatch.supervise import Supervisor, Tell
from tailwatch.terminal_run import Beside

PART: Final = "tailwatch"
FIRST_LOGIN: Final = (
    "nobody can log in yet. In another terminal: tailwatch user add NAME --role admin{state} (it asks for a password)"
)
UNDECLARED: Final = (
    "{facility} does not declare {channels}. In another terminal, for the lines that declare them: "
    "tailwatch ledger show --facility {facility}{state}"
)
MOST_NAMED: Final = 10
LOOKS_EVERY_S: Final = 30.0
LOOK_ENDS_WITHIN_S: Final = 5.0


class FirstLogin(Beside):
    """Says once how the first administrator is made, where there is none."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._folder, self._tell = folder, tell
        self._is_told = False

    def turn(self, supervisor: Supervisor) -> None:
        if not self._is_told:
            self._is_told = True
            with suppress(owner.NoDatabase), owner.connected(owner.conninfo(self._folder, None)) as connection:
                if not people.has_administrator(connection):
                    self._tell(PART, FIRST_LOGIN.format(state=_state_option(self._folder)))


class UndeclaredChannels(Beside):
    """Says once of each channel that it comes and is not declared: how much of it waits, and how to see it.

    It looks from a thread of its own, so that a database that is slow to answer delays no restart of a part.
    """

    def __init__(self, folder: Path, facilities: Iterable[str], tell: Tell) -> None:
        self._folder, self._facilities, self._tell = folder, list(facilities), tell
        self._told: set[tuple[str, str]] = set()
        self._thread: BackgroundThread | None = None

    def turn(self, supervisor: Supervisor) -> None:
        if self._thread is None:
            self._thread = BackgroundThread("undeclared channels", self._run, LOOK_ENDS_WITHIN_S)
            self._thread.start()

    def end(self) -> None:
        if self._thread is not None:
            self._thread.close()

    def look(self) -> None:
        """Tell those that were not told yet; a database that does not answer is asked at the next look."""
        with (
            suppress(owner.NoDatabase, psycopg.OperationalError),
            owner.connected(owner.conninfo(self._folder, None)) as connection,
        ):
            for facility in self._facilities:
                self._tell_new(facility, undeclared.waiting(connection, facility))

    def _run(self) -> None:
        assert self._thread is not None
        while not self._thread.stop.is_set():
            self.look()
            self._thread.stop.wait(LOOKS_EVERY_S)

    def _tell_new(self, facility: str, found: Iterable[WaitingChannel]) -> None:
        new = [one for one in found if (facility, one.channel) not in self._told]
        if new:
            self._told.update((facility, one.channel) for one in new)
            state = _state_option(self._folder)
            self._tell(PART, UNDECLARED.format(facility=facility, channels=_named(new), state=state))


def _named(channels: Sequence[WaitingChannel]) -> str:
    """The first ones by name with the messages in which each waits; how many more there are."""
    return ", ".join([*_first(channels[:MOST_NAMED]), *_more(channels[MOST_NAMED:])])


def _first(channels: Iterable[WaitingChannel]) -> Iterator[str]:
    for one in channels:
        yield f"{one.channel} (waits in {one.messages} {'message' if one.messages == 1 else 'messages'})"


def _more(channels: Collection[WaitingChannel]) -> Iterator[str]:
    if channels:
        yield f"and {len(channels)} more"


def _state_option(folder: Path) -> str:
    """What names the state folder in another command, where it is not the usual one."""
    return "" if folder == default_folder() else f" --state {shlex.quote(str(folder))}"
