"""The Things Stack v3: its uplink message becomes readings, and what it leaves out is not made up."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge_agent.receive.json_senders import Device
from edge_agent.receive.receivers.the_things_stack import Settings
from edge_agent.values import UplinkCount
from tests.edge_agent.receive.receivers.senders import Other, listening, reasons, values
from tests.edge_agent.world import World

TOPIC = "v3/app1@tenant1/devices/dev1/up"
SETTINGS = Settings("app1@tenant1", (Device("dev1", {"temperature": "n01:baro.pressure"}),))

# After the example of an uplink message in thethingsindustries.com/docs/integrations/data-formats.
MESSAGE: dict[str, Any] = {
    "end_device_ids": {
        "device_id": "dev1",
        "application_ids": {"application_id": "app1"},
        "dev_eui": "0004A30B001C0530",
        "join_eui": "800000000000000C",
        "dev_addr": "00BCB929",
    },
    "correlation_ids": ["as:up:01E0WZGT6Y7657CPFPE5WEYDSQ"],
    "received_at": "2020-02-12T15:15:45.787Z",
    "uplink_message": {
        "session_key_id": "AXA50tHUQUucI7y3vCYZmw==",
        "f_cnt": 1,
        "f_port": 1,
        "frm_payload": "gkHe",
        "decoded_payload": {"temperature": 1},
        "received_at": "2020-02-12T15:15:45.500Z",
    },
}


def changed(**fields: Any) -> dict[str, Any]:
    inner = MESSAGE["uplink_message"] | fields
    return MESSAGE | {"uplink_message": {key: value for key, value in inner.items() if value is not None}}


@pytest.fixture
def network(world: World) -> Iterator[Other]:
    with listening(world, SETTINGS) as other:
        yield other


def test_an_uplink_becomes_a_reading(network: Other) -> None:
    """With the network server's own time of reception, and the counter of the session."""
    found = network.taken(TOPIC, MESSAGE)

    assert values(found) == {"n01:baro.pressure": (1_581_520_545_500, 1.0, None)}
    assert (found.node, found.uplink) == ("n01", UplinkCount("dev1", "AXA50tHUQUucI7y3vCYZmw==", 1))


def test_what_is_left_out_has_its_meaning(network: Other) -> None:
    """No f_cnt is 0; without a time of its own the message has that of the application server."""
    found = network.taken(TOPIC, changed(f_cnt=None, received_at=None, session_key_id=None))

    assert found.uplink == UplinkCount("dev1", "00BCB929", 0)
    assert values(found)["n01:baro.pressure"][0] == 1_581_520_545_787


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        (changed(decoded_payload=None), ("not-decoded", "decoded_payload")),
        (MESSAGE | {"uplink_message": None}, ("not-decoded", "uplink_message")),
        (changed(received_at="yesterday"), ("bad-time", "received_at")),
        (changed(f_cnt=1.5), ("integer", "f_cnt")),
        (changed(decoded_payload={"temperature": "warm"}), ("number", "temperature")),
    ],
)
def test_what_cannot_be_used_is_kept_for_a_person(
    network: Other, message: dict[str, Any], refused: tuple[str, str]
) -> None:
    """Under the node of its device."""
    found = network.taken(TOPIC, message)

    assert (found.node, found.readings, reasons(found)) == ("n01", (), [refused])
