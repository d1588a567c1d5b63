"""What public layers have near a facility, for its public page: of the kinds that neighbours ask for, made once."""

from __future__ import annotations

from typing import Final

from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.http.most_recent import MostRecent
from api.land import answers, queries
from api.land.models import FacilityLand
from tailings.land.values import LayerKind

KINDS: Final[tuple[LayerKind, ...]] = ("settlement", "protected-area", "water-body", "river")
MAX_KEPT: Final = 50
Key = tuple[str, float | None, float | None, tuple[int, ...]]
"""A facility, its place, and what is loaded."""


class PublicSurroundings:
    """Keeps what was made: every neighbour asks for the same, and layers change when somebody loads one."""

    def __init__(self) -> None:
        self._kept = MostRecent[Key, FacilityLand](MAX_KEPT)

    async def of(self, database: DatabasePool, facility: str) -> FacilityLand:
        """Return the surroundings of a facility; where the water goes and plans are left out. Raise NotFound."""
        known = await facilities.one(database, facility)
        kinds = (*KINDS, "facility-outline")
        stored = [one for one in await queries.layers(database, sees_all=False) if one.shown.kind in kinds]
        at = known.location
        key = (facility, at.lon if at else None, at.lat if at else None, tuple(one.id for one in stored))
        known_land = self._kept.get(key)
        if known_land is None:
            found = await answers.of_layers(database, known, stored, None)
            shown = sorted((one for one in found.kinds if one.kind in KINDS), key=lambda one: KINDS.index(one.kind))
            update = {"kinds": shown, "directed": False, "waterways": []}
            known_land = self._kept.keep(key, found.model_copy(update=update))
        return known_land
