"""The link "I have it" of a notification: what it is good for, and its use. It begins no session.

A signature that does not count is asked of nobody; what a genuine link is good for the database says, in one function
for who looks and for who uses it.
"""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from api.alarms.models import Rank
from api.http.database import DatabasePool
from runtime.signed_link import BadLink, verify

MAX_LENGTH: Final = 100
ACTIONS: Final = ("alarm", "test")
State = Literal[
    "open",
    "issued",
    "done",
    "failed",
    "acknowledged",
    "closed",
    "expired",
    "recipient-ended",
    "used",
    "risen",
    "forged",
]
LOOK: Final = """
SELECT alarm_link_state(l) AS state, l.event_id AS alarm, f.id AS facility, f.name AS facility_name,
       f.document ->> 'timezone' AS timezone, r.name AS recipient, coalesce(e.family, 'dam') AS family,
       coalesce(e.type, 'level') AS type, coalesce(e.title, '') AS title, coalesce(e.detail, '{}') AS detail,
       coalesce(e.level, t.level)::int AS level, coalesce(e.began_at, t.made_at) AS began_at, e.acknowledged_at,
       l.expires_at, l.used_at,
       CASE WHEN e.acknowledged_by LIKE 'recipient:%%' THEN
                (SELECT o.name FROM recipient o WHERE 'recipient:' || o.id = e.acknowledged_by)
            ELSE '' END AS acknowledged_by
FROM alarm_link l JOIN recipient r ON r.id = l.recipient_id JOIN facility f ON f.id = r.facility_id
LEFT JOIN alarm_event e ON e.id = l.event_id LEFT JOIN alarm_test t ON t.id = l.test_id
WHERE l.digest = secret_digest(%(secret)s)"""
USE: Final = "SELECT use_alarm_link(%(secret)s, %(level)s) AS state"


class LinkedAlarm(NamedTuple):
    """The alarm behind a link, as it stands now, and who the link is for; acknowledged_by: a recipient, '' others.

    alarm None: it is a test.
    """

    state: State
    alarm: int | None
    facility: str
    facility_name: str
    timezone: str
    recipient: str
    family: str
    type: Literal["level", "suspect", "blind"]
    title: str
    detail: dict[str, object]
    level: Rank
    began_at: datetime
    acknowledged_at: datetime | None
    expires_at: datetime
    used_at: datetime | None
    acknowledged_by: str


class LinkUse(NamedTuple):
    """What became of a use."""

    state: State | Literal["unknown"]


def is_genuine(key: bytes | None, secret: str) -> bool:
    """Whether this centre signed it; without a key none counts."""
    if key is None or len(secret) > MAX_LENGTH:
        return False
    try:
        return verify(key, secret).action in ACTIONS
    except BadLink:
        return False


async def look(database: DatabasePool, secret: str) -> LinkedAlarm | None:
    """Return what a genuine link leads to, and change nothing; None: it was never sent."""
    return await database.row(LinkedAlarm, LOOK, {"secret": secret})


async def use(database: DatabasePool, secret: str, shown_level: int) -> State:
    """Acknowledge in the name of the recipient; shown_level: at which the alarm stood on the page with the button."""
    row = await database.write(LinkUse, USE, {"secret": secret, "level": shown_level})
    return "forged" if row is None or row.state == "unknown" else row.state
