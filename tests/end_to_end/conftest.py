"""The running site that the end-to-end tests share: its servers and programs start once a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.build import build
from tests.end_to_end.field import Field
from tests.end_to_end.listener import Listener
from tests.end_to_end.reading_chain import Centre
from tests.end_to_end.running_site import RunningSite, running_site
from tests.servers import Database, fresh_database


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    """The parts of `tailwatch up` for the facility `vale`. What a test kills comes back before the next one."""
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The node's firmware, built for the unix board."""
    out = tmp_path_factory.mktemp("firmware") / "unix"
    build(out, "unix")
    return out


@pytest.fixture(scope="module")
def centre(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A database and an api for the chains of readings of one module."""
    with fresh_database(cluster) as fresh:
        made = Centre(fresh, tmp_path_factory.mktemp("centre")).start()
        yield made
        made.stop()


@pytest.fixture
def listener(site: RunningSite) -> Iterator[Listener]:
    """What the agent says of itself at the broker of this test's site."""
    made = Listener(site)
    yield made
    made.close()


@pytest.fixture
def field(site: RunningSite, firmware: Path) -> Iterator[Field]:
    """Nodes with real firmware for one test; all are ended with it."""
    nodes = Field(site, firmware)
    yield nodes
    nodes.end()
