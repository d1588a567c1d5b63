"""Commands: what a person asks for, carried out once, with progress and outcome that a page can watch.

A kind of command is a file of `ingest/commands/kinds/`; its name is its registration (`settle_quarantined.py` carries
out `settle-quarantined`). It offers:

    ROLE       the right that it needs in its facility: read, annotate, approve or admin
    WHAT       one sentence for a person
    Body       a frozen msgspec.Struct: what it needs to know
    carry_out(connection, task, body, tell) -> dict
    REFUSES    optional: what its room raises when a person must change something; the author gets that sentence
    SECRETS    optional: fields of the body that are taken out of the command when it is over

`carry_out` works inside the open transaction, which also holds the outcome: it is done once or not at all. It raises
Refused when a person must change something, calls `tell(share)` now and then in long work, and must bear to be begun
again from nothing when the line to the database breaks. The door: `CommandRunner` carries them out.
"""

from ingest.commands.command_runner import CommandRunner
from ingest.commands.kind import CommandRefused, Kind, Task, kinds

__all__ = ["CommandRefused", "CommandRunner", "Kind", "Task", "kinds"]
