"""Configuration from the centre: a good one counts and stays, a bad one changes nothing and is told."""

import json
import signal
from pathlib import Path

import msgspec
import pytest

from edge_agent.config.configuration import FacilityInForce
from edge_agent.config.settings import Settings
from edge_agent.config.site import facility_in_force, kept_file
from runtime.settings import Endpoint
from tailings.facility import version_hash
from tests.edge_agent.place import Log
from tests.edge_agent.test_main import settings_file, started
from tests.edge_agent.world import FACILITY_FILE, T0_S, World, pack_bytes, wait_until
from wire import topics

END = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", Path("password"))
TEXT = FACILITY_FILE.read_text("utf-8")
SECOND = TEXT.replace("version = 1", "version = 2", 1).replace("suspect = [334.0, 341.0]", "suspect = [334.0, 335.0]")
STATE = topics.agent_state("vale", "gw1")


class Site:
    """An agent's folder with a facility in force, and what it said."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        own = folder / "own.toml"
        own.write_text(text)
        self.settings = Settings(own, "gw1", folder, END, END)
        self.log = Log()

    def hears(self, text: str) -> tuple[bool, FacilityInForce]:
        facility = facility_in_force(self.settings, self.log)
        configuration = FacilityInForce(self.settings, facility, self.log)
        configuration.heard(text.encode())
        return configuration.take(), configuration


def test_a_good_file_is_kept_and_in_force_from_then_on(tmp_path: Path) -> None:
    """It is on disk before anything is built from it, and the agent's own file counts no more."""
    site = Site(tmp_path)

    is_other, _ = site.hears(SECOND)

    assert is_other
    assert kept_file(site.settings).read_text() == SECOND
    assert facility_in_force(site.settings, site.log).version == 2


def test_the_same_file_changes_nothing(tmp_path: Path) -> None:
    """The centre publishes it again at each connect."""
    assert not Site(tmp_path).hears(TEXT)[0]
    assert not kept_file(Site(tmp_path).settings).exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (SECOND.replace("commissioned", "comissioned", 1), "did you mean 'commissioned'"),
        (SECOND.replace("[agents.gw1]", "[agents.gw2]"), "there is no agent 'gw1'"),
        (SECOND.replace('id = "vale"', 'id = "berg"', 1), "it describes 'berg'"),
        ("\0", "line 1"),
    ],
)
def test_a_bad_file_changes_nothing_and_is_told_once(tmp_path: Path, text: str, named: str) -> None:
    """The old one stays in force; log and state document say why."""
    site = Site(tmp_path)
    is_other, configuration = site.hears(text)
    configuration.heard(text.encode())
    configuration.take()

    assert not is_other
    assert configuration.refused is not None
    assert named in configuration.refused.why
    assert site.log.said("ERROR configuration-refused") == 1


def test_an_older_file_is_ignored(tmp_path: Path) -> None:
    """A broker that was restored from an old save brings back what it had retained."""
    site = Site(tmp_path, SECOND)

    assert not site.hears(TEXT)[0]
    assert site.log.said("WARNING older-configuration-ignored version=1 in_force=2") == 1


def test_a_kept_file_that_is_spoilt_does_not_stop_the_agent(tmp_path: Path) -> None:
    """Its own file serves until the centre sends another, and a person is told."""
    site = Site(tmp_path)
    kept_file(site.settings).write_text("spoilt")

    assert facility_in_force(site.settings, site.log).version == 1
    assert site.log.said("ERROR stored-configuration-unusable") == 1


def test_a_disk_that_refuses_keeps_the_old_one(tmp_path: Path) -> None:
    """What is not on disk must not count: the next start would fall back without a word."""
    site = Site(tmp_path)
    site.settings = msgspec.structs.replace(site.settings, state_dir=tmp_path / "gone")
    is_other, configuration = site.hears(SECOND)

    assert not is_other
    assert configuration.refused is not None
    assert "cannot be kept" in configuration.refused.why


def test_the_running_agent_takes_a_good_one_and_refuses_a_bad_one(world: World) -> None:
    """The whole program: version and hash in its state, values judged by the new file, exit code 0 at the end."""
    centre, node = world.centre(), world.node("n01")
    topic = topics.agent_config("vale", "gw1")
    centre.publish(topic, SECOND.encode(), retain=True)
    running = started(settings_file(world))

    def state() -> dict[str, object]:
        said = [document for document in map(json.loads, centre.on(STATE)) if document["state"] == "online"]
        found: dict[str, object] = said[-1]["configuration"] if said else {}
        return found

    wait_until(lambda: state().get("version") == 2, "version 2 in force")
    centre.publish(
        topic, SECOND.replace("version = 2", "version = 3").replace("crest_m", "crst_m").encode(), retain=True
    )
    wait_until(lambda: state().get("refused"), "the refusal in the state")
    in_force = state()
    node.publish(topics.obs("vale", "n01"), pack_bytes(0, {"pond.level": 336.0}, node="n01"))
    wait_until(lambda: centre.packs(), "a batch")
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=60)

    assert (in_force["version"], in_force["hash"]) == (2, version_hash(SECOND))
    assert centre.observations()["n01:pond.level", T0_S * 1000].quality == 3
    assert (running.returncode, said.count(" configuration-taken ")) == (0, 1)
    node.close()
    centre.close()
