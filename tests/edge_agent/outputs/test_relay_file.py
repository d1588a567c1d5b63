"""A relay that is a file."""

from pathlib import Path

from edge_agent.outputs import relay_file
from tests.edge_agent.receivers.place import Log, no_link, place


def test_a_relay_that_cannot_be_switched_is_told_once_and_tried_again(tmp_path: Path) -> None:
    """The folder of the GPIO appears late."""
    log = Log()
    relay = relay_file.open(relay_file.Settings(tmp_path / "gpio" / "value"), place(log, no_link))
    relay.show(True)
    relay.show(True)
    (tmp_path / "gpio").mkdir()
    relay.show(True)

    assert log.said("ERROR output-fails") == 1
    assert (tmp_path / "gpio" / "value").read_text() == "1\n"


def test_a_relay_is_written_once_for_each_change(tmp_path: Path) -> None:
    """Whoever sets it by hand is not overruled ten times a second; closing leaves it as it is."""
    file = tmp_path / "value"
    relay = relay_file.open(relay_file.Settings(file, on="high", off="low"), place(Log(), no_link))
    relay.show(False)
    assert file.read_text() == "low\n"

    file.write_text("by hand")
    relay.show(False)
    relay.close()

    assert file.read_text() == "by hand"
