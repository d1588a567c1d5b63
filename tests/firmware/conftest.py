"""Fixtures of the node's tests: firmware built once, a broker with the field's users and rules, an agent, a node."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware.build import build
from tests.firmware.agent import FACILITY, NODE, NODE_PASSWORD, PASSWORD, USER, Agent
from tests.firmware.node_process import NodeProcess
from tests.servers import Broker
from wire import topics

CHANNELS = {"vw1.frequency": 2831.4, "vw1.thermistor": 4821.0, "battery.voltage": 13.1}
FAST: dict[str, Any] = {
    "interval_s": 0.1,
    "resend_after_s": 2,
    "ask_time_after_s": 0.2,
    "reconnect_least_s": 0.05,
    "reconnect_most_s": 0.2,
    "link_timeout_s": 2,
    "keep_alive_s": 2,
    "instruments": [{"id": "battery", "driver": "battery"}],
}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware for the unix board."""
    out = tmp_path_factory.mktemp("firmware")
    build(out, "unix")
    return out


@pytest.fixture
def field_broker(reachable_folder: Path) -> Iterator[Broker]:
    """A broker of this test with the users and rules of a field."""
    users = {topics.user_of_node(FACILITY, NODE): NODE_PASSWORD, USER: PASSWORD}
    rights = [topics.node_rights(FACILITY, NODE), *topics.agent_rights(FACILITY, "gw1", [NODE])]
    running = Broker.start(reachable_folder / "broker", users, rights)
    yield running
    running.stop()


@pytest.fixture
def agent(field_broker: Broker) -> Iterator[Agent]:
    """The node's agent, subscribed."""
    running = Agent(field_broker.port)
    yield running
    running.close()


MakeNode = Callable[..., NodeProcess]


@pytest.fixture
def make_node(built: Path, field_broker: Broker, tmp_path: Path) -> Iterator[MakeNode]:
    """Makes nodes that end with the test: `make_node(port=, cycles=, configuration={changes of FAST})`.

    Nodes of one test have one folder, so that a second one is the first with other settings; `folder=` is another, and
    `built=` another build.
    """
    made: list[NodeProcess] = []

    def make(folder: str = NODE, **changes: Any) -> NodeProcess:
        port = changes.pop("port", field_broker.port)
        made.append(NodeProcess(changes.pop("built", built), tmp_path / folder, **identity(port, **changes)))
        made[-1].simulate(CHANNELS)
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture
def node(make_node: MakeNode) -> NodeProcess:
    """A fast node with a battery, not started yet."""
    return make_node()


def identity(port: int, **changes: Any) -> dict[str, Any]:
    """node.json of the fast node; `configuration` entries of FAST are changed by `configuration=`."""
    configuration = {**FAST, **changes.pop("configuration", {})}
    return {
        "facility": FACILITY,
        "node": NODE,
        "host": "127.0.0.1",
        "port": port,
        "password": NODE_PASSWORD,
        **changes,
        "configuration": configuration,
    }
