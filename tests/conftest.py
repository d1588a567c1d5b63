"""Fixtures of all rooms: one PostgreSQL cluster and one broker a run (a worker), a fresh database a test."""

import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest

from tests.servers import Broker, Database, TestDatabase, fresh_database, server_folder
from wire.topics import Rights

# A hook of git hands the repository on by these; a test that makes one of its own must not reach the project's.
for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"):
    os.environ.pop(name, None)
# Programs are started some hundred times: compiled once, also where pytest is called without make.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is no finding: random examples are judged by what they give, not by how long they take.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")
BROWSED_AT_ONCE = ("tests/dashboard/test_reader_tasks.py", "tests/dashboard/safety/test_browser.py")
"""What `make test` does in a browser: the readers' tasks, and the safety page. A browser is a program of others: what
else is done in one, each page in each width, theme and language, is done by `make test-foreign`."""
ADMIN = "test-admin"
PASSWORD = "only for tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rounds 30`: each test so often, for those that kill at random moments."""
    parser.addoption("--rounds", type=int, default=1, help="run each test so many times")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One more parameter that nobody looks at, when there is more than one round."""
    rounds = metafunc.config.getoption("--rounds")
    if rounds > 1:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(rounds))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a folder or a module builds once is built on one worker: the tests that use it make a group.

    Tests of whole installations begin first: one of them at the end would run alone.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/tailwatch/"))
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(BROWSED_AT_ONCE):
            item.add_marker(pytest.mark.foreign)
        if item.get_closest_marker("xdist_group") is None and (place := _shared_place(item)):
            item.add_marker(pytest.mark.xdist_group(place))
        if (group := item.get_closest_marker("xdist_group")) and hasattr(item.config, "workerinput"):
            _name_group(item, group.args[0])


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def _name_group(item: pytest.Item, group: str) -> None:
    """Put the group behind the id, by which pytest-xdist deals the tests out.

    Its release 3.8.0 writes it where pytest 9.2.0 does not read it: without an error each test ran anywhere, and what
    a folder shares was built by every worker.
    """
    item._id = type(item.id).parse(f"{item.nodeid}@{group}")
    assert item.nodeid.endswith(f"@{group}"), "pytest reads the id elsewhere: the groups have no effect"


def _shared_place(item: pytest.Item) -> str | None:
    """Return the folder, else the module, of a fixture that this test shares; those of this file are for all."""
    named: dict[str, Sequence[pytest.FixtureDef[object]]] = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    shared = [one for found in named.values() for one in _used(found) if one.scope != "function"]
    folders = sorted(one.baseid for one in shared if one.scope == "session" and "/" in one.baseid)
    modules = [item.nodeid.partition("::")[0] for one in shared if one.scope in ("package", "module", "class")]
    return next(iter(folders + modules), None)


def _used(found: Sequence[pytest.FixtureDef[object]]) -> Iterator[pytest.FixtureDef[object]]:
    """Of the fixtures of one name the nearest, and what stands behind it where it asks for its own name."""
    for one in reversed(found):
        yield one
        if one.argname not in one.argnames:
            return


@pytest.fixture(scope="session")
def cluster() -> Iterator[Database]:
    """A running PostgreSQL cluster (with TimescaleDB) and its roles; not for tests that kill it."""
    with server_folder(is_durable=False) as folder:
        database = Database.start(folder / "database", is_durable=False)
        yield database
        database.stop()


@pytest.fixture
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A database of this test with all migrations; `.conninfo(role)` connects, role defaults to tailwatch_owner."""
    with fresh_database(cluster) as fresh:
        yield fresh


@pytest.fixture
def empty_database(cluster: Database) -> Iterator[TestDatabase]:
    """A database of this test without any table."""
    with fresh_database(cluster, None) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A running broker with the one user `test-admin`, who may do all; not for tests that kill it.

    Take topics of your own; users and rights of the field are tested with `Broker.start(folder, users, rights)`.
    """
    with server_folder() as folder:
        running = Broker.start(folder / "broker", {ADMIN: PASSWORD}, [Rights(ADMIN, None, ("#",), ("#",), ())])
        yield running
        running.stop()


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A folder of this test that the servers' system users can reach."""
    with server_folder() as folder:
        yield folder
