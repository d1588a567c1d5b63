"""Takes a laboratory's file of assays: good rows in, faults back by row and column; again changes nothing."""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import Outcome, Task, Tell
from ingest.samples import assays, laboratory
from ingest.values import Connection
from tailings.laboratory import BadTable

ROLE: Final = "approve"
WHAT: Final = "Import a laboratory's file of assays (CSV or XLSX, in base64), or tell what that would do."
REFUSES: Final = (BadTable, assays.BadMap, laboratory.UnknownFacility)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name of the file, its bytes in base64, and why its assays are synthetic where they are.

    map: how its columns are read, TOML; left out, it has the headings of the assay file. preview: nothing is stored.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: Annotated[str, msgspec.Meta(min_length=4, max_length=6_000_000)]
    synthetic: Annotated[str, msgspec.Meta(max_length=500)] = ""
    map: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    preview: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many samples are new, revised and unchanged, what differs, the faults and notes.

    Of a preview the number of holes and the range of each result too.
    """
    content = laboratory.content_of(body.content)
    if body.preview:
        return laboratory.outcome(assays.preview(connection, task.facility, content, body.map))
    taken = assays.take(
        connection, task.facility, body.name, content, task.author, synthetic=body.synthetic, mapping=body.map
    )
    return laboratory.outcome(taken)
