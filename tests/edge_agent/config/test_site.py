"""Before the start: facility, agent, mapping and folder must fit together."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.config.settings import Settings
from edge_agent.config.site import AlreadyRunning, check_receivers, earliest_ms, lock, read_facility, receivers
from edge_agent.receive.receivers import csv_folder
from edge_agent.values import Mapping
from runtime.settings import BadSettings, Endpoint
from tailings.facility import BadFacility, parse
from tests import receiver_reference
from tests.edge_agent.world import FACILITY_FILE, facility
from tests.tailings.facility.faults_of_files import MAPPING

END = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", Path("password"))
SETTINGS = Settings(FACILITY_FILE, "gw1", Path("state"), END, END)


def with_mapping(columns: dict[str, str]) -> Settings:
    mapping = Mapping(time_column="Time", time_zone="UTC", columns=columns)
    return msgspec.structs.replace(SETTINGS, receivers=(csv_folder.Settings(Path("drop"), mapping),))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (msgspec.structs.replace(SETTINGS, agent="gw2"), "gw1"),
        (msgspec.structs.replace(SETTINGS, facility_file=Path("nowhere.toml")), r"nowhere\.toml"),
        (with_mapping({"P": "n01:baro.presure"}), r"n01:baro\.pressure"),
        (with_mapping({"P": "n07:vw1.pressure"}), "derived"),
        (with_mapping({"P": "n01:pond.level", "L": "n01:pond.level"}), "lead to one"),
    ],
)
def test_what_does_not_fit_is_named(settings: Settings, named: str) -> None:
    """The nearest known name stands in the sentence."""
    with pytest.raises(BadSettings, match=named):
        read_facility(settings)


RECEIVERS = Path("tests/data/receivers.toml").read_text()


def test_a_receiver_of_each_kind_stands_in_the_example() -> None:
    """The reference of receivers shows them all, and the centre takes the file."""
    check_receivers(parse(RECEIVERS), RECEIVERS, "receivers.toml")

    assert set(receiver_reference.blocks()) == receiver_reference.kinds()


@pytest.mark.parametrize(
    ("said", "wrong", "sentence"),
    [
        ('"level" = "cm"', '"level" = "kPa"', "level' in kPa is a pressure; n01:pond.level is in m"),
        ('"level" = "cm"', '"level" = "centimetre"', "unit 'centimetre' is not known; choose one of m, cm, mm, um"),
        ('"level" = "cm"', '"levl" = "cm"', "'levl' is none of its fields; did you mean 'level'?"),
        ('unit = "cm"\nm', 'unit = "hPa"\nm', "'unit 3 input 2' in hPa is a pressure; n05:seepage.height is in m"),
        ('"n06:sonde.conductivity" =', '"n06:sonde.cond" =', "none of its datastreams; did you mean 'n06:sonde.cond"),
    ],
)
def test_a_unit_that_a_sender_cannot_mean_is_refused(said: str, wrong: str, sentence: str) -> None:
    """With its line, what is known, and the nearest name."""
    text = RECEIVERS.replace(said, wrong, 1)

    with pytest.raises(BadFacility) as refused:
        check_receivers(parse(text), text, "receivers.toml")
    assert text != RECEIVERS and sentence in str(refused.value) and "line " in str(refused.value)


def with_named(mapping: str) -> Settings:
    return msgspec.structs.replace(SETTINGS, receivers=(csv_folder.Settings(Path("drop"), mapping),))


def test_a_mapping_of_the_facility_is_found_by_its_name(tmp_path: Path) -> None:
    """The settings name it, the centre may change it; a name that is not there is told with the nearest."""
    file = tmp_path / "facility.toml"
    file.write_text(MAPPING + FACILITY_FILE.read_text())
    named = msgspec.structs.replace(with_named("shed"), facility_file=file)

    found = receivers(named, read_facility(named))[0]

    assert found.feeds() == {"BP_mbar": "n01:baro.pressure", "Lvl": "n01:pond.level"}
    with pytest.raises(BadSettings, match=r"no \[mappings\.shd\]; did you mean 'shed'"):
        read_facility(msgspec.structs.replace(with_named("shd"), facility_file=file))


DECLARED = """
[[agents.gw1.receivers]]
kind = "csv_folder"
path = "/srv/crest"
mapping = "shed"
"""


def test_receivers_stand_in_the_facility_file_too(tmp_path: Path) -> None:
    """Those of the settings first, then those of this agent there, each with the mapping that it names."""
    file = tmp_path / "facility.toml"
    file.write_text(MAPPING + FACILITY_FILE.read_text() + DECLARED)
    settings = msgspec.structs.replace(with_named("shed"), facility_file=file)

    own, declared = receivers(settings, read_facility(settings))

    assert (own.path, declared.path) == (Path("drop"), Path("/srv/crest"))
    assert declared.feeds() == own.feeds()


def test_a_wrong_facility_file_says_the_line(tmp_path: Path) -> None:
    """The agent does not start with half a facility."""
    file = tmp_path / "facility.toml"
    file.write_text(FACILITY_FILE.read_text().replace("commissioned", "comissioned", 1))

    with pytest.raises(BadFacility) as refused:
        read_facility(msgspec.structs.replace(SETTINGS, facility_file=file))

    assert refused.value.line > 0


def test_time_begins_on_the_day_of_commissioning() -> None:
    """2019-05-01 in Lisbon (UTC+1 in summer) begins at 2019-04-30T23:00:00Z."""
    assert earliest_ms(facility()) == 1_556_665_200_000


def test_two_agents_do_not_share_a_folder(tmp_path: Path) -> None:
    """They would write one outbox with one epoch."""
    lock(tmp_path)

    with pytest.raises(AlreadyRunning, match="state_dir"):
        lock(tmp_path)
