"""What all alarm pages share: the api's board, set out for one caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from api.access import Caller
from api.alarms import answers, models
from api.alarms.models import Alarm, AlarmPerformance, HandOverNote, Hold
from api.assessments.models import FailureMode
from api.recipients.models import LastTest, Recipient, Rota
from dashboard import states

from . import movement
from .movement import Movement

MAX_SAID = answers.MAX_MOVING
"""Alarms of the dam that the verdict names: those of which the api tells how they go on."""


class Unseen(NamedTuple):
    """A failure mode that is not seen whole, and where; mode None: the facility was not judged for too long."""

    where: str
    mode: FailureMode | None

    @property
    def is_blind(self) -> bool:
        return self.mode is None or self.mode.sight == states.BLIND


@dataclass(frozen=True)
class AlarmBoardView:
    """What all alarm pages of a caller share; `zone` is that of the facilities, else UTC; places: ids and names."""

    now: datetime
    commit: int
    zone: str
    open: tuple[Alarm, ...]
    holds: tuple[Hold, ...]
    load: AlarmPerformance
    names: dict[str, str]
    caller: Caller
    places: tuple[tuple[str, str], ...]
    recipients: tuple[Recipient, ...] = ()
    """For those who may act; others are not shown who is called."""
    notes: tuple[HandOverNote, ...] = ()
    """The newest hand-over notes, the newest first, where the caller may act."""
    rotas: tuple[Rota, ...] = ()
    """Who is on duty in turn, where the caller may act."""
    held: tuple[Alarm, ...] = ()
    """Open alarms of the dam that are shelved or out of service."""
    unseen: tuple[Unseen, ...] = ()
    """The blind ones first."""
    not_monitored: tuple[str, ...] = ()
    """Names of the facilities without a plan in force: no alarm can come of them."""
    tested: LastTest | None = None
    """The newest test of the way to people, for those who may act."""
    movements: Mapping[int, Movement] = field(default_factory=dict)
    """Of the first alarms of the dam, by number."""

    @property
    def dam(self) -> list[Alarm]:
        """Open alarms of the dam that are told, the worst first, then what waits longest."""
        return answers.dam(self.open)

    @property
    def simulated(self) -> list[Alarm]:
        return [one for one in self.open if one.family == "dam" and one.is_simulated]

    @property
    def equipment(self) -> list[Alarm]:
        return [one for one in self.open if one.family == "maintenance"]

    @property
    def waiting(self) -> list[Alarm]:
        """Alarms of the dam that nobody has acknowledged, the longest first."""
        return sorted((one for one in self.dam if one.acknowledged_at is None), key=lambda one: one.noted_at)


def of_answer(answer: models.AlarmBoard, caller: Caller) -> AlarmBoardView:
    """Set the api's answer to this caller out."""
    zones = {one.timezone for one in answer.facilities}
    named = {one.id: one.name for one in answer.facilities}
    return AlarmBoardView(
        now=answer.now,
        commit=answer.commit,
        zone=zones.pop() if len(zones) == 1 else "UTC",
        open=tuple(answer.open),
        holds=tuple(answer.holds),
        load=answer.load,
        names=answer.names,
        caller=caller,
        places=tuple(named.items()),
        recipients=tuple(answer.recipients),
        rotas=tuple(answer.rotas),
        notes=tuple(answer.notes),
        held=tuple(answer.held),
        unseen=tuple(Unseen(named[one.facility], one.mode) for one in answer.unseen),
        not_monitored=tuple(named[one] for one in answer.not_monitored),
        tested=answer.tested,
        movements={one.alarm: movement.of_answer(one) for one in answer.movements},
    )
