"""Taking back readings that a person entered by hand, in one step: as a revision, with what hangs on them derived anew.

A revision that derived them again later, with other calibrations say, is no obstacle: everything around them is derived
anew from what stands then. A later edit by a person is one.
"""

from typing import Final

from ingest import rederive, revisions
from ingest.revisions import RevisionRefused
from ingest.values import Connection

FIND: Final = "SELECT kind = 'hand-entry' FROM revision WHERE facility_id = %s AND id = %s"
TIMES: Final = "SELECT DISTINCT phenomenon_time FROM superseded WHERE revision_id = %s ORDER BY phenomenon_time"


def withdraw(connection: Connection, facility: str, number: int, author: str, reason: str) -> int:
    """Take an entry back inside the open transaction: its readings fail as undone, what it replaced is given back.

    Returns the number of the revision that undoes it; raises RevisionRefused.
    """
    if connection.execute(FIND, (facility, number)).fetchone() != (True,):
        raise RevisionRefused(
            f"{facility} has no entry by hand with the number {number}; "
            f"`tailwatch revision list --facility {facility}` has them as hand-entry"
        )
    times = [at for (at,) in connection.execute(TIMES, (number,)).fetchall()]
    undoing = revisions.undo(connection, facility, number, author, reason, is_derived_anew=True)
    rederive.around_each(connection, facility, times, author, reason)
    return undoing
