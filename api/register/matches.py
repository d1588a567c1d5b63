"""The same facility elsewhere: rows of other registers and facilities of this site that may be one with a row.

Proposed by id, name and distance, as long as a register has them; a person confirms or rejects. What contradicts stands
beside one another, and nothing writes over anything.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from api.assessments import queries as assessments
from api.http import times
from api.http.database import DatabasePool, seen_ids
from api.land.nearby import LandPlace, Nearby, nearby
from api.register import queries, same_facility
from api.register.models import Contradiction, RegisterCandidate, RegisterCandidates
from api.register.same_facility import SameFacility
from tailings.register.likeness import Likeness, contradictions, likeness
from tailings.register.measured import MeasuredFacility, contradicted, contradicted_by_layers
from tailings.register.same_facility import Member
from tailings.register.values import Values

OF_LAND: Final = ("protected_area_m", "people_at_risk")
"""Columns of which layers of land use tell, in the order of `Nearby`."""
GISTM: Final = "GISTM"
"""The system of the classes of facility files."""
NUTS: Final = re.compile("[A-Z]{2}[A-Z0-9]{0,3}")
"""Of regions; the file of a facility may name its region in words."""
MAX_LOOKED_AT: Final = 300
MAX_FACILITIES: Final = 2_000
NEAR_DEG: Final = 0.1
"""Of latitude, and of longitude nearer than 63 degrees to the equator: more than 5 km; beyond, names and ids find."""
OTHERS: Final = """
SELECT e.id AS number, e.register_id AS register, i.title, i.day, r.document AS values
FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
JOIN register_entry own ON own.id = %(number)s AND own.register_id <> e.register_id
WHERE NOT e.is_gone AND (lower(e.registered_id) = lower(own.registered_id) OR e.sort_name = own.sort_name
    OR (e.latitude BETWEEN own.latitude - %(near)s AND own.latitude + %(near)s
        AND e.longitude BETWEEN own.longitude - %(near)s AND own.longitude + %(near)s))
    OR e.id = ANY(%(decided)s::bigint[])
ORDER BY e.id LIMIT %(limit)s
"""
FACILITIES: Final = """
SELECT id, document FROM facility WHERE %(seen)s::text[] IS NULL OR id = ANY(%(seen)s) ORDER BY id LIMIT %(limit)s
"""
VOLUMES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, result #> '{case,volume}' AS volume FROM study
WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, version DESC
"""


async def of_entry(database: DatabasePool, number: int, seen: frozenset[str] | None) -> RegisterCandidates:
    """Return what may be the same facility as an entry, confirmed ones first; raise NotFound."""
    sees_all = seen is None
    own = await queries.one(database, number, sees_all)
    shown = seen_ids(seen)
    decided = decided_of(number, await same_facility.of_seen(database, shown, sees_all))
    rows = [one for one in decided if isinstance(one, int)]
    asked = {"number": number, "sees_all": sees_all, "near": NEAR_DEG, "limit": MAX_LOOKED_AT, "decided": rows}
    others: list[dict[str, Any]] = await database.rows(dict, OTHERS, asked)
    here = await database.rows(_facility, FACILITIES, {"seen": shown, "limit": MAX_FACILITIES})
    found = sorted(_candidates(own.values, [*others, *here], decided), key=_worth)
    known = await _measured(database, [one.facility for one in found if one.facility])
    at = {one["facility"]: one["values"] for one in here}
    near = await _near(
        database, own.values, {one.facility: at[one.facility] for one in found if one.facility}, sees_all
    )
    return RegisterCandidates(
        candidates=[_beside(own.values, one, known, near) for one in found],
        by_layers=land_contradictions(own.values, near[None]) if None in near else [],
    )


def decided_of(number: int, said: SameFacility) -> dict[Member, bool]:
    """What people said of a row and others: that they are the same, or are not; of the pair, or by way of others."""
    same = [one for group in said.groups if number in group for one in group if one != number]
    other = [one for pair in said.apart if number in pair for one in pair if one != number]
    itself = {
        (one.beside if one.entry == number else one.entry): one.is_same
        for one in said.decisions
        if number in (one.entry, one.other)
    }
    return {**dict.fromkeys(same, True), **dict.fromkeys(other, False), **itself}


async def _near(
    database: DatabasePool, own: Values, facilities: Mapping[str, Values], sees_all: bool
) -> dict[str | None, Nearby]:
    """What layers say around the place that the register states (None), and around facilities of this site."""
    if not says_of_land(own):
        return {}
    places: dict[str | None, LandPlace | None] = {key: _place(values, key) for key, values in facilities.items()}
    places[None] = _place(own, None)
    return await nearby(database, {key: one for key, one in places.items() if one is not None}, sees_all)


def _place(values: Values, facility: str | None) -> LandPlace | None:
    lon, lat = values.get("longitude"), values.get("latitude")
    return LandPlace(lon, lat, facility) if isinstance(lon, float) and isinstance(lat, float) else None


