"""What ingest's job scheduler does with the plans of a site that a test has written by SQL: follow, look, judge, prove.

An assessment holds three minutes, and a run of tests lasts longer: what is judged here holds a day.
"""

from datetime import timedelta
from typing import Final

from ingest import database
from ingest.alarms import Levels
from ingest.alarms.files import Files
from ingest.assessment import Assessor
from ingest.sight.prover import Prover
from tests.ingest.sight.test_prover import transactions

HOLDS: Final = timedelta(days=1)
FILES: Final = Files()
"""For all sites: what a version says is the same in each, and which of its tests nothing can meet takes a while."""
HOLD: Final = """
UPDATE assessment SET valid_until = made_at + %(holds)s,
    document = jsonb_set(document, '{valid_until}', to_jsonb(to_char(
        (made_at + %(holds)s) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))"""


def judge(conninfo: str) -> None:
    """Follow all plans to their end, and store what the readings mean."""
    levels, assessor = Levels(files=FILES), Assessor(FILES)
    with database.connect(conninfo) as connection:
        is_more = True
        while is_more:
            with connection.transaction():
                is_more = levels.follow(connection)
        with connection.transaction():
            assessor.work(connection)
            connection.execute(HOLD, {"holds": HOLDS})


def prove(conninfo: str) -> None:
    """Prove what would be seen of each failure mode, as the program of proofs does."""
    prover = Prover()
    with database.connect(conninfo) as connection:
        for facility in prover.due(connection):
            prover.prove(transactions(connection), facility)
