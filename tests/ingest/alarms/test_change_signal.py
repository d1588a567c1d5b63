"""An alarm that changes is a commit, so that open pages hear of it."""

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import Dam


def test_a_raised_alarm_is_one_commit_of_its_facility(connection: Connection, store: Store) -> None:
    """Without readings of its own; looking again, with nothing new, is none."""
    dam = Dam(connection, store)
    dam.put([(0, 337.0)])
    dam.follow(1)
    newest = dam.rows("SELECT max(id) FROM commit_log")[0]
    dam.put([(1, 338.5)])
    dam.follow(2)
    dam.follow(3)

    assert dam.rows("SELECT facility_ids, rows FROM commit_log WHERE id > %s AND rows = 0", newest) == [(["vale"], 0)]
