"""What the page of the own account is made of."""

from typing import Any, Final

from api.access.passwords import MAX_LENGTH, MIN_LENGTH
from api.people.models import LoginFailures, OwnSession, OwnSessions
from texts import Texts, say

DONE: Final = ("password", "ended", "others")


def account(
    sessions: OwnSessions, failed: LoginFailures | None, texts: Texts, *, done: str = "", refused: str = ""
) -> dict[str, Any]:
    """The own sessions, and for an administrator the failed logins (None: not shown).

    done: what has just been done (`DONE`); refused: why the password was not changed.
    """
    words = texts["account"]
    return {
        "heading": words["title"],
        "done": words["done"][done] if done in DONE else "",
        "refused": refused,
        "least": MIN_LENGTH,
        "most": MAX_LENGTH,
        "life": {"idle_h": sessions.idle_h, "days": sessions.longest_days},
        "sessions": [_row(one, texts) for one in sessions.sessions],
        "failed": failed,
    }


def _row(one: OwnSession, texts: Texts) -> dict[str, Any]:
    words = texts["account"]
    kind, _, system = one.browser.partition(" ")
    known = kind in words["kinds"] and system in words["systems"]
    browser = say(words["sessions"]["on"], kind=words["kinds"][kind], system=words["systems"][system]) if known else ""
    return {
        "number": one.number,
        "browser": browser or words["sessions"]["unknown"],
        "began": one.began_at,
        "seen": one.last_seen_at,
        "address": one.address or words["sessions"]["unknown"],
        "is_this": one.is_this,
    }
