"""A walk that was not entered yet: kept in the state folder after each reading, and offered when one begins again."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec
import typer

from ingest.imports import HandReading
from tailwatch.secrets import write_private
from tailwatch.state import default_folder

FOLDER: Final = "walks"


class WalkDraft:
    """What one person at this machine has read at a facility so far, in a file that nobody else reads."""

    def __init__(self, state: Path | None, facility: str) -> None:
        self.file = (state or default_folder()) / FOLDER / f"{facility}-{os.getuid()}.json"
        self.readings: dict[str, HandReading] = {}
        """By datastream, in the order in which they were read."""

    def offer(self, asked: Collection[str]) -> None:
        """Take up what an earlier walk left, where the person wants it; of what is not asked for any more only tell."""
        left = self._left()
        if not left:
            return
        days = sorted({f"{one.at:%Y-%m-%d %H:%MZ}" for one in left})
        span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        if not typer.confirm(f"{_counted(left)} not entered yet, of {span}: go on with them?", default=True):
            self.drop()
            return
        for one in left:
            if one.datastream in asked:
                self.readings[one.datastream] = one
            else:
                typer.echo(f"warning: {one.datastream} is not read by hand any more: {one.value} is left out", err=True)

    def keep(self, reading: HandReading) -> None:
        """Add a reading; a folder that cannot be written is told, and the walk goes on."""
        self.readings[reading.datastream] = reading
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.file, msgspec.json.encode(list(self.readings.values())).decode())
        except OSError as error:
            typer.echo(f"warning: not kept until the end of the walk: {self.file}: {error.strerror}", err=True)

    def drop(self) -> None:
        """Forget it: it is entered, or not wanted."""
        self.readings = {}
        self.file.unlink(missing_ok=True)

    def tell_left(self) -> None:
        """Say, where a walk ends before its end, what is kept and where."""
        if self.readings and self.file.exists():
            kept = _counted(self.readings)
            typer.echo(f"\n{kept} not entered, kept in {self.file}: the same command goes on with them", err=True)

    def _left(self) -> list[HandReading]:
        if not self.file.exists():
            return []
        try:
            return msgspec.json.decode(self.file.read_bytes(), type=list[HandReading])
        except (OSError, msgspec.DecodeError) as error:
            typer.echo(f"warning: {self.file} cannot be read and is left out: {error}", err=True)
            return []


def _counted(readings: Collection[object]) -> str:
    """How many readings, with the verb that follows in all sentences of this module."""
    return f"{len(readings)} reading is" if len(readings) == 1 else f"{len(readings)} readings are"
