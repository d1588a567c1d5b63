"""Registers as they are stored: the list by keyset, one entry with its revisions, and the rows of an export."""

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.register.models import Register, RegisterChoices, RegisterEntry, RegisterImport, RegisterRevision
from tailings.mapped_tables.faults import CellFault
from tailings.register.compared import differences
from tailings.register.exports import ExportedFacility

MAX_EXPORTED: Final = 100_000
MAX_IMPORTS: Final = 100
MAX_COMMODITIES: Final = 200
Asked = Mapping[str, Any]
"""What a filter asks with."""
REGISTERS: Final = """
SELECT g.id, g.title, g.publisher, g.address, g.licence, g.day, g.is_public, count(e.id) AS facilities,
    count(e.id) FILTER (WHERE e.is_gone) AS gone,
    count(e.id) FILTER (WHERE NOT e.is_gone AND e.longitude IS NULL) AS without_place
FROM register g LEFT JOIN register_entry e ON e.register_id = g.id
WHERE g.is_public OR %(sees_all)s GROUP BY g.id ORDER BY g.id
"""
ENTRIES: Final = """
FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
"""
CHOSEN: Final = """
WHERE (%(search)s::text IS NULL OR strpos(e.search, %(search)s) > 0)
    AND (%(register)s::text IS NULL OR e.register_id = %(register)s)
    AND (%(country)s::text IS NULL OR e.country = %(country)s)
    AND (%(status)s::text IS NULL OR e.status = %(status)s)
    AND (%(consequence)s::text IS NULL
         OR concat(r.document ->> 'consequence_system', ': ', r.document ->> 'consequence_class') = %(consequence)s)
    AND (%(commodity)s::text IS NULL
         OR %(commodity)s = ANY(string_to_array(translate(lower(r.document ->> 'commodities'), ',/ ', ';;'), ';')))
    AND (%(attention)s::text IS NULL OR NOT e.is_gone AND (
         (%(attention)s = 'no-place' AND e.longitude IS NULL)
         OR (%(attention)s = 'overdue-review' AND r.document ->> 'next_review' < %(today)s::text)))
    AND (%(numbers)s::bigint[] IS NULL OR e.id = ANY(%(numbers)s))
    AND (%(west)s::float8 IS NULL OR e.longitude BETWEEN %(west)s AND %(east)s
         AND e.latitude BETWEEN %(south)s AND %(north)s)
"""
COLUMNS: Final = """
SELECT e.id AS number, e.register_id AS register, i.title, i.day, i.licence, e.is_gone, e.revision, r.document AS values
"""
AFTER: Final[LiteralString] = (
    COLUMNS
    + ENTRIES
    + CHOSEN
    + """
    AND (%(after)s::bigint = 0
         OR (e.sort_name, e.id) > (SELECT sort_name, id FROM register_entry WHERE id = %(after)s))
ORDER BY e.sort_name, e.id LIMIT %(limit)s
"""
)
TOTAL: Final[LiteralString] = (
    """
SELECT count(*) FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
LEFT JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
"""
    + CHOSEN
)
CHOICES: Final = """
SELECT coalesce(array_agg(DISTINCT g.id ORDER BY g.id), '{}') AS registers,
    coalesce(array_agg(DISTINCT e.country ORDER BY e.country) FILTER (WHERE e.country IS NOT NULL), '{}') AS countries,
    coalesce(array_agg(DISTINCT e.status ORDER BY e.status) FILTER (WHERE e.status IS NOT NULL), '{}') AS statuses,
    coalesce(array_agg(DISTINCT class.named ORDER BY class.named) FILTER (WHERE class.named IS NOT NULL), '{}')
        AS consequences,
    coalesce((array_agg(DISTINCT found.commodity ORDER BY found.commodity)
        FILTER (WHERE found.commodity <> ''))[:%(limit)s], '{}') AS commodities
FROM register g JOIN register_entry e ON e.register_id = g.id
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
CROSS JOIN LATERAL (
    SELECT (r.document ->> 'consequence_system') || ': ' || (r.document ->> 'consequence_class') AS named) class
LEFT JOIN LATERAL (
    SELECT btrim(unnest(string_to_array(translate(lower(r.document ->> 'commodities'), ',/', ';;'), ';'))) AS commodity
) found ON true
WHERE g.is_public OR %(sees_all)s
"""
ONE: Final[LiteralString] = COLUMNS + ENTRIES + "WHERE e.id = %(number)s"
HISTORY: Final = """
SELECT r.revision, i.day, i.name AS file, r.file_row, i.sha256, i.author, i.imported_at, r.document AS values
FROM register_revision r JOIN register_import i ON i.id = r.import_id WHERE r.entry_id = %(number)s
ORDER BY r.revision DESC
"""
EXPORTED: Final[LiteralString] = (
    """
SELECT e.register_id AS register, i.title, i.day::text AS day, i.licence, r.document AS values, e.is_gone
"""
    + ENTRIES
    + CHOSEN
    + "ORDER BY e.sort_name, e.id LIMIT %(limit)s"
)
IMPORTS: Final = """
SELECT id AS number, register_id AS register, name AS file, day, imported_at, author, rows_in, added, changed,
    unchanged, refused, cardinality(gone) AS gone
FROM register_import WHERE %(register)s::text IS NULL OR register_id = %(register)s ORDER BY id DESC LIMIT %(limit)s
"""
FAULTS: Final = "SELECT faults FROM register_import WHERE id = %(number)s"


