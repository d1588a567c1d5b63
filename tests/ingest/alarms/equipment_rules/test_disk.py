"""A disk that runs full."""

from pathlib import Path

import pytest

from ingest.alarms import Equipment
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


@pytest.mark.parametrize(("share", "titles"), [(0.0, 0), (1.0, 1)])
def test_a_disk_that_runs_full(looked: Looked, tmp_path: Path, share: float, titles: int) -> None:
    """Less is free than the share that must be: of a real disk never less than nothing, and always less than all."""
    with looked.dam.connection.transaction():
        Equipment(tmp_path, None, lambda: minute(1), share).look(looked.dam.connection)

    found = looked.dam.titles("rule = 'disk'")
    assert [title.startswith("Server disk: ") for title in found] == [True] * titles
