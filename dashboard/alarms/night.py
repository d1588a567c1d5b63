"""The night watch: what its script needs to know of the board, and what stands large on the screen."""

from typing import Any, Final

from api.alarms.models import Alarm
from dashboard import ages
from dashboard.alarms import headline, words
from tailings import on_call
from texts import Texts, say

from .board import AlarmBoardView

MILD, LOUD, LOUDEST = 1, 2, 3
ORANGE: Final = 2


def of_board(board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    """Give the alarms of the dam with how loud each is, the worst that waits, and the next deadline."""
    said, due = texts["alarms"]["night"], headline.deadlines(board)[:1]
    waiting = sorted(board.waiting, key=lambda one: (-loudness(one), one.noted_at))
    may = [one for one in waiting if board.caller.may("annotate", one.facility)]
    return {
        "alarms": [{"id": one.id, "loud": loudness(one), "waits": one.acknowledged_at is None} for one in board.dam],
        "says": _says(waiting[0], board, texts) if waiting else said["calm"],
        "waits": may[0] if may else None,
        "due": ages.utc(due[0].next_due_at) if due and due[0].next_due_at else "",
        "what": say(said["next"], what=due[0].next_action, who=due[0].next_who) if due else "",
    }


def loudness(alarm: Alarm) -> int:
    """Give how loud an alarm is: red the loudest, orange and blind loud."""
    if alarm.level >= on_call.RED:
        return LOUDEST
    return LOUD if alarm.level >= ORANGE or alarm.type == "blind" else MILD


def _says(alarm: Alarm, board: AlarmBoardView, texts: Texts) -> str:
    said = texts["alarms"]["night"]
    title = words.title(alarm, board.zone, board.now, texts)
    return say(said["waits"], level=words.level_of(alarm, texts), where=alarm.facility_name, title=title)
