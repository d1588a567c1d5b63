"""The check: what the agent would do as a table, and every error with file, line and nearest key."""

import re
from pathlib import Path

import pytest

from edge_agent.report.settings_check import check, table
from tests.edge_agent.world import FACILITY_FILE
from tests.tailings.tarp.plans import OVERTOPPING

END = 'host = "127.0.0.1"\nport = 1883\nuser = "vale/_edge/gw1"\npassword_file = "password"\n'
DATASTREAM = re.compile(r'^\[datastreams\."[^"]+"\]$', re.MULTILINE)
MODBUS = """
[[receivers]]
kind = "modbus"
every_s = 60
host = "192.0.2.7"
registers = [{ datastream = "n01:baro.pressure", unit_id = 3, address = 2, type = "float32", unit = "Pa" }]
"""


def settings_file(folder: Path, facility: str = FACILITY_FILE.read_text(), receivers: str = MODBUS) -> Path:
    (folder / "vale.toml").write_text(facility)
    password = folder / "password"
    password.write_text("secret")
    password.chmod(0o600)
    file = folder / "settings.toml"
    head = 'facility_file = "vale.toml"\nagent = "gw1"\nstate_dir = "state"\n'
    file.write_text(f"{head}[site_broker]\n{END}[uplink]\n{END}{receivers}")
    return file


def test_every_datastream_is_shown_with_its_origin_and_filters(tmp_path: Path) -> None:
    """Raw ones by their receiver, with a unit that is turned, or node, derived ones by their formula."""
    found = check(settings_file(tmp_path))

    rows = {row.datastream: row for row in found.rows}
    assert (found.problems, len(rows)) == ((), len(DATASTREAM.findall(FACILITY_FILE.read_text())))
    assert rows["n01:baro.pressure"].origin == "modbus: unit 3 holding 2 in Pa"
    assert rows["n02:vw1.temperature"].origin == "thermistor(resistance=n02:vw1.thermistor)"


def test_the_table_is_aligned(tmp_path: Path) -> None:
    """Each column begins where its head does."""
    lines = table(check(settings_file(tmp_path))).splitlines()

    at = lines[0].index("from")
    assert all(line[at - 1] == " " and line[at] != " " for line in lines)


def test_all_errors_of_a_facility_are_shown_at_once(tmp_path: Path) -> None:
    """With line and nearest key; nothing is started and nothing written."""
    text = FACILITY_FILE.read_text().replace("commissioned", "comissioned", 1).replace("gross_range]", "gros_range]", 1)

    found = check(settings_file(tmp_path, text))

    assert len(found.problems) >= 2
    assert any(re.search(r"line \d+: .*did you mean 'commissioned'", problem) for problem in found.problems)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("every_s", "evry_s", "evry_s"),
        ("n01:baro.pressure", "n01:baro.presure", "did you mean 'n01:baro.pressure'"),
        ('"float32"', '"float16"', "float16"),
        ('kind = "modbus"', 'kind = "modbuz"', "did you mean 'modbus'"),
    ],
)
def test_errors_of_the_settings_are_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """Also those of a receiver."""
    found = check(settings_file(tmp_path, receivers=MODBUS.replace(old, new)))

    assert named in table(found)


@pytest.mark.case(
    "4", "`tailwatch gateway check` notes a level that no reading can reach; a running agent goes on with it"
)
def test_a_level_that_no_reading_can_reach_is_noted(tmp_path: Path) -> None:
    """The agent would start with it, as the centre may have it from before; the note says what a person must know."""
    text = FACILITY_FILE.read_text() + OVERTOPPING.replace("value = 340.5", "value = 341.5")
    found = check(settings_file(tmp_path, text))

    assert found.is_good
    assert any("red needs n01:pond.level above 341.5 m" in note for note in found.notes)


def test_a_password_that_others_may_read_is_an_error(tmp_path: Path) -> None:
    """The table is shown all the same."""
    file = settings_file(tmp_path)
    (tmp_path / "password").chmod(0o644)

    found = check(file)

    assert "chmod 600" in found.problems[0]
    assert found.rows


CHIRPSTACK = """
[[receivers]]
kind = "chirpstack"
application = "7"
devices = [{ id = "70b3d5", fields = { "pressure" = "n01:baro.pressure" } }]
"""


def test_a_topic_that_the_broker_lets_nobody_read_is_noted(tmp_path: Path) -> None:
    """The access list is made from the facility file, so it must name what a receiver reads at the site's broker."""
    topic = "application/7/device/+/event/up"
    listening = FACILITY_FILE.read_text().replace("[agents.gw1]\n", f'[agents.gw1]\nlistens = ["{topic}"]\n', 1)

    deaf = check(settings_file(tmp_path, receivers=CHIRPSTACK))
    hears = check(settings_file(tmp_path, listening, CHIRPSTACK))

    assert f"the site's broker lets nobody read {topic}; add it to [agents.gw1] listens" in table(deaf)
    assert (deaf.is_good, hears.notes) == (True, ())
