"""A site: from a facility file to parts whose settings the programs accept, and to users with topics of their own."""

import queue
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

import api.settings
import edge_agent.config.settings
import ingest.settings
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from tailings.facility import BadFacility
from tailwatch.pki import LOOPBACK, Authority, NoAuthority
from tailwatch.secrets import write_private
from tailwatch.site import Site, TwoFacilities, read_facilities, refuse_new
from tailwatch.state import StateFolder
from tests.tailings.tarp.plans import OVERTOPPING
from wire.topics import Rights

VALE = Path(__file__).parents[1] / "data" / "vale.toml"


@pytest.fixture
def site(reachable_folder: Path) -> Iterator[Site]:
    with StateFolder(reachable_folder / "state") as state:
        yield Site(state, read_facilities([VALE]))


def test_parts_start_in_the_order_of_their_needs(site: Site) -> None:
    """Servers first, then ingest, one edge agent per agent of the facility, the api, and the proof of sight."""
    assert [part.name for part in site.parts()] == ["database", "broker", "ingest", "vale-gw1", "api", "sight"]


def test_an_agent_elsewhere_is_not_started_here(reachable_folder: Path) -> None:
    """Its facility file says that it runs on a gateway of its own; the broker here knows its users all the same."""
    file = reachable_folder / "vale.toml"
    file.write_text(VALE.read_text().replace("[agents.gw1]", '[agents.gw1]\nruns = "elsewhere"'))
    with StateFolder(reachable_folder / "state") as state:
        site = Site(state, read_facilities([file]))

        assert [part.name for part in site.parts()] == ["database", "broker", "ingest", "api", "sight"]
        assert "vale/_edge/gw1" in {one.user for one in site.rights()}


RECEIVER = """
[[agents.gw1.receivers]]
kind = "csv_folder"
path = "{path}"
[agents.gw1.receivers.mapping]
time_column = "Time"
time_zone = "UTC"
columns = { "BP_mbar" = "{datastream}" }
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "named"),
    [
        ("{path}", "loggers", "path", "'loggers' begins nowhere; write the whole path"),
        ("csv_folder", "csv_foldr", "kind", "did you mean 'csv_folder'"),
        ("{datastream}", "n01:baro.presure", "[[agents.gw1.receivers]]", "did you mean 'n01:baro.pressure'"),
        ("columns =", "colums =", "colums", "colums"),
    ],
)
def test_a_receiver_of_the_facility_file_is_refused_by_line(
    tmp_path: Path, old: str, new: str, line: str, named: str
) -> None:
    """Before anything starts: a path that means something else on each machine, a kind, a datastream, a key."""
    receiver = RECEIVER.replace(old, new).replace("{path}", "/srv/a").replace("{datastream}", "n01:baro.pressure")
    text = VALE.read_text() + receiver
    file = tmp_path / "vale.toml"
    file.write_text(text)

    with pytest.raises(BadFacility) as refused:
        read_facilities([file])

    assert named in refused.value.message
    assert text.splitlines()[refused.value.line - 1].startswith(line)


def test_parts_end_so_that_nobody_loses_what_it_needs(site: Site) -> None:
    """A part ends in a later stage than every part that uses it."""
    stage = {part.name: part.stage for part in site.parts()}

    assert stage["vale-gw1"] > stage["ingest"] == stage["api"] > stage["broker"] > stage["database"]


def test_the_programs_accept_their_settings(site: Site) -> None:
    """Each program's own reader takes the file written for it, and the secrets in it are private."""
    site.parts()
    written = site.state.folder / "settings"

    agent = edge_agent.config.settings.load(written / "vale-gw1.toml")
    assert read_secret(agent.uplink.password_file) == site.state.secret("mqtt/vale/_edge/gw1")
    centre = ingest.settings.read(written / "ingest.toml")
    assert "tailwatch_ingest" in read_secret(centre.database_url_file)
    assert "tailwatch_api" in api.settings.load(written / "api.toml").conninfo()


def test_two_ingests_side_by_side_have_names_of_their_own(site: Site) -> None:
    """The broker cuts the first of two clients with one id."""
    site.ingest("ingest")
    site.ingest("ingest-2")

    written = site.state.folder / "settings"
    names = {ingest.settings.read(written / f"{name}.toml").client_id for name in ("ingest", "ingest-2")}
    assert len(names) == 2


def test_every_node_and_agent_is_a_user(site: Site) -> None:
    """The broker knows each of the facility's nodes, its agent and ingest, and nobody else."""
    site.prepare()

    nodes = {f"vale/n0{number}" for number in range(1, 9)}
    assert set(site.broker.users) == nodes | {"vale/_edge/gw1", "vale/_site/gw1", "vale/_history/gw1", "_ingest"}
    assert len(set(site.broker.users.values())) == len(site.broker.users)


def test_senders_of_other_makers_are_one_user_where_an_agent_listens_to_them(reachable_folder: Path) -> None:
    """The facility file names their topics; without any there is no such user."""
    file = reachable_folder / "vale.toml"
    file.write_text(VALE.read_text().replace("[agents.gw1]\n", '[agents.gw1]\nlistens = ["cs/v2/data/+"]\n', 1))
    with StateFolder(reachable_folder / "state") as state:
        site = Site(state, read_facilities([file]))
        site.prepare()

        assert "vale/_others" in site.broker.users
        assert site.rights()[-1] == Rights("vale/_others", "vale/_others", ("cs/v2/data/+",), (), ())


