"""Fixtures of packages: one database and one package for tests that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import packages
from ingest.database import connect
from ingest.packages import PackageDraft
from ingest.values import Connection
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.packages import made
from tests.servers import Database, fresh_database


@pytest.fixture(scope="session")
def filled(cluster: Database) -> Iterator[Connection]:
    """A connection with the rights of ingest to a dam that no test changes."""
    with fresh_database(cluster, KNOWS_VALE) as database, connect(database.conninfo("tailwatch_ingest")) as connection:
        made.fill(connection)
        yield connection


@pytest.fixture(scope="session")
def draft(filled: Connection) -> PackageDraft:
    """Four of its five hours: the readings of the first lie before the span."""
    return packages.begin(filled, "vale", made.instant(60), made.instant(made.MINUTES))


@pytest.fixture(scope="session")
def package(filled: Connection, draft: PackageDraft, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of that draft."""
    folder = tmp_path_factory.mktemp("package")
    made.written(filled, folder / "draft", draft, folder / "vale.zip")
    return folder / "vale.zip"
