"""Fixtures of the tests of what programs are made of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.broker import Site


@pytest.fixture
def site(reachable_folder: Path) -> Iterator[Site]:
    """A broker of this test, and the user of a program."""
    made = Site(reachable_folder)
    yield made
    made.broker.stop()
