"""What people said of rows and facilities that a caller may see, asked once for all that needs to know it.

A row that he may not see joins nothing: what two public rows have in common by way of it is not public either.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from api.http.database import DatabasePool, seen_ids
from tailings.register import same_facility
from tailings.register.same_facility import Decision, Member

DECISIONS: Final = """
SELECT d.entry_id AS entry, d.other_entry_id AS other, d.facility_id AS facility, d.is_same, e.is_gone,
    coalesce(o.is_gone, false) AS is_other_gone
FROM register_decision d
JOIN register_entry e ON e.id = d.entry_id JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
LEFT JOIN register_entry o ON o.id = d.other_entry_id LEFT JOIN register h ON h.id = o.register_id
WHERE CASE WHEN d.facility_id IS NULL THEN h.is_public OR %(sees_all)s
    ELSE %(facilities)s::text[] IS NULL OR d.facility_id = ANY(%(facilities)s) END
"""


class SeenDecision(NamedTuple):
    """A word of a person, and whether a register still has the rows."""

    entry: int
    other: int | None
    facility: str | None
    is_same: bool
    is_gone: bool
    is_other_gone: bool


class SameFacility(NamedTuple):
    """What is one facility: its members; the row that stands for another one; the facility that a row is; what people
    said that it is not, also by way of others; and their words themselves."""

    groups: list[frozenset[Member]]
    standing: dict[int, int]
    facilities: dict[int, str]
    apart: set[frozenset[Member]]
    decisions: list[Decision]


async def of_seen(database: DatabasePool, facilities: Collection[str] | None, sees_all: bool) -> SameFacility:
    """Return what is one facility among what is seen: these facilities of this site (None: all), and rows."""
    values = {"facilities": seen_ids(facilities), "sees_all": sees_all}
    said = await database.rows(SeenDecision, DECISIONS, values)
    decisions = [Decision(one.entry, one.other, one.facility, one.is_same) for one in said]
    found = same_facility.groups(decisions)
    gone = {one.entry for one in said if one.is_gone} | {one.other for one in said if one.other and one.is_other_gone}
    return SameFacility(
        found,
        same_facility.standing(found, gone),
        same_facility.facilities(found),
        apart=same_facility.apart(found, decisions),
        decisions=decisions,
    )
