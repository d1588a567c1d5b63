"""A recipient who is not reached."""

from ingest.notifications import recipients
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


def test_a_recipient_who_is_not_reached(looked: Looked) -> None:
    """A notification that waits for a quarter of an hour is told; one that waits for the end of quiet hours is not."""
    dam = looked.dam
    values = ["Shift phone", "json://example.org", "dam", 1, 0, [1], None, None, None, None, False]
    with dam.connection.transaction():
        one = recipients.put(dam.connection, "vale", values, "user:1", minute(0))
        for key, due in (("a", 1), ("b", 60)):
            dam.connection.execute(
                "INSERT INTO notification (recipient_id, kind, key, subject, body, made_at, due_at, next_try_at)"
                " VALUES (%s, 'test', %s, '', '', %s, %s, %s)",
                (one, key, minute(1), minute(due), minute(due)),
            )
    at_the_limit, later = looked.look(16), looked.look(17)
    titles = dam.titles("rule = 'channel'")
    with dam.connection.transaction():
        dam.connection.execute("UPDATE notification SET sent_at = %s WHERE key = 'a'", (minute(17.5),))

    assert ("channel", "Shift phone") not in at_the_limit and ("channel", "Shift phone") in later
    assert titles == ["Shift phone not reached: oldest notification waits since 2025-11-24 16:01Z"]
    assert ("channel", "Shift phone") not in looked.look(18)
