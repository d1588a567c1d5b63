"""What a chunk of a revision costs does not grow with the chunks before it in the same transaction."""

from datetime import timedelta
from itertools import pairwise

import psycopg

from ingest.revisions.books import RevisionDraft, begin
from tests.api import site
from tests.servers import TestDatabase

ROWS, CHUNKS = 200, 12
READ = """
SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
FROM pg_stat_xact_user_tables WHERE relname = 'superseded'"""
CHANGE = """
UPDATE observation SET quality = 4, tests = 'undone'
WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s
  AND result IS NOT NULL"""


def test_a_chunk_reads_of_what_was_replaced_its_own_span_alone(database: TestDatabase) -> None:
    """As when an import of millions is undone: the last chunk reads as many replaced rows as the first, and those of
    the hour at its border, by PostgreSQL's own count."""
    site.build(database.conninfo())
    read = [0]
    with psycopg.connect(database.conninfo()) as owner:
        begin(owner, RevisionDraft("vale", "quality", "system:0", "x", site.T0, stop=site.T0 + timedelta(days=9)))
        for chunk in range(CHUNKS):
            first = site.T0 + timedelta(minutes=ROWS * chunk)
            owner.execute(CHANGE, (site.LEVEL, first, first + timedelta(minutes=ROWS)))
            read += [row[0] for row in owner.execute(READ)]

    cost = [after - before for before, after in pairwise(read)]
    assert ROWS // 2 < cost[-1] <= cost[0] + 60
