"""Takes a file of a layer of land use: whole, in place of what the layer had, or not at all."""

from typing import Annotated, Final

import msgspec

from ingest import land
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.commands.kinds.import_register import OF_ALL
from ingest.samples import laboratory
from ingest.values import Connection
from tailings.land.layer_file import BadLayer
from tailings.land.values import LayerSource
from tailings.table_file import BadTable

ROLE: Final = "approve"
WHAT: Final = "Load a file of a layer of land use (in base64), or tell what that would do."
REFUSES: Final = (BadLayer, BadTable, land.OlderLayer)


class Body(LayerSource, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of the layer, what the file is called, and its bytes in base64. preview: nothing is stored."""

    file: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: Annotated[str, msgspec.Meta(min_length=4, max_length=6_000_000)]
    preview: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many shapes it has, in which box it is whole, and what it replaces."""
    if task.facility != OF_ALL:
        raise CommandRefused(f"A layer is of no facility; send it to /api/v1/land/file, not for {task.facility}.")
    content = laboratory.content_of(body.content)
    source = LayerSource(**{name: getattr(body, name) for name in LayerSource.__struct_fields__})
    told: land.LayerPreview
    if body.preview:
        told = land.preview(connection, content, source)
    else:
        told = land.take(connection, body.file, content, source, task.author)
    found: Outcome = msgspec.to_builtins(told)
    return found
