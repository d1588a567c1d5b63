"""Fixtures of the edge agent's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge_agent.world import World


@pytest.fixture
def world(reachable_folder: Path) -> Iterator[World]:
    """A broker of this test with the users of the field, and settings for an agent."""
    made = World(reachable_folder)
    yield made
    made.broker.stop()
