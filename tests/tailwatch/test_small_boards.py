"""Small boards: a node that would run out of memory is named when its facility file is."""

from pathlib import Path

from typer.testing import CliRunner

from tailings import parse
from tailwatch import small_boards
from tailwatch.__main__ import app
from tests.tailings.facilities import VALE

CHAIN = """
[instruments."n07:chain"]
driver = "inclinometer_chain"
settings = { segments = 8 }
"""
TILT = """
[datastreams."n07:chain.tilt-{number}"]
quantity = "tilt"
unit = "deg"
"""
LARGE = VALE.read_text() + CHAIN + "".join(TILT.format(number=number) for number in range(1, 9))


def test_the_nodes_of_vale_fit() -> None:
    """A wire and a battery, a barometer and a pond."""
    assert list(small_boards.too_large(parse(VALE.read_text()))) == []


def test_a_chain_beside_a_wire_is_named(tmp_path: Path) -> None:
    """By `tailwatch device provision`, which makes its files all the same: the board may be a larger one."""
    (tmp_path / "vale.toml").write_text(LARGE)
    places = {"--file": "vale.toml", "--out": "device", "--state": "state", "--broker": "broker"}
    where = [word for name, place in places.items() for word in (name, str(tmp_path / place))]

    done = CliRunner().invoke(app, ["device", "provision", "n07", *where])

    assert done.exit_code == 0, done.output
    assert "warning: n07 needs" in done.stderr
