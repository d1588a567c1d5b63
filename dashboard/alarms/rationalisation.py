"""Rules worth a better one: those that chatter, that speak often, or whose alarm stands for days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.alarms.models import Busy, Trial, TrialOutcome
from api.alarms.trials import MAX_PLANS, READINGS
from tailings.time_span import span
from texts import Texts, say

from . import words
from .board import AlarmBoardView

OFTEN: Final = 5
Place = tuple[str, str]
"""Facility and plan."""
SOON_S: Final = 60.0


@dataclass(frozen=True)
class Hint:
    """What a rule asks for, why, and where to try it; a shape for its family."""

    state: str
    title: str
    says: str
    address: str
    go: str
    tried: tuple[tuple[str, str], ...] = ()
    """What changes would have brought, each with the address of the back-test that proposes it."""


def places(board: AlarmBoardView) -> list[Place]:
    """Give the plans that are worth a trial, those that chatter first, then those that speak most."""
    return [(one.facility, one.rule) for one in _spoken(board) if one.family == "dam"][:MAX_PLANS]


def of_board(board: AlarmBoardView, texts: Texts, trials: Iterable[Trial]) -> list[Hint]:
    """Give the hints, the rules that chatter first; each rule once. A trial of a plan that is silent says nothing."""
    tried = {(one.facility, one.plan): one for one in trials if one.state == "done" and one.alarms}
    found: dict[tuple[str, str, str], Hint] = {}
    for key, hint in [*_busy(board, texts, tried), *_standing(board, texts)]:
        found.setdefault(key, hint)
    return list(found.values())


def _spoken(board: AlarmBoardView) -> list[Busy]:
    """The rules that chatter, then those that speak often; each once."""
    often = [one for one in board.load.worst if one.alarms >= OFTEN]
    return list({(one.facility, one.rule, one.subject): one for one in [*board.load.chattering, *often]}.values())


def _busy(
    board: AlarmBoardView, texts: Texts, tried: Mapping[Place, Trial]
) -> Iterator[tuple[tuple[str, str, str], Hint]]:
    said = texts["alarms"]["hints"]
    chattering = {(one.facility, one.rule, one.subject) for one in board.load.chattering}
    for one in _spoken(board):
        key = (one.facility, one.rule, one.subject)
        title = say(said["busy"], rule=rule(one, texts), n=one.alarms)
        says = said["chatters"] if key in chattering else said["often"]
        if one.family == "maintenance":
            yield key, Hint("maintenance", title, said["look"], "/nodes", texts["pages"]["nodes"])
            continue
        address = f"/f/{one.facility}/plans/{one.rule}/backtest"
        trial = tried.get((one.facility, one.rule))
        if trial is None:
            yield key, Hint("yellow", title, says, f"{address}?for_n={READINGS}", said["try"])
        else:
            yield key, Hint("yellow", title, says, address, said["other"], tried=tuple(_tried(trial, address, texts)))


def _tried(trial: Trial, address: str, texts: Texts) -> Iterator[tuple[str, str]]:
    said = texts["alarms"]["hints"]
    for one in trial.outcomes:
        what = say(said["readings"], n=one.for_n) if one.for_n else said["wider"]
        counts = say(said["instead"], what=what, old=trial.alarms, new=one.alarms, days=trial.days)
        query = f"for_n={one.for_n}" if one.for_n else f"wider={one.dead_band_times:g}"
        yield " ".join([counts, *_cost(one, texts)]), f"{address}?{query}"


def _cost(one: TrialOutcome, texts: Texts) -> Sequence[str]:
    """What the change would have cost: the first alarm later, the worst level that is not reached."""
    said = texts["alarms"]["hints"]
    if one.later_s is None:
        return ()
    later = say(said["later"], time=span(one.later_s)) if one.later_s >= SOON_S else said["as_soon"]
    lost = [say(said["lost"], level=texts["states"][one.lost[-1]])] if one.lost else []
    return [later, *lost]


def _standing(board: AlarmBoardView, texts: Texts) -> Iterator[tuple[tuple[str, str, str], Hint]]:
    said, stale = texts["alarms"]["hints"], set(board.load.stale)
    for one in board.open:
        if one.id in stale and not one.is_simulated:
            time = span((board.now - one.noted_at).total_seconds())
            says = said["acknowledged"] if one.acknowledged_at else said["unseen"]
            title = say(said["stands"], what=words.title(one, board.zone, board.now, texts), time=time)
            hint = Hint(words.state_of(one), title, says, f"/alarms/{one.id}", texts["alarms"]["open"])
            yield (one.facility, one.rule, one.subject), hint


def rule(one: Busy, texts: Texts) -> str:
    """Name a rule: a plan by its id, one of the equipment with what it is of."""
    name = texts["alarms"]["rules"].get(one.rule, one.rule) if one.family == "maintenance" else one.rule
    return f"{name} {one.subject}".strip()
