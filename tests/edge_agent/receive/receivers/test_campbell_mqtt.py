"""Campbell loggers over MQTT: GeoJSON of names and values by time."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge_agent.receive.json_senders import Device
from edge_agent.receive.receivers.campbell_mqtt import Logger, Settings
from tests.edge_agent.receive.receivers.senders import Other, listening, reasons, values
from tests.edge_agent.world import World

TOPIC = "cs/v1/data/cr1000x/400/Hourly/cg"
DEVICE = Device("CR1000X_400", {"batteryVolt": "n01:battery.voltage", "crTemp": "n01:baro.pressure"})

# The example of help.campbellsci.com, "GeoJSON format details".
FEATURE: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-111.8549, 41.7666, 4498.0]},
    "Properties": {
        "loggerID": "CR1000X_400",
        "observationNames": ["batteryVolt", "batteryVolt_Avg", "crTemp"],
        "observations": {"2019-02-28T19:00:00.0Z": [13.67, 13.67, 24.31]},
    },
}
TIME_MS = 1_551_380_400_000


def feature(observations: Any, names: Any = ("batteryVolt", "batteryVolt_Avg", "crTemp")) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"observationNames": names, "observations": observations}}


@pytest.fixture
def network(world: World) -> Iterator[Other]:
    with listening(world, Settings((Logger(TOPIC, DEVICE),), time_zone="Europe/Lisbon")) as other:
        yield other


def test_a_feature_becomes_readings(network: Other) -> None:
    """Values by the position of their names; a name that nobody mapped is said."""
    found = network.taken(TOPIC, FEATURE)

    assert values(found) == {"n01:battery.voltage": (TIME_MS, 13.67, None), "n01:baro.pressure": (TIME_MS, 24.31, None)}
    assert network.log.said("WARNING unmapped-field name=batteryVolt_Avg") == 1


def test_several_times_in_one_message(network: Other) -> None:
    """A logger that was offline sends them together; without an offset they are local time."""
    found = network.taken(
        TOPIC, feature({"2019-07-01T12:00:00": [13.1, 13.1, 24], "2019-07-01 12:05:00": [13.2, 0, 25]})
    )

    times = [one.time_ms for one in found.readings if one.name == "n01:battery.voltage"]
    assert times == [1_561_978_800_000, 1_561_979_100_000]  # 11:00Z and 11:05Z, Lisbon in summer


def test_a_failed_read_is_missing(network: Other) -> None:
    """ "NAN" as the logger writes it, and null; false and text are refused by name."""
    found = network.taken(TOPIC, feature({"2019-02-28T19:00:00Z": ["NAN", None, False]}))

    assert values(found) == {"n01:battery.voltage": (TIME_MS, None, "no-value")}
    assert reasons(found) == [("number", "crTemp")]


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        ({"type": "Feature"}, ("not-decoded", "properties")),
        (feature({"2019-02-28T19:00:00Z": [1, 2]}), ("column-count", "observations")),
        (feature({"yesterday": [1, 2, 3]}), ("bad-time", "observations")),
        (feature({"2019-10-27T01:30:00": [1, 2, 3]}), ("ambiguous-time", "observations")),
        (feature({}), ("not-decoded", "observations")),
        (feature({"2019-02-28T19:00:00Z": [1, 2]}, ["a", "a"]), ("not-decoded", "observationNames")),
    ],
)
def test_what_cannot_be_used_is_kept_for_a_person(network: Other, document: Any, refused: tuple[str, str]) -> None:
    """Whole, under the logger's node: the topic says whose it is."""
    found = network.taken(TOPIC, document)

    assert (found.node, found.readings, reasons(found)) == ("n01", (), [refused])
