"""The outbox: a notification is a row before it is sent, and each is made once."""

from datetime import datetime
from typing import Final

from ingest.values import Connection

IS_NEW: Final = "SELECT NOT EXISTS (SELECT FROM notification WHERE recipient_id = %s AND kind = %s AND key = %s)"
ADD: Final = """
INSERT INTO notification (recipient_id, event_id, kind, key, subject, body, made_at, due_at, next_try_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (recipient_id, kind, key) DO NOTHING"""
WAITS: Final = "recipient_id = %s AND sent_at IS NULL AND given_up_at IS NULL"
WAKE: Final = f"UPDATE notification SET next_try_at = greatest(due_at, least(next_try_at, %s)) WHERE {WAITS}"
HAND_OVER: Final = f"UPDATE notification SET recipient_id = %s, next_try_at = due_at WHERE {WAITS} RETURNING body"
GIVE_UP: Final = f"""
WITH given_up AS (UPDATE notification SET given_up_at = %s WHERE {WAITS} RETURNING id, given_up_at)
INSERT INTO notification_attempt (notification_id, at, is_sent, error)
SELECT id, given_up_at, false, %s FROM given_up"""
TOLD_NO_MORE: Final = "told no more"


def is_new(connection: Connection, recipient: int, kind: str, key: str) -> bool:
    """Whether there is none of this kind and key for somebody."""
    return connection.execute(IS_NEW, (recipient, kind, key)).fetchone() == (True,)


def add(
    connection: Connection,
    recipient: int,
    kind: str,
    key: str,
    words: tuple[str, str],
    *,
    made_at: datetime,
    due_at: datetime | None = None,
    event: int | None = None,
) -> None:
    """Write one; words: subject and body. due_at None: at once. event None: it is of no alarm.

    What waits for the recipient is tried anew when this one is due: the channel may be back.
    """
    due_at = due_at or made_at
    connection.execute(WAKE, (due_at, recipient))
    connection.execute(ADD, (recipient, event, kind, key, *words, made_at, due_at, due_at))


def hand_over(connection: Connection, former: int, recipient: int) -> list[str]:
    """Give what waits for one to another, to be tried at once; return the bodies."""
    return [body for (body,) in connection.execute(HAND_OVER, (recipient, former)).fetchall()]


def give_up(connection: Connection, recipient: int, now: datetime) -> None:
    """Send nothing of what waits for somebody."""
    connection.execute(GIVE_UP, (now, recipient, TOLD_NO_MORE))
