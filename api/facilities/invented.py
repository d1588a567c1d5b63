"""What is invented of all that a caller may see: what every page says at its top. Loads no numpy."""

from typing import Final

from api.http.database import DatabasePool, seen_ids

# The first facility that is real ends it, before the files of all others are read.
INVENTED: Final = """
SELECT string_agg(DISTINCT f.document->>'sample_data', ' ') AS note FROM facility f
WHERE (%(seen)s::text[] IS NULL OR f.id = ANY(%(seen)s)) AND NOT EXISTS (
    SELECT FROM facility g
    WHERE (%(seen)s::text[] IS NULL OR g.id = ANY(%(seen)s)) AND g.document->>'sample_data' IS NULL)
"""


async def invented(database: DatabasePool, seen: frozenset[str] | None) -> str:
    """Return what is invented of the facilities that are seen (None: all); '' where nothing is of one of them."""
    return await database.row(lambda note: note or "", INVENTED, {"seen": seen_ids(seen)}) or ""
