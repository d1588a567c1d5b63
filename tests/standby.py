"""A second PostgreSQL that follows a first one, and the moment at which it takes over."""

import subprocess
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo

from tailwatch import ports, tools
from tailwatch.servers.database import ADMIN
from tailwatch.system_users import user_when_root
from tests.servers import Database

BASEBACKUP_WITHIN_S = 120


class Pair:
    """Two servers with one content: `first` is the primary until `promote`."""

    def __init__(self, folder: Path) -> None:
        self.first = Database.start(folder / "first", is_durable=False)
        self.second = Database(folder / "second", ports.free_port(), is_durable=False)
        self.second.folder.mkdir()
        (self.second.folder / "secrets").symlink_to(self.first.folder / "secrets")
        self._copy()
        self.second.prepare()
        self.second.run()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.first.stop()
        self.second.stop()

    def conninfo(self, role: str, database: str) -> str:
        """Return a connection string that names both, the first one first."""
        found = self.first.conninfo(role, database)
        return make_conninfo(found, host="127.0.0.1,127.0.0.1", port=f"{self.first.port},{self.second.port}")

    def promote(self) -> None:
        """Kill the first, make the second the primary, and bring the first back as one that only reads."""
        self.first.kill()
        with psycopg.connect(self.second.conninfo(ADMIN, "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_promote()")
        (self.first.data / "standby.signal").touch()
        self.first.run()

    def _copy(self) -> None:
        words = ["--pgdata", str(self.second.data), "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        source = self.first.conninfo(ADMIN, "postgres")
        user = user_when_root("postgres")
        self.second.data.mkdir(mode=0o700)
        if user is not None:
            subprocess.run(["chown", user, str(self.second.data)], check=True)
        subprocess.run(
            [str(tools.POSTGRES_FOLDER / "pg_basebackup"), "--dbname", source, *words],
            user=user,
            check=True,
            capture_output=True,
            timeout=BASEBACKUP_WITHIN_S,
            cwd="/",
        )
