"""Facilities as a screening sees them: rows of registers and facilities of this site, one where a person said so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, LiteralString

import msgspec

from ingest.values import Connection
from tailings.mapped_tables.coordinates import ANGLES
from tailings.register import same_facility
from tailings.register.same_facility import Decision, Member
from tailings.register.values import Values
from tailings.screening.facts import FacilityFacts, Place
from tailings.screening.named_commodities import symbols
from tailings.screening.sampled_places import PlacedSample, known

Scope = Literal["public", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("public", "all")
MAX_FACILITIES: Final = 20_000
IS_PUBLIC: Final = "coalesce((f.document ->> 'public')::boolean, false)"
ENTRIES: Final = """
SELECT e.id, r.document FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR %s)
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
WHERE NOT e.is_gone ORDER BY i.day DESC, e.id LIMIT %s
"""
FACILITIES: Final[LiteralString] = (
    "SELECT f.id, f.name, f.document FROM facility f WHERE " + IS_PUBLIC + " OR %s ORDER BY f.id"
)
DECISIONS: Final[LiteralString] = (
    """
SELECT d.entry_id, d.other_entry_id, d.facility_id, d.is_same FROM register_decision d
JOIN register_entry e ON e.id = d.entry_id JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
LEFT JOIN register_entry o ON o.id = d.other_entry_id LEFT JOIN register h ON h.id = o.register_id
LEFT JOIN facility f ON f.id = d.facility_id
WHERE %(sees_all)s OR (CASE WHEN f.id IS NULL THEN h.is_public ELSE """
    + IS_PUBLIC
    + " END)"
)
SAMPLES: Final = """
SELECT s.name, s.hole, s.bottom_m - s.top_m, s.assays, s.kind, f.synthetic <> ''
FROM assay_samples(%s, 'infinity') s JOIN assay_file f ON f.id = s.file_id ORDER BY s.name
"""


class TooManyFacilities(ValueError):
    """More than one screening takes; the sentence says how many."""


class KnownFacility(msgspec.Struct, frozen=True):
    """What is known of a facility, and where it stands: facility of this site, entry of a register, or both."""

    facts: FacilityFacts
    name: str
    facility: str | None
    entry: int | None
    unknown_words: tuple[str, ...]
    is_synthetic: bool


def known_facilities(connection: Connection, scope: Scope) -> list[KnownFacility]:
    """Read them: of a public screening only what everybody may read, samples included."""
    sees_all = scope == "all"
    entries: dict[int, Values] = dict(connection.execute(ENTRIES, (sees_all, MAX_FACILITIES + 1)).fetchall())
    rows = connection.execute(FACILITIES, (sees_all,)).fetchall()
    facilities = {str(id): (str(name), document) for id, name, document in rows}
    if len(entries) + len(facilities) > MAX_FACILITIES:
        raise TooManyFacilities(f"there are more than {MAX_FACILITIES} facilities; one screening takes no more")
    groups = _groups(entries, facilities, decisions(connection, scope))
    return [_known(connection, group, entries, facilities) for group in groups]


def decisions(connection: Connection, scope: Scope) -> list[Decision]:
    """Read what people said of rows: in public only of what everybody may read."""
    rows = connection.execute(DECISIONS, {"sees_all": scope == "all"}).fetchall()
    return [Decision(*row) for row in rows]


def samples_of(rows: Iterable[Sequence[Any]]) -> list[PlacedSample]:
    """Rows of name, hole, length and assays as samples."""
    return [PlacedSample(name, hole, length_m, tuple(assays)) for name, hole, length_m, assays, *_ in rows]


def _groups(entries: Iterable[int], facilities: Iterable[str], decided: Iterable[Decision]) -> list[list[Member]]:
    """What is one facility by the words of people, each with its rows in the order of these."""
    of = {member: number for number, group in enumerate(same_facility.groups(decided)) for member in group}
    both: list[Member] = [*entries, *facilities]
    found: dict[tuple[str, Member], list[Member]] = {}
    for one in both:
        found.setdefault(("group", of[one]) if one in of else ("alone", one), []).append(one)
    return list(found.values())


def _known(
    connection: Connection,
    group: Sequence[Member],
    entries: dict[int, Values],
    facilities: dict[str, tuple[str, dict[str, Any]]],
) -> KnownFacility:
    numbers = [one for one in group if isinstance(one, int)]
    facility = next((one for one in group if isinstance(one, str)), None)
    rows = [entries[number] for number in numbers]  # the newest register first
    named = [symbols(str(row["commodities"])) for row in rows if "commodities" in row]
    samples = [] if facility is None else connection.execute(SAMPLES, (facility,)).fetchall()
    primary = samples_of(row for row in samples if row[4] == "primary")
    mass_t, why = _mass(rows)
    facts = FacilityFacts(
        f"facility:{facility}" if facility else f"entry:{min(numbers)}",
        next((found for found, _ in named if found), ()),
        next((str(row["type"]) for row in rows if row.get("type", "unknown") not in ("unknown", "other")), ""),
        next((int(row["year_started"]) for row in rows if "year_started" in row), None),
        _place(rows, facilities[facility][1] if facility else {}),
        mass_t=mass_t,
        mass_missing=why,
        samples=len(primary),
        assays=known(primary),
    )
    return KnownFacility(
        facts,
        facilities[facility][0] if facility else str(rows[0]["name"]),
        facility,
        min(numbers) if numbers else None,
        tuple(word for _, unknown in named for word in unknown),
        is_synthetic=any(row[5] for row in samples),
    )


def _mass(rows: Sequence[Values]) -> tuple[float | None, str]:
    """The dry mass [t] that the newest register states, or why there is none."""
    for row in rows:
        mass_t = row.get("tonnage_t")
        if isinstance(mass_t, float) and mass_t > 0:
            return (None, "wet_mass") if row.get("tonnage_basis") == "wet" else (mass_t, "")
    return None, "no_mass"


def _place(rows: Sequence[Values], document: dict[str, Any]) -> Place | None:
    location = document.get("facility", document).get("location")
    if location:
        return float(location["lon"]), float(location["lat"])
    found = next((row for row in rows if ANGLES[0] in row and ANGLES[1] in row), None)
    return None if found is None else (float(found[ANGLES[0]]), float(found[ANGLES[1]]))
