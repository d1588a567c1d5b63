"""The usual faults of an installation, each found by a look of its own and told with its fix. Nothing is changed.

docs/operating/hardening.md lists every look by its code.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tailwatch.doctor import brokers, database, machine, pages, programs, state_folder
from tailwatch.doctor.checkup import CODES, Checkup, Code

__all__ = ["CODES", "Checkup", "Code", "examine"]


def examine(state: Path, database_file: Path | None = None, address: str | None = None) -> Iterator[Checkup]:
    """Give the findings of every look at an installation in its state folder.

    `database_file` has the owner's connection string where `tailwatch up` did not make the database; `address` is that
    by which persons open the pages.
    """
    yield from machine.look(state)
    if state.exists() and not os.access(state, os.R_OK):
        yield Checkup("state-owner", "state folder", "fault", f"{state} is closed to you", "sudo tailwatch doctor")
        return
    yield from state_folder.look(state, os.geteuid())
    yield from programs.look(state)
    yield from state_folder.certificates(state, datetime.now(UTC))
    yield from brokers.look(state)
    yield from database.look(state, database_file)
    yield from pages.look(state, address)
