"""Approvals from the centre: kept before they count, over a restart, and a spoilt one changes nothing."""

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.config.approvals import Approvals, kept_file
from edge_agent.config.settings import Settings
from edge_agent.config.site import facility_in_force
from runtime.settings import Endpoint
from tailings import parse, tarp
from tests.edge_agent.alarm.test_alarm import TEXT, end, settings_of
from tests.edge_agent.place import Log
from tests.edge_agent.test_main import started
from tests.edge_agent.world import World, pack_bytes, wait_until
from wire import topics

END = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", Path("password"))
UNAPPROVED = "\n".join(line for line in TEXT.splitlines() if not line.startswith("approved_"))
STATE = topics.agent_state("vale", "gw1")


def document(days: int = 30, **changes: str) -> bytes:
    """What the centre sends: the plan `pond` approved today, for so many days."""
    plan, today = parse(UNAPPROVED).tarp["pond"], datetime.now(UTC).date()
    given = {"plan": "pond", "digest": tarp.digest(plan), "approved_by": "Engineer of Record"}
    days_of = {"approved_on": str(today - timedelta(days=1)), "valid_to": str(today + timedelta(days=days))}
    return json.dumps({"approvals": [given | days_of | changes]}).encode()


class Site:
    """An agent's folder with a facility whose plan nobody approved."""

    def __init__(self, folder: Path) -> None:
        own = folder / "own.toml"
        own.write_text(UNAPPROVED)
        self.settings, self.log = Settings(own, "gw1", folder, END, END), Log()
        self._approvals = Approvals(self.settings, self.log)

    def hears(self, payload: bytes) -> bool:
        self._approvals.heard(payload)
        return self._approvals.take()

    def approved_by(self) -> str | None:
        return facility_in_force(self.settings, self.log).tarp["pond"].approved_by


def test_it_is_kept_and_counts_from_then_on(tmp_path: Path) -> None:
    """Also after a restart; the same one again changes nothing."""
    site = Site(tmp_path)
    before = site.approved_by()
    first, again = site.hears(document()), site.hears(document())

    assert (before, first, again, site.approved_by()) == (None, True, False, "Engineer of Record")


@pytest.mark.parametrize(
    "payload", [b"spoilt", b'{"approvals": [{"plan": 1}]}', b"[" * 200_000, b'{"approvals": [{"plan": "\xff"}]}']
)
def test_a_spoilt_one_changes_nothing(tmp_path: Path, payload: bytes) -> None:
    """The ones before stay, and a person is told once."""
    site = Site(tmp_path)
    site.hears(document())

    assert not site.hears(payload) and not site.hears(payload)
    assert site.approved_by() == "Engineer of Record"
    assert site.log.said("ERROR approvals-refused") == 1


def test_what_was_kept_and_is_spoilt_approves_nothing(tmp_path: Path) -> None:
    """The agent starts all the same."""
    site = Site(tmp_path)
    kept_file(site.settings).write_bytes(b'{"approvals": [{"plan": "\xff"}]}')

    assert site.approved_by() is None
    assert site.log.said("ERROR stored-approvals-unusable") == 1


def withdrawn(**changes: str) -> bytes:
    """What the centre sends when the plan was withdrawn, and the approval with it."""
    today = str(datetime.now(UTC).date())
    given = json.loads(document(withdrawn_on=today))
    withdrawal = {"plan": "pond", "withdrawn_by": "Engineer of Record", "withdrawn_on": today}
    return json.dumps({**given, "withdrawals": [withdrawal]}).encode()


@pytest.mark.parametrize(
    ("payload", "expected"), [(document(days=-1), "approval-ended"), (withdrawn(), "simulated")], ids=["over", "back"]
)
def test_one_that_is_over_goes_on_and_one_that_is_withdrawn_does_not(
    tmp_path: Path, payload: bytes, expected: str
) -> None:
    """An approval that was valid to yesterday silences nothing; a withdrawal does."""
    site = Site(tmp_path)

    assert site.hears(payload)
    plan = facility_in_force(site.settings, site.log).tarp["pond"]
    assert tarp.state_of(plan, datetime.now(UTC).date()) == expected


@pytest.mark.parametrize(("days", "state"), [(30, "in-force"), (-1, "approval-ended")])
def test_the_siren_sounds_once_the_plan_is_approved(world: World, days: int, state: str) -> None:
    """The whole program: a red pond switches nothing while the plan simulates, the relay once the centre approves; and
    with an approval that has ended, which its state names with the day."""
    centre, node, relay = world.centre(), world.node("n01"), world.folder / "relay"
    port = world.broker.port
    settings = settings_of(world.folder, port, port, 'kind = "relay_file"\nfile = "relay"\nplans = ["pond"]\n')
    (world.folder / "vale.toml").write_text(UNAPPROVED)
    running = started(settings)

    def alarm() -> dict[str, object]:
        said = [one for one in map(json.loads, centre.on(STATE)) if one["state"] == "online"]
        found: dict[str, object] = said[-1]["alarms"].get("pond", {}) if said else {}
        return found

    wait_until(relay.exists, "the relay")
    now_s = round(datetime.now(UTC).timestamp())
    packs = [pack_bytes(seq, {"pond.level": 339.2}, node="n01", time_s=now_s - 60 + seq) for seq in range(2)]

    def is_red() -> bool:
        for pack in packs:  # again and again: the agent may not have subscribed yet
            node.publish(topics.obs("vale", "n01"), pack)
        return alarm().get("level") == 3

    wait_until(is_red, "red at the agent")
    simulated = relay.read_text()
    centre.publish(topics.agent_approvals("vale", "gw1"), document(days=days), retain=True)
    wait_until(lambda: relay.read_text() == "1\n", "the relay is on")
    wait_until(lambda: alarm().get("approval") == state, "the state says so")
    said = alarm()
    end(running, signal.SIGTERM)
    node.close()
    centre.close()

    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    assert (simulated, said["level"], said["approved_by"]) == ("0\n", 3, "Engineer of Record")
    assert said["approval_ended_on"] == (yesterday if days < 0 else None)
