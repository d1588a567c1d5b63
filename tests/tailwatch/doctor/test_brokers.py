"""Of the brokers: by the file, and by what a real Mosquitto answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tailwatch.doctor import brokers
from tests.servers import Broker, server_folder
from tests.tailwatch.doctor.findings import told, verdicts
from wire.topics import Rights

USER = "vale/n07"


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state folder with a running broker of ours."""
    with server_folder() as folder:
        running = Broker.start(folder / "broker", {USER: "secret"}, [Rights(USER, USER, ("a",), ("b",), ())])
        yield folder
        running.stop()


@pytest.fixture
def conf(state: Path) -> Iterator[Path]:
    """The file of the broker, as it was again after the test."""
    file = state / "broker" / "mosquitto.conf"
    text = file.read_text()
    yield file
    file.write_text(text)


def of_ours(state: Path) -> list[tuple[str, str]]:
    return [one for one in told(brokers.look(state)) if one[0] != "system-broker"]


def test_the_broker_of_up_is_good(state: Path) -> None:
    """It refuses who has no password, has the plug-in, and no door beyond this machine; said with each code."""
    looked = [one for one in brokers.look(state) if one.code != "system-broker"]

    assert [one.code for one in looked] == ["broker-queue", "broker-anonymous", "broker-users", "broker-tls"]
    assert verdicts(looked) == ["good"] * 4 and "no TLS" in looked[-1].says


@pytest.mark.parametrize(
    ("before", "after", "code", "fix"),
    [
        ("max_queued_messages 100000000", "max_queued_messages 1000", "broker-queue", "max_queued_messages 100000000"),
        ("max_queued_messages 100000000", "", "broker-queue", "max_queued_messages 100000000"),
        ("allow_anonymous false", "allow_anonymous true", "broker-anonymous", "allow_anonymous false"),
        ("plugin ", "# plugin ", "broker-users", "start it again"),
        (" 127.0.0.1", "", "broker-tls", "certfile and keyfile"),
        (" 127.0.0.1", " 10.0.0.5", "broker-tls", "certfile and keyfile"),
    ],
)
def test_a_broker_whose_file_opens_it_is_told(
    state: Path, conf: Path, before: str, after: str, code: str, fix: str
) -> None:
    """Each line that was changed by hand is found, with what to write instead."""
    conf.write_text(conf.read_text().replace(before, after, 1))

    found = of_ours(state)
    assert [one[0] for one in found] == [code] and fix in found[0][1]


def test_a_broker_that_answers_everybody_is_told_whatever_its_file_says(reachable_folder: Path) -> None:
    """The file was put right, and the broker not started again: it is asked, not believed."""
    running = Broker.start(reachable_folder / "broker", {USER: "secret"}, [Rights(USER, USER, ("a",), ("b",), ())])
    running.stop()
    file = reachable_folder / "broker" / "mosquitto.conf"
    text = file.read_text()
    lines = (line for line in text.splitlines() if not line.startswith("plugin"))
    file.write_text("\n".join(lines).replace("allow_anonymous false", "allow_anonymous true") + "\n")
    running.run()
    file.write_text(text)
    found = of_ours(reachable_folder)
    running.stop()

    assert [one[0] for one in found] == ["broker-anonymous", "broker-users"]


def test_users_whose_rest_is_allowed_are_told(state: Path) -> None:
    """The plug-in is there, and allows what no rule allows."""
    file = state / "broker" / "users.json"
    text = file.read_text()
    document = json.loads(text)
    document["defaultACLAccess"]["subscribe"] = True
    file.write_text(json.dumps(document))
    found = [one for one in brokers.look(state) if one.verdict == "fault"]
    file.write_text(text)

    assert [one.code for one in found] == ["broker-users"] and "subscribe" in found[0].says


def of_machine(folder: Path, text: str) -> list[tuple[str, str]]:
    """Verdicts and fixes of a Mosquitto of Debian's with this file beside its own."""
    (folder / "conf.d").mkdir(exist_ok=True)
    (folder / "mosquitto.conf").write_text("include_dir /etc/mosquitto/conf.d\n")
    (folder / "conf.d" / "tailwatch.conf").write_text(text)
    return [(one.verdict, one.fix) for one in brokers.system_broker(folder)]


PLUGIN = "plugin /usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so\n"


@pytest.mark.parametrize(
    ("text", "verdict", "fix"),
    [
        (f"{PLUGIN}listener 1883\n", "fault", "certfile"),
        (f"{PLUGIN}listener 1883 10.0.0.5\n", "fault", "certfile"),
        (f"{PLUGIN}listener 8883\ncertfile a.crt\nlistener 1883 0.0.0.0\n", "fault", "certfile"),
        (f"{PLUGIN}listener 1883 127.0.0.1\nallow_anonymous true\n", "fault", "allow_anonymous false"),
        ("listener 1883 127.0.0.1\npassword_file p\n", "warning", "A broker of your own"),
    ],
)
def test_a_broker_of_the_machine_that_is_open_is_told(tmp_path: Path, text: str, verdict: str, fix: str) -> None:
    """A listener on the network without TLS, one that asks for no password, and one that grants subscriptions."""
    found = [one for one in of_machine(tmp_path, text) if one[0] != "good"]

    assert [one[0] for one in found] == [verdict] and fix in found[0][1]


def test_a_broker_of_the_machine_on_loopback_or_with_tls_is_good(tmp_path: Path) -> None:
    """Both together; and where there is no broker of Debian's there is no word of it."""
    text = f"{PLUGIN}listener 1883 127.0.0.1\nlistener 8883\ncertfile a.crt\nkeyfile a.key\nallow_anonymous false\n"

    assert of_machine(tmp_path, text) == [("good", "")]
    assert list(brokers.system_broker(tmp_path / "nowhere")) == []
