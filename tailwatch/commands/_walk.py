"""What `observations add` needs: the database by its api, and by the rights of ingest; refusals are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.http.errors import Problem
from ingest.revisions import RevisionRefused
from tailings.facility import BadFacility
from tailwatch.commands._ingest_rights import CONNINFO, as_ingest, author
from tailwatch.state import default_folder
from tailwatch.walk import WalkAccess


@contextmanager
def walk_of(state: Path | None, database: Path | None, facility: str) -> Iterator[WalkAccess]:
    """Give whom to ask for the walk of a facility, in the name of who sits at the terminal."""
    file = database or (state or default_folder()) / CONNINFO
    with as_ingest(state, database, RevisionRefused, BadFacility, Problem, facility=facility) as connection:
        yield WalkAccess(file.read_text().strip(), connection, facility, author())
