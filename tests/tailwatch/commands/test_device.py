"""`tailwatch device provision` and `tailwatch device revoke` beside a broker that runs, as a person calls them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import edge_agent
from runtime.secrets import read_secret
from tailings.facility import parse
from tailwatch import provisioning
from tailwatch.__main__ import app
from tailwatch.servers.dynamic_security import Users
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder
from tests.servers import Broker
from tests.tailwatch.servers.door import RIGHTS, VALE_TEXT
from tests.tailwatch.servers.test_broker import WAIT_S, Client
from wire import topics


@pytest.fixture
def facility(reachable_folder: Path) -> Path:
    file = reachable_folder / "vale.toml"
    file.write_text(VALE_TEXT)
    return file


def run(*words: str) -> str:
    """Call a command; return what it printed."""
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_device_is_provisioned_and_revoked_while_the_broker_runs(
    reachable_folder: Path, facility: Path, tmp_path: Path
) -> None:
    """The password that was written lets it in at once; a word later its connection is gone, and its secret too."""
    state = reachable_folder / "state"
    (state / "secrets").mkdir(mode=0o700, parents=True)
    broker = Broker.start(state / "broker", {"_ingest": "x"}, RIGHTS.values())
    place = ("--file", str(facility), "--state", str(state))
    provisioned = run("device", "provision", "n07", *place, "--out", str(tmp_path))
    password = json.loads((tmp_path / "node.json").read_text())["password"]
    secret = state / "secrets" / "mqtt" / "vale" / "n07"
    kept = secret.read_text()
    node = Client(broker, "vale/n07", password, client_id="vale/n07")
    revoked = run("device", "revoke", "n07", *place)
    is_cut = node.cut.wait(WAIT_S)
    node.close()
    again = Client(broker, "vale/n07", password, client_id="vale/n07")
    again.close()
    broker.stop()

    assert (node.refused, is_cut, again.refused) == (False, True, True)
    assert (kept, secret.exists()) == (password, False)
    assert "the broker knows it" in provisioned and "vale/n07: taken from the broker" in revoked


def test_what_the_facility_file_names_no_more_is_revoked_by_its_name(
    reachable_folder: Path, facility: Path, tmp_path: Path
) -> None:
    """A node and a gateway, which has three users; a name that the broker has not is refused."""
    folder = reachable_folder / "mosquitto"
    for name in ("n07", "gw1", "n06"):
        run(
            "device",
            "provision",
            name,
            "--file",
            str(facility),
            "--broker",
            str(folder),
            "--out",
            str(tmp_path / name),
        )
    newer = reachable_folder / "newer.toml"
    text = VALE_TEXT.replace("n07", "n77").replace("[agents.gw1]", "[agents.gw2]")
    newer.write_text(text)
    place = ("--file", str(newer), "--broker", str(folder))
    for name in ("n07", "gw1"):
        run("device", "revoke", name, *place)
    refused = CliRunner().invoke(app, ("device", "revoke", "n09", *place))

    assert set(Users.read(folder / "users.json")) == {"vale/n06", "_admin"}
    assert refused.exit_code == 2 and "has no node or agent 'n09'" in refused.output


def test_a_gateway_gets_a_user_for_each_connection(reachable_folder: Path, facility: Path, tmp_path: Path) -> None:
    """Its settings name three users with a password each, in files of mode 600."""
    folder = reachable_folder / "mosquitto"
    run("device", "provision", "gw1", "--file", str(facility), "--broker", str(folder), "--out", str(tmp_path))
    told = run(
        "device",
        "provision",
        "_ingest",
        "--file",
        str(facility),
        "--broker",
        str(folder),
        "--out",
        str(tmp_path / "c"),
    )
    settings = edge_agent.load(tmp_path / "edge_agent.toml")
    assert settings.history is not None
    ends = (settings.uplink, settings.site_broker, settings.history)
    users = {end.user: read_secret(end.password_file) for end in ends}
    users["_ingest"] = read_secret(tmp_path / "c" / "password")

    assert tuple(end.user for end in ends) == topics.users_of_agent("vale", "gw1")
    assert len(set(users.values())) == 4 and "the broker learns it at its next start" in told
    assert {end.password_file.stat().st_mode & 0o777 for end in ends} == {0o600}
    assert set(Users.read(folder / "users.json")) == {*users, "_admin"}


def test_what_is_no_node_has_no_machine_to_run_on(reachable_folder: Path, facility: Path, tmp_path: Path) -> None:
    """--vm for a gateway is refused before the broker gives it another password."""
    folder = reachable_folder / "mosquitto"
    words = (
        "device",
        "provision",
        "gw1",
        "--file",
        str(facility),
        "--broker",
        str(folder),
        "--out",
        str(tmp_path),
        "--vm",
    )
    done = CliRunner().invoke(app, words)

    assert done.exit_code == 2 and "gw1 is no node, and --vm is for one" in done.output
    assert not (folder / "users.json").exists()


def test_ingest_of_tailwatch_up_is_not_provisioned(reachable_folder: Path, facility: Path, tmp_path: Path) -> None:
    """It has its password already; another would end the connection of the one that runs."""
    words = ("device", "provision", "_ingest", "--file", str(facility), "--out", str(tmp_path))
    done = CliRunner().invoke(app, (*words, "--state", str(reachable_folder / "state")))

    assert done.exit_code == 2 and "has made _ingest itself; name another broker with --broker" in done.output


def test_several_loggers_have_a_user_each(reachable_folder: Path, facility: Path, tmp_path: Path) -> None:
    """Two that connect themselves are both let in, each by its own client id, to the topics that an agent listens to;
    the next start of `tailwatch up` knows them too, and a revoked one is gone."""
    topics_of_others = tuple(provisioning.listened(parse(VALE_TEXT)))
    with StateFolder(reachable_folder / "state") as state:
        site = Site(state, read_facilities([facility]))
        site.prepare()
        site.broker.run()
        place = ("--file", str(facility), "--state", str(state.folder))
        loggers = []
        for name in ("logger1", "logger2"):
            run("device", "provision", f"_other/{name}", *place, "--out", str(tmp_path / name))
            password = (tmp_path / name / "password").read_text().strip()
            user = f"vale/_other/{name}"
            loggers.append(Client(site.broker, user, password, client_id=user))
        refused = [one.refused for one in loggers]
        named = [one for one in site.rights() if "/_other/" in one.user]
        run("device", "revoke", "_other/logger2", *place)
        is_cut = [loggers[1].cut.wait(WAIT_S), loggers[0].cut.is_set()]
        left = [one.user for one in site.rights() if "/_other/" in one.user]
        for one in loggers:
            one.close()
        site.broker.stop()

    assert refused == [False, False] and is_cut == [True, False]
    assert [(one.client_id, one.writes, one.reads) for one in named] == [
        (f"vale/_other/{name}", topics_of_others, ()) for name in ("logger1", "logger2")
    ]
    assert left == ["vale/_other/logger1"]
