"""Rules worth a better one: those that chatter, that speak often, or whose alarm stands for days."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.dashboard.texts import Texts, say
from api.shapes.alarm import Busy

from . import words
from .reads import Board

OFTEN: Final = 5
READINGS: Final = 3
"""What the form of the back-test proposes for a rule that chatters: so many readings in a row."""


@dataclass(frozen=True)
class Hint:
    """What a rule asks for, why, and where to try it; a shape for its family."""

    state: str
    title: str
    says: str
    address: str
    go: str


def of_board(board: Board, texts: Texts) -> list[Hint]:
    """Give the hints, the rules that chatter first; each rule once."""
    found: dict[tuple[str, str, str], Hint] = {}
    for key, hint in [*_busy(board, texts), *_standing(board, texts)]:
        found.setdefault(key, hint)
    return list(found.values())


def _busy(board: Board, texts: Texts) -> Iterator[tuple[tuple[str, str, str], Hint]]:
    said = texts["alarms"]["hints"]
    chattering = {(one.facility, one.rule, one.subject) for one in board.load.chattering}
    for one in [*board.load.chattering, *board.load.worst]:
        key = (one.facility, one.rule, one.subject)
        if key not in chattering and one.alarms < OFTEN:
            continue
        title = say(said["busy"], rule=_rule(one, texts), n=one.alarms)
        says = said["chatters"] if key in chattering else said["often"]
        if one.family == "dam":
            address = f"/f/{one.facility}/plans/{one.rule}/backtest?for_n={READINGS}"
            yield key, Hint("yellow", title, says, address, said["try"])
        else:
            yield key, Hint("maintenance", title, said["look"], "/nodes", texts["pages"]["nodes"])


def _standing(board: Board, texts: Texts) -> Iterator[tuple[tuple[str, str, str], Hint]]:
    said, stale = texts["alarms"]["hints"], set(board.load.stale)
    for one in board.open:
        if one.id in stale and not one.is_simulated:
            time = words.span((board.now - one.noted_at).total_seconds())
            says = said["acknowledged"] if one.acknowledged_at else said["unseen"]
            title = say(said["stands"], what=words.title(one), time=time)
            hint = Hint(words.state_of(one), title, says, f"/alarms/{one.id}", texts["alarms"]["open"])
            yield (one.facility, one.rule, one.subject), hint


def _rule(one: Busy, texts: Texts) -> str:
    name = texts["alarms"]["rules"].get(one.rule, one.rule) if one.family == "maintenance" else one.rule
    return f"{name} {one.subject}".strip()
