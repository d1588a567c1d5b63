"""Topics against the table of the design, and the broker's rules against a real broker."""

import threading
from collections.abc import Iterator

import paho.mqtt.client as mqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers import Broker, server_folder
from wire import BadPack, topics
from wire.topics import Topic

PASSWORD = "only for tests"
OWN, OTHER, AGENT, SITE = "vale/n07", "vale/n08", "vale/_edge/gw1", "vale/_site/gw1"
RIGHTS = {
    one.user: one._replace(reads=(*one.reads, "end"))
    for one in (
        topics.node_rights("vale", "n07"),
        topics.node_rights("vale", "n08"),
        *topics.agent_rights("vale", "gw1", ["n07"]),
        topics.centre_rights(),
        topics.Rights("all", None, ("#",), ("#",), ()),
    )
}
LAST = "vale/n07/ack/test"  # not a topic of ours: only the test's own user sees it

PARSED = [
    ("tw/1/vale/n07/obs", Topic("vale", "n07", None, "obs")),
    ("tw/1/vale/n07/time/reply", Topic("vale", "n07", None, "time/reply")),
    ("tw/1/vale/n07/cmd/config", Topic("vale", "n07", None, "cmd/config")),
    ("tw/1/vale/n07/cmd/selftest/reply", Topic("vale", "n07", None, "cmd/selftest/reply")),
    ("tw/1/vale/_edge/gw1/batch", Topic("vale", None, "gw1", "batch")),
    ("tw/1/vale/_edge/gw1/run", Topic("vale", None, "gw1", "run")),
    ("tw/1/vale/_edge/gw1/cmd/update", Topic("vale", None, "gw1", "cmd/update")),
]


@pytest.mark.parametrize(("text", "parsed"), PARSED)
def test_a_topic_of_the_table_is_taken_apart(text: str, parsed: Topic) -> None:
    """Every kind of topic gives facility, node or agent, and leaf."""
    assert topics.parse(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tw/1/",
        "tw/2/vale/n07/obs",
        "tw/1/vale/obs",
        "tw/1/vale/n07",
        "tw/1/vale/n07/",
        "tw/1/vale/n07/obs/x",
        "tw/1/Vale/n07/obs",
        "tw/1/vale/_edge/obs",
        "tw/1/vale/_edge/gw1/obs",
        "tw/1/vale/n07/batch",
        "tw/1/vale/+/obs",
        "tw/1/vale/n07/cmd/+",
        "tw/1/vale/n07/cmd/#",
        "tw/1/vale/n07/cmd",
        "tw/1/vale/n07/cmd/a/b/reply",
        "#",
    ],
)
def test_any_other_topic_is_refused(text: str) -> None:
    """Other versions, missing parts, wildcards and unknown leaves raise BadPack("topic")."""
    with pytest.raises(BadPack) as refused:
        topics.parse(text)

    assert refused.value.field == "topic"


@given(st.text("tw/1vale_edgn07ob+#ckmd", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Whatever the topic is, nothing but BadPack is raised, and what is parsed has valid ids."""
    try:
        found = topics.parse(text)
    except BadPack:
        return

    assert (found.node is None) != (found.agent is None)


def test_an_id_that_is_none_never_becomes_a_topic() -> None:
    """A facility or node that is no id cannot open another branch."""
    for facility, node in (("vale/x", "n07"), ("vale", "+"), ("vale", "_edge")):
        with pytest.raises(BadPack):
            topics.obs(facility, node)


class Client:
    """One user on the broker: subscribed to everything that it may, after it has tried all, and what it was given."""

    def __init__(self, port: int, user: str) -> None:
        self.received: set[str] = set()
        self.is_done = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, RIGHTS[user].client_id, protocol=mqtt.MQTTv5)
        self.client.username_pw_set(user, PASSWORD)
        self.client.on_message = self._on_message
        subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe([(topic, 1) for topic in ("tw/1/#", *RIGHTS[user].reads)])
        assert subscribed.wait(60)

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        if message.topic == "end":
            self.is_done.set()
        else:
            self.received.add(message.topic)

    def publish(self, topic: str) -> None:
        self.client.publish(topic, b"x", qos=1).wait_for_publish(10)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A broker with the rights of two nodes, their agent and ingest, and a user who may do all."""
    with server_folder() as folder:
        broker = Broker.start(folder, dict.fromkeys(RIGHTS, PASSWORD), RIGHTS.values())
        yield broker.port
        broker.stop()


def _delivered(port: int, sender: str, receiver: str, every: list[str]) -> set[str]:
    """Those of the topics that get from one user to the other: a broker acknowledges also what it denies."""
    one, other, end = Client(port, sender), Client(port, receiver), Client(port, "all")
    for topic in every:
        one.publish(topic)
    end.publish("end")
    assert other.is_done.wait(60)
    for client in (one, other, end):
        client.close()
    return other.received


NODE_TOPICS = ["obs", "birth", "state", "time", "cmd/update/reply", "ack", "time/reply", "cmd/config", "cmd/update"]
AGENT_TOPICS = ["batch", "state", "reply", "ack", "config", "cmd/update"]
EVERY = [f"tw/1/vale/{node}/{leaf}" for node in ("n07", "n08") for leaf in NODE_TOPICS]
EVERY += [f"tw/1/vale/_edge/{agent}/{leaf}" for agent in ("gw1", "gw2") for leaf in [*AGENT_TOPICS, "run"]]


@pytest.mark.parametrize(
    ("sender", "receiver", "expected"),
    [
        (OWN, "all", {f"tw/1/vale/n07/{leaf}" for leaf in NODE_TOPICS[:5]}),
        ("all", OWN, {f"tw/1/vale/n07/{leaf}" for leaf in NODE_TOPICS[5:]}),
        (OWN, SITE, {f"tw/1/vale/n07/{leaf}" for leaf in NODE_TOPICS[:5]}),
        (OTHER, SITE, set()),
        (OTHER, OWN, set()),
        (SITE, OWN, {f"tw/1/vale/n07/{leaf}" for leaf in NODE_TOPICS[5:]}),
        (AGENT, topics.CENTRE_USER, {f"tw/1/vale/_edge/gw1/{leaf}" for leaf in AGENT_TOPICS[:3]}),
        (topics.CENTRE_USER, AGENT, {f"tw/1/vale/_edge/gw1/{leaf}" for leaf in AGENT_TOPICS[3:]}),
        (AGENT, OWN, set()),
        (OWN, AGENT, set()),
        (OWN, topics.CENTRE_USER, set()),
    ],
)
def test_the_broker_delivers_what_the_table_allows(port: int, sender: str, receiver: str, expected: set[str]) -> None:
    """Of all topics exactly those of the table get from one user to the other."""
    assert _delivered(port, sender, receiver, EVERY) == expected
