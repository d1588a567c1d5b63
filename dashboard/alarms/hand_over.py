"""The hand-over: notes of one shift for the next, each with the alarms and holds that stood, and who has read it."""

from typing import Any

from api.alarms.models import HandOverNote
from dashboard import ages
from dashboard.alarms import words
from texts import Texts, say

from .board import AlarmBoardView


def of_board(board: AlarmBoardView, texts: Texts) -> list[dict[str, Any]]:
    """Give the notes, the newest first; `may` confirm: who has not written it."""
    return [_note(one, board, texts) for one in board.notes]


def unread(board: AlarmBoardView, texts: Texts) -> list[dict[str, Any]]:
    """Give the newest note of each facility that nobody has read yet."""
    newest = {one.facility: one.id for one in reversed(board.notes)}
    return [
        _note(one, board, texts) for one in board.notes if one.confirmed_at is None and newest[one.facility] == one.id
    ]


def _note(one: HandOverNote, board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    said, zone, now = texts["alarms"]["hand_over"], board.zone, board.now
    read = ""
    if one.confirmed_by and one.confirmed_at:
        who = words.who(one.confirmed_by, board.names, texts)
        read = say(said["read"], who=who, time=ages.day_and_clock(one.confirmed_at, zone, now))
    return {
        "one": one,
        "where": dict(board.places).get(one.facility, one.facility),
        "who": words.who(one.author, board.names, texts),
        "alarms": [
            (
                noted.alarm,
                say(
                    said["acknowledged" if noted.is_acknowledged else "waits"],
                    n=noted.alarm,
                    level=texts["states"][words.state_of_dam(noted.type, noted.level)].lower(),
                ),
            )
            for noted in one.alarms
        ],
        "holds": [
            say(said["held"], rule=held.rule, until=ages.day_and_clock(held.until, zone, now)) for held in one.holds
        ],
        "read": read,
        "may": one.confirmed_at is None and one.author != board.caller.who,
    }