async def registers(database: DatabasePool, sees_all: bool) -> list[Register]:
    """Return all registers, or those that are public."""
    return await database.rows(Register, REGISTERS, {"sees_all": sees_all})


async def after(database: DatabasePool, asked: Asked, after: int, limit: int) -> list[RegisterEntry]:
    """Return up to `limit` entries that meet a filter behind the one of this number, by name."""
    return await database.rows(RegisterEntry, AFTER, {**asked, "after": after, "limit": limit})


async def total(database: DatabasePool, asked: Asked) -> int:
    """Return how many entries meet a filter."""
    found = await database.row(lambda count: int(count), TOTAL, asked)
    return found or 0


async def choices(database: DatabasePool, sees_all: bool) -> RegisterChoices:
    """Return what can be chosen by."""
    found = await database.row(RegisterChoices, CHOICES, {"sees_all": sees_all, "limit": MAX_COMMODITIES})
    assert found is not None  # an aggregate has a row
    return found


async def one(database: DatabasePool, number: int, sees_all: bool) -> RegisterEntry:
    """Return an entry; raise NotFound, also for one that may not be read."""
    found = await database.row(RegisterEntry, ONE, {"number": number, "sees_all": sees_all})
    if found is None:
        raise NotFound(f"There is no entry {number} that you may read; /api/v1/registers/entries lists them.", "number")
    return found


async def history(database: DatabasePool, number: int, sees_all: bool) -> list[RegisterRevision]:
    """Return what the register said of an entry, the newest first; its authors only to who may read every facility."""
    rows: list[dict[str, Any]] = await database.rows(dict, HISTORY, {"number": number})
    older = [row["values"] for row in rows[1:]] + [None]
    return [
        RegisterRevision(
            **row | {"author": row["author"] if sees_all else ""},
            differs=[] if before is None else [one.column for one in differences(before, row["values"])],
        )
        for row, before in zip(rows, older, strict=True)
    ]


async def exported(database: DatabasePool, asked: Asked) -> list[ExportedFacility]:
    """Return the entries that meet a filter, as they are exported."""
    return await database.rows(ExportedFacility, EXPORTED, {**asked, "limit": MAX_EXPORTED})


async def imports(database: DatabasePool, register: str | None) -> list[RegisterImport]:
    """Return the newest imports."""
    return await database.rows(RegisterImport, IMPORTS, {"register": register, "limit": MAX_IMPORTS})


async def faults(database: DatabasePool, number: int) -> list[CellFault]:
    """Return what was refused of an import; raise NotFound."""
    found = await database.row(lambda faults: [CellFault(**one) for one in faults], FAULTS, {"number": number})
    if found is None:
        raise NotFound(f"There is no import {number}; /api/v1/registers/imports lists them.", "number")
    return found
