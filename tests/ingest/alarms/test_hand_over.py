"""Hand-over notes: the system lists what stands, the next person confirms, and both are kept in the audit log."""

from collections.abc import Iterator

import pytest

from ingest.commands.kind import CommandRefused
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

LISTED = """
SELECT listed #> '{alarms,0}' ->> 'alarm', listed #> '{alarms,0,is_acknowledged}', listed #> '{holds,0}' ->> 'rule'
FROM hand_over_note"""


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A dam over yellow."""
    with opened(connection, store, vale) as made:
        made.raise_pond(1)
        yield made


def test_a_note_lists_what_is_open_and_held_as_it_stood(desk: Desk) -> None:
    """The alarm of the pond, not acknowledged, and its plan out of service; what comes later changes no note."""
    (alarm,) = desk.dam.event("id")
    desk.dam.connection.execute(
        "INSERT INTO alarm_hold (facility_id, family, rule, level, kind, reason, author, from_time, until)"
        " VALUES ('vale', 'dam', 'overtopping', 1, 'out-of-service', 'gauge', 'user:1', now(), now() + interval '1 d')"
    )
    done = desk.ask("write-hand-over", "user:1", note="The gauge is being moved; read it by hand at six.")
    desk.ask("acknowledge-alarm", "user:1", alarm=alarm)

    assert desk.dam.rows(LISTED) == [(str(alarm), False, "overtopping")]
    assert done == {"hand_over": 1}


def test_the_next_person_confirms_and_who_wrote_it_does_not(desk: Desk) -> None:
    """Once, by another person; the audit log has who wrote and who read it, and the words as their digest."""
    id = desk.ask("write-hand-over", "user:1", note="Nothing to report.")["hand_over"]
    with pytest.raises(CommandRefused, match="the next person does"):
        desk.ask("confirm-hand-over", "user:1", hand_over=id)
    desk.ask("confirm-hand-over", "user:2", hand_over=id)
    with pytest.raises(CommandRefused, match="confirmed already"):
        desk.ask("confirm-hand-over", "user:3", hand_over=id)
    with pytest.raises(CommandRefused, match="no hand-over note"):
        desk.ask("confirm-hand-over", "user:3", hand_over=99)

    audited = desk.dam.rows(
        "SELECT actor, action, detail::jsonb ->> 'note' = encode(sha256('Nothing to report.'), 'hex') FROM audit"
        " WHERE subject LIKE 'hand-over:%%' ORDER BY number"
    )
    assert audited == [("user:1", "hand-over.written", True), ("user:2", "hand-over.confirmed", True)]