def test_a_state_folder_of_the_release_before_goes_on(site: Site) -> None:
    """Its passwords stay those of the nodes, whatever it has of a password file and an access list goes."""
    secret = site.state.secret_file("mqtt/vale/n07")
    secret.parent.mkdir(parents=True, exist_ok=True)
    write_private(secret, "of the release before")
    folder = site.broker.folder
    for former in ("passwd", "acl"):
        (folder / former).write_text("user vale/n07\n")
    site.prepare()
    site.broker.run()
    answers: queue.Queue[str] = queue.Queue()
    node = mqtt.Client(CallbackAPIVersion.VERSION2, "vale/n07")
    node.username_pw_set("vale/n07", "of the release before")
    node.on_connect = lambda _, __, ___, reason, ____: answers.put(str(reason))
    node.connect("127.0.0.1", site.broker.port)
    node.loop_start()
    answer = answers.get(timeout=60)
    node.disconnect()
    node.loop_stop()
    site.broker.stop()

    assert answer == "Success"
    assert [(folder / former).exists() for former in ("passwd", "acl")] == [False, False]
    assert (folder / "users.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.case("4", "`tailwatch up` does not begin with such a file, and goes on with a facility that runs already")
def test_a_new_facility_with_a_level_out_of_reach_does_not_start(tmp_path: Path) -> None:
    """A state folder that has never run it is refused; one whose agent has the centre's file is not: it must go on."""
    file = tmp_path / "vale.toml"
    file.write_text(VALE.read_text() + OVERTOPPING.replace("value = 340.5", "value = 341.5"))
    facilities = read_facilities([file])
    with pytest.raises(BadFacility, match=r"the highest value that passes is 341 m"):
        refuse_new(tmp_path / "state", facilities)
    kept = tmp_path / "state" / "agents" / "vale-gw1" / "facility.toml"
    kept.parent.mkdir(parents=True)
    kept.write_text(file.read_text())

    refuse_new(tmp_path / "state", facilities)


def test_two_files_of_one_facility_are_refused(tmp_path: Path) -> None:
    """The sentence names both files."""
    copy = tmp_path / "copy.toml"
    copy.write_text(VALE.read_text())

    with pytest.raises(TwoFacilities, match=r"vale\.toml.*copy\.toml"):
        read_facilities([VALE, copy])


def test_the_door_to_the_network_needs_a_certificate(site: Site) -> None:
    """Without `tailwatch pki init` nothing listens beyond this machine; with it the broker does, by TLS alone."""
    with pytest.raises(NoAuthority, match="tailwatch pki init --host NAME"):
        site.open_door("0.0.0.0")
    authority = Authority(site.state.folder / "pki")
    authority.make("test", datetime.now(UTC))
    authority.issue("broker", LOOPBACK, datetime.now(UTC))

    port = site.open_door("0.0.0.0")
    site.prepare()
    doors = (site.broker.folder / "mosquitto.conf").read_text().split("listener ")[1:]
    assert [door.split()[:2] for door in doors] == [[str(site.broker.port), "127.0.0.1"], [str(port), "0.0.0.0"]]
    assert "certfile" not in doors[0] and "certfile tls.crt" in doors[1]


CHOSEN = """
[ingest]
notification_hosts = ["relay.site.example"]
pages_url = "https://dam.example"
[api]
language = "es"
public_names = ["dam.example"]
[vale-gw1]
max_uplink_mb_per_day = 40
[[vale-gw1.outputs]]
kind = "relay_file"
file = "/sys/class/gpio/gpio17/value"
switched_by = ["centre-silent"]
"""


def test_every_setting_can_be_chosen_in_one_file(reachable_folder: Path) -> None:
    """`tailwatch.toml` in the state folder: what stands there the programs read, over what `up` writes of its own."""
    with StateFolder(reachable_folder / "state") as state:
        (state.folder / "tailwatch.toml").write_text(CHOSEN)
        site = Site(state, read_facilities([VALE]))
        site.public_names = ["proxy.example"]
        site.parts()
    written = reachable_folder / "state" / "settings"
    centre, pages = ingest.settings.read(written / "ingest.toml"), api.settings.load(written / "api.toml")
    agent = edge_agent.config.settings.load(written / "vale-gw1.toml")

    assert (centre.notification_hosts, centre.pages_url) == (("relay.site.example",), "https://dam.example")
    assert (pages.language, pages.public_names) == ("es", ("proxy.example", "dam.example"))
    assert (agent.max_uplink_mb_per_day, agent.outputs[0].switched_by) == (40, ("centre-silent",))


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("[ingst]\n", 1, "did you mean 'ingest'"),
        ("[ingest]\nnotice_hosts = []\n", 2, "did you mean 'notification_hosts'"),
        ("[api]\nport = 8001\n", 2, "`tailwatch up` decides this itself"),
        ("[vale-gw1]\nmax_buffer_mb = '2'\n", 2, "expected a whole number"),
        ("[vale-gw2]\n", 1, "did you mean 'vale-gw1'"),
        ("ingest = 1\n", 1, "write its settings as a table [ingest]"),
    ],
)
def test_a_wrong_choice_is_refused_with_its_line(reachable_folder: Path, text: str, line: int, named: str) -> None:
    """Before anything starts, by the name of the file that a person wrote."""
    with StateFolder(reachable_folder / "state") as state:
        (state.folder / "tailwatch.toml").write_text(text)
        with pytest.raises(BadSettings, match=rf"tailwatch\.toml: line {line}: .*{re.escape(named)}"):
            Site(state, read_facilities([VALE]))
