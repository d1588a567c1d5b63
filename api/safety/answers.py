"""The answer about the safety of a facility, made from its readings, its plans and what was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool
from api.revisions import queries as revisions
from api.revisions.models import Annotation, Revision
from api.safety import events, figures, history, margins, profiles, responses, sections, situation, standings
from api.safety.history import History, Quantities
from api.safety.models import Safety, TriggerMargin
from api.safety.profiles import Profiles
from api.safety.standings import Standing
from api.sight import queries as sight
from api.sight.models import SightProof

QUANTITIES: Final = Quantities(
    hours=("water-level", "pond-level", "freeboard", "seepage-flow", "turbidity", "displacement", "tilt", "rain"),
    days=("water-level", "pond-level"),
    limited=("ph", "conductivity", "conductivity-25", "redox-potential", "evaporation"),
)
MAX_LOG: Final = 20
BY_ITSELF: Final = ("quality-update",)
"""Revisions of every day, which would leave no room in the log for those of persons."""
OPEN: Final[revisions.Filters] = {"start": None, "end": None, "withdrawn": False}


@dataclass(frozen=True)
class Said:
    """What persons and programs said of a facility, where its plans stand, what is proven to be seen, and its chains at
    several times."""

    standings: Sequence[Standing] = ()
    revisions: Sequence[Revision] = ()
    annotations: Sequence[Annotation] = ()
    profiles: Profiles = field(default_factory=dict)
    sight: Sequence[SightProof] = ()


async def of_facility(database: DatabasePool, facility: str, now: datetime, near: str = "") -> Safety:
    """Return the answer at `now`; near: the piezometer that is looked at more closely. Raise NotFound."""
    known = await history.gather(database, facility, now, QUANTITIES)
    said = Said(
        standings=await standings.of_facility(database, facility, known.assessment, known.file),
        revisions=await revisions.of_facility(database, facility, MAX_POSITION, MAX_LOG, BY_ITSELF),
        annotations=await revisions.annotations(database, facility, MAX_POSITION, MAX_LOG, OPEN),
        profiles=await profiles.read(database, known),
        sight=(await sight.of_facility(database, facility)).proofs,
    )
    return answer(known, said, near)


def answer(known: History, said: Said, near: str = "") -> Safety:
    """Make the answer."""
    found, values = margins.of_assessment(known), margins.values(known)
    close = _near(known, found, near)
    return Safety(
        **situation.parts(known),
        plans=[standings.shown(one, known) for one in said.standings],
        margins=found,
        piezometers=figures.piezometers(known, values),
        tips=figures.tips(known),
        seepage=figures.seepage(known),
        movement=figures.movement(known),
        rain=figures.rain(known),
        near=close,
        response=responses.of_piezometer(known, close) if close else None,
        sections=sections.of_facility(known),
        profiles=profiles.of_facility(known, said.profiles),
        events=events.of_facility(known.overview, said.standings, said.revisions, said.annotations),
        annotations=list(said.annotations),
        sight=list(said.sight),
    )


def _near(known: History, found: Sequence[TriggerMargin], asked: str) -> str | None:
    """The piezometer that is looked at more closely: the one asked for, else the one with the least margin."""
    names = [known.name(one) for one in known.of_quantity("water-level")]
    if asked in names:
        return asked
    share: dict[str, float] = {}
    for one in found:
        if one.share is not None:
            share[one.datastream] = max(one.share, share.get(one.datastream, 0.0))
    return min(names, key=lambda name: (name not in share, -share.get(name, 0.0), name), default=None)
