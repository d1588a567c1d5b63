"""The ingest program itself scores intervals when a laboratory's file comes in."""

from pathlib import Path

from ingest import screening
from ingest.database import connect
from tests.ingest.screening.region import VALE, take
from tests.ingest.site import Site
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase


def test_ingest_scores_while_it_runs(vale: TestDatabase, cluster: Database, reachable_folder: Path) -> None:
    """Nobody asks for it: soon after the file is in, the intervals of what is public and of all are scored."""
    with Site.open(reachable_folder, cluster, vale.name, VALE) as site:
        site.start()
        with connect(vale.conninfo("tailwatch_ingest")) as connection:
            screening.make(connection, "user:3")
            take(connection, "vale", "H9,1000")

        until(lambda: site.query("SELECT count(*) FROM screening_score") == [(2,)], 60)

        actors = site.query("SELECT DISTINCT actor FROM audit WHERE action = 'screening.score'")

    assert actors == [("program:tailwatch_ingest",)]