def says_of_land(own: Values) -> bool:
    """Whether a row says something that layers of land use may contradict."""
    return any(column in own for column in OF_LAND)


def land_contradictions(own: Values, near: Nearby) -> list[Contradiction]:
    """Return what layers contradict of a row, each with the layers."""
    layers = {column: span.layers for column, span in zip(OF_LAND, near, strict=True) if span is not None}
    spans = [None if one is None else (one.least, one.most) for one in near]
    return [
        Contradiction(
            column=one.column, here=one.before, there=one.after, is_measured=False, layers=list(layers[one.column])
        )
        for one in contradicted_by_layers(own, *spans)
        if one.before is not None and one.after is not None
    ]


async def _measured(database: DatabasePool, facilities: list[str]) -> dict[str, MeasuredFacility]:
    """What this site found of its facilities."""
    if not facilities:
        return {}
    verdicts = await assessments.of_facilities(database, facilities, times.now())
    found = await volumes(database, facilities)
    return {one: MeasuredFacility(verdicts[one].verdict, found.get(one)) for one in facilities}


async def volumes(database: DatabasePool, facilities: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Return P90, P50 and P10 of the volume [m3] of the newest study, by facility."""
    rows: list[dict[str, Any]] = await database.rows(dict, VOLUMES, {"facilities": list(facilities)})
    return {row["facility"]: (row["volume"]["low"], row["volume"]["mid"], row["volume"]["high"]) for row in rows}


def measured_contradictions(own: Values, found: MeasuredFacility) -> list[Contradiction]:
    """Return what the measurements of a facility contradict of a row."""
    return [
        Contradiction(column=change.column, here=change.before, there=change.after, is_measured=True)
        for change in contradicted(own, found)
        if change.before is not None and change.after is not None
    ]


def _beside(
    own: Values,
    one: RegisterCandidate,
    known: Mapping[str, MeasuredFacility],
    near: Mapping[str | None, Nearby],
) -> RegisterCandidate:
    """A candidate with what the measurements of this site, and layers around it, contradict."""
    if one.facility is None:
        return one
    told = measured_contradictions(own, known[one.facility])
    if one.facility in near:
        told += land_contradictions(own, near[one.facility])
    return one.model_copy(update={"contradictions": [*told, *one.contradictions]})


def _candidates(
    own: Values, others: list[dict[str, Any]], decided: Mapping[Member, bool]
) -> Iterator[RegisterCandidate]:
    for other in others:
        values: Values = other["values"]
        key = other.get("facility") or other["number"]
        like = likeness(own, values)
        if like.is_candidate or key in decided:
            yield _candidate(own, other, like, decided.get(key))


def _candidate(own: Values, other: dict[str, Any], like: Likeness, is_same: bool | None) -> RegisterCandidate:
    values: Values = other["values"]
    return RegisterCandidate(
        number=other.get("number"),
        facility=other.get("facility"),
        register=other.get("register"),
        title=other.get("title"),
        day=other["day"],
        id=str(values["id"]),
        name=str(values["name"]),
        is_same_id=like.is_same_id,
        name_likeness=round(like.name, 2),
        distance_m=None if like.distance_m is None else round(like.distance_m),
        is_same=is_same,
        contradictions=[
            Contradiction(column=one.column, here=one.before, there=one.after, is_measured=False)
            for one in contradictions(own, values)
            if one.before is not None and one.after is not None
        ],
    )


def _worth(one: RegisterCandidate) -> tuple[int, float, float]:
    """Confirmed ones, open ones, rejected ones; then the most alike and nearest."""
    order = {True: 0, None: 1, False: 2}
    return order[one.is_same], -one.name_likeness, one.distance_m or 0.0


def gistm_class(said: str) -> str:
    """The class of a facility file as registers have it: very-high is Very High."""
    return said.replace("-", " ").title()


def _facility(id: str, document: dict[str, Any]) -> dict[str, Any]:
    return {"facility": id, "values": compared_values(id, document), "day": None}


def compared_values(id: str, document: dict[str, Any]) -> Values:
    """The same as registers write it: the class with its system, and no code of NUTS beside the names of regions."""
    values = facility_values(id, document)
    if said := values.get("consequence_class"):
        values |= {"consequence_class": gistm_class(str(said)), "consequence_system": GISTM}
    return {key: value for key, value in values.items() if key != "region" or not NUTS.fullmatch(str(value))}


def facility_values(id: str, document: dict[str, Any]) -> Values:
    """A facility of this site in the columns of registers: what its facility file says."""
    one = document.get("facility", document)
    values: Values = {"id": id, "name": str(one["name"])}
    for name, column in (("operator", "operator"), ("region", "region"), ("consequence_class", "consequence_class")):
        if one.get(name):
            values[column] = str(one[name])
    if one.get("location"):
        values |= {"longitude": float(one["location"]["lon"]), "latitude": float(one["location"]["lat"])}
    if one.get("commissioned"):
        values["year_started"] = dt.date.fromisoformat(str(one["commissioned"])).year
    return values
