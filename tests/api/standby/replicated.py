"""Two servers of which one follows the other by streaming replication, over a site of the api."""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

import psycopg

from tailwatch.servers.database import ADMIN, API
from tests.api import people, site
from tests.api.server import ApiServer
from tests.ingest import waiting
from tests.servers import fresh_database
from tests.standby import Pair

FROM = "tailwatch-read-from"
LAG = "tailwatch-lag-s"
until = partial(waiting.until, within_s=120, every_s=0.05)


class ReplicatedSite:
    """The site at the primary `pair.first`, its standby `pair.second`, and one api for each limit of lag [s]."""

    def __init__(self, folder: Path, *limits_s: float) -> None:
        self._folder, self._limits_s = folder, limits_s
        self._open = ExitStack()
        self._rows = 0

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.pair = opening.enter_context(Pair(self._folder))
            self.database = opening.enter_context(fresh_database(self.pair.first, None))
            site.build(self.database.conninfo())
            self.key = people.add_key(self.database.conninfo(), "read")
            self.servers = [self._serve(opening, limit_s) for limit_s in self._limits_s]
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _serve(self, opening: ExitStack, limit_s: float) -> ApiServer:
        folder = self._folder / f"api-{limit_s:g}"
        folder.mkdir()
        server = ApiServer(folder, self.conninfo(), max_standby_lag_s=limit_s).start()
        opening.callback(server.stop)
        return server

    def conninfo(self, role: str = API) -> str:
        return self.pair.conninfo(role, self.database.name)

    def store(self) -> str:
        """Store one reading more at the primary; return its time as answers have it."""
        self._rows += 1
        at = site.T0 + timedelta(minutes=site.MINUTES + self._rows)
        with psycopg.connect(self.database.conninfo()) as connection:
            site.store(connection, site.LEVEL, at, 1.0)
            site.commit(connection, [site.LEVEL])
        return f"{at:%Y-%m-%dT%H:%M}"

    def standby(self, statement: str) -> None:
        """Say something to the standby as its superuser."""
        with psycopg.connect(self.pair.second.conninfo(ADMIN, "postgres"), autocommit=True) as admin:
            admin.execute(statement)
