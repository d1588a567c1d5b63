"""The outbox: a notification is a row before it is sent, and each is made once."""

from datetime import datetime
from typing import Final

from ingest.values import Connection

IS_NEW: Final = "SELECT NOT EXISTS (SELECT FROM notification WHERE recipient_id = %s AND kind = %s AND key = %s)"
ADD: Final = """
INSERT INTO notification (recipient_id, event_id, kind, key, subject, body, made_at, due_at, next_try_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (recipient_id, kind, key) DO NOTHING"""


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
    """Write one; words: subject and body. due_at None: at once. event None: it is of no alarm."""
    due_at = due_at or made_at
    connection.execute(ADD, (recipient, event, kind, key, *words, made_at, due_at, due_at))
