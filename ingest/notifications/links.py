"""Links of notifications: where the pages are, and the signed one by which a recipient acknowledges without a login."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from ingest.values import Connection
from runtime.signed_link import SignedLink, sign

LASTS: Final = timedelta(hours=24)
ADDRESS: Final = "/have-it/"
ADD: Final = """
INSERT INTO alarm_link (digest, event_id, test_id, recipient_id, expires_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (digest) DO NOTHING"""
HAND_OVER: Final = "UPDATE alarm_link SET recipient_id = %s WHERE digest = ANY(%s)"


class Pages(msgspec.Struct, frozen=True):
    """Where persons open the pages, and the key of signed links; '' and empty: there is none."""

    url: str = ""
    key: bytes = b""


NO_PAGES: Final = Pages()


def make(
    connection: Connection, pages: Pages, subject: int, recipient: int, due_at: datetime, *, is_test: bool = False
) -> str:
    """Return the address for one recipient of an alarm, or of a test, good for a day from when it is sent.

    Empty: there is none, for want of a key or of an address of the pages.
    """
    if not pages.url or not pages.key:
        return ""
    expires_s = int((due_at + LASTS).timestamp())
    text = sign(pages.key, SignedLink("test" if is_test else "alarm", subject, recipient, expires_s))
    event, test = (None, subject) if is_test else (subject, None)
    connection.execute(ADD, (_digest(text), event, test, recipient, due_at + LASTS))
    return f"{pages.url}{ADDRESS}{text}"


def hand_over(connection: Connection, bodies: Iterable[str], recipient: int) -> None:
    """Give the links in bodies that were not sent to the recipient that they are sent to."""
    texts = [text for body in bodies for text in re.findall(rf"{ADDRESS}(\S+)", body)]
    connection.execute(HAND_OVER, (recipient, [_digest(text) for text in texts]))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
