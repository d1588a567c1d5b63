"""ChirpStack v4: its uplink event becomes readings, and what it cannot say becomes no value."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from edge_agent.buffer.buffer import Buffer
from edge_agent.receive.json_senders import Device
from edge_agent.receive.receivers.chirpstack import Settings
from edge_agent.values import UplinkCount
from tests.edge_agent.receive.receivers.senders import Other, Publisher, listening, reasons, values
from tests.edge_agent.world import World, wait_until

APPLICATION, EUI = "17c82e96-be03-4f38-aef3-f83d48582d97", "0101010101010101"
TOPIC = f"application/{APPLICATION}/device/{EUI}/event/up"
SETTINGS = Settings(
    APPLICATION, (Device(EUI, {"temperature": "n01:baro.pressure", "power.voltage": "n01:pond.level"}),)
)

# After the example of an uplink event in ChirpStack v4's documentation (integrations, "Events", JSON).
EVENT: dict[str, Any] = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2022-07-18T09:34:15.775023242+00:00",
    "deviceInfo": {"applicationId": APPLICATION, "deviceName": "Test device", "devEui": EUI},
    "devAddr": "00189440",
    "adr": True,
    "dr": 1,
    "fCnt": 4,
    "fPort": 1,
    "confirmed": False,
    "data": "qg==",
    "object": {"temperature": 25.5, "power": {"voltage": 3}},
    "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -48, "snr": 9.0}],
}
TIME_MS = 1_658_136_855_775


@pytest.fixture
def network(world: World) -> Iterator[Other]:
    with listening(world, SETTINGS) as other:
        yield other


def test_an_uplink_becomes_readings(network: Other) -> None:
    """Fields by their path, the network's time to the millisecond, the frame counter of the session."""
    found = network.taken(TOPIC, EVENT)

    assert values(found) == {"n01:baro.pressure": (TIME_MS, 25.5, None), "n01:pond.level": (TIME_MS, 3.0, None)}
    assert (found.node, found.uplink, found.refused) == ("n01", UplinkCount(EUI, "00189440", 4), ())


def test_a_device_may_speak_another_unit(world: World) -> None:
    """A radar gives centimetres, its datastream has metres: 33,962 cm are 339.62 m; without a word it stays."""
    device = Device(
        EUI, {"level": "n01:pond.level", "pressure": "n01:baro.pressure"}, units={"level": "cm", "pressure": "hPa"}
    )
    with listening(world, Settings(APPLICATION, (device,))) as other:
        found = other.taken(TOPIC, EVENT | {"object": {"level": 33_962, "pressure": 960.8}})

    assert values(found) == {
        "n01:pond.level": (TIME_MS, pytest.approx(339.62), None),
        "n01:baro.pressure": (TIME_MS, 960.8, None),
    }


def test_a_counter_of_zero_is_left_out_by_protobuf(network: Other) -> None:
    """The first frame of a session is frame 0."""
    found = network.taken(TOPIC, {key: value for key, value in EVENT.items() if key != "fCnt"})

    assert found.uplink == UplinkCount(EUI, "00189440", 0)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"object": None}, ("not-decoded", "object")),
        ({"time": None}, ("bad-time", "time")),
        ({"time": "2022-07-18T09:34:15"}, ("bad-time", "time")),
        ({"fCnt": -1}, ("integer", "fCnt")),
        ({"fCnt": "4"}, ("integer", "fCnt")),
        ({"fCnt": 2**63}, ("integer", "fCnt")),  # a number that no database has
    ],
)
def test_an_uplink_that_cannot_be_used_is_kept_for_a_person(
    network: Other, change: dict[str, Any], refused: tuple[str, str]
) -> None:
    """Whole, with what the device sent, under its node."""
    found = network.taken(TOPIC, EVENT | change)

    assert (found.node, found.readings, reasons(found)) == ("n01", (), [refused])
    assert b'"data": "qg=="' in found.refused[0].raw


@pytest.mark.parametrize("payload", [b"", b"rubbish", b"[1]", b"{" * 5000, b" " * 70_000, b'"\xff"'])
def test_bytes_that_are_no_event_are_kept_too(network: Other, payload: bytes) -> None:
    """The topic says whose they are."""
    found = network.taken(TOPIC, payload)

    assert (found.node, len(found.refused)) == ("n01", 1)


def test_a_failed_read_is_missing_and_a_text_is_refused(network: Other) -> None:
    """null is a missing reading; true and "25" are no numbers, and nobody guesses."""
    found = network.taken(TOPIC, EVENT | {"object": {"temperature": None, "power": {"voltage": True}}})

    assert values(found) == {"n01:baro.pressure": (TIME_MS, None, "no-value")}
    assert reasons(found) == [("number", "power.voltage")]


def test_a_frame_is_counted_for_the_device_of_the_topic(network: Other) -> None:
    """Whatever the message says it is: nobody can fill the table of devices with names."""
    found = network.taken(TOPIC, EVENT | {"deviceInfo": {"devEui": "0202020202020202"}})

    assert found.uplink == UplinkCount(EUI, "00189440", 4)


def test_strangers_and_unmapped_fields_are_named_once(network: Other) -> None:
    """A device that nobody has put into the settings, a field that nobody has mapped."""
    stranger = TOPIC.replace(EUI, "0202020202020202")
    for _ in range(2):
        network.publish(stranger, EVENT)
        network.taken(TOPIC, EVENT | {"object": {"humidity": 50}})

    assert network.log.lines[1:] == [  # behind "connected"
        f"WARNING unknown-device name=0202020202020202 topic={stranger}",
        f"WARNING unmapped-field name=humidity device={EUI}",
    ]


def test_the_whole_agent_counts_what_was_not_received(world: World) -> None:
    """Frames 4 and 7 arrive: two holes in the state document, no pack record at the centre."""
    centre = world.centre()
    with world.agent(receivers=(SETTINGS,)), closing(Publisher(world)) as network:
        for count in (4, 7):
            network.publish(TOPIC, EVENT | {"fCnt": count, "time": f"2022-07-18T09:34:1{count}+00:00"})
        wait_until(lambda: len(centre.observations()) == 4, "four observations")
    centre.close()

    buffer = Buffer(world.settings.state_dir / "buffer.sqlite", 1_000_000)
    assert buffer.not_received() == {"n01": 2}
    assert centre.packs() == set()
