"""A new version of the facility file, applied at the centre by the real command, governs the agent and the node; one
that the agent cannot use changes nothing, and the agent says why. An approval given at the centre reaches it too."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from edge_agent.config.node_config import envelope_of
from tailings import parse, tarp
from tailings.facility import version_hash
from tailwatch.servers.database import ADMIN
from tests.api import people
from tests.api.people import bearer
from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, HELD, Field, FieldNode
from tests.end_to_end.listener import Listener
from tests.end_to_end.running_site import AGENT, VALE, RunningSite, running_site

NODE = "n07"
FIRST = VALE.read_text()
COMMAND_WITHIN_S = 120
AWAKE_S = 4.0
ROLE = "Engineer of Record"
PLAN = """
[tarp.charge]
failure_mode = "a battery that is there"
[[tarp.charge.levels]]
level = "yellow"
when = { datastream = "n07:battery.voltage", test = "above", value = 1.0 }
"""
DERIVED_BY = """
SELECT DISTINCT cfg FROM observation JOIN datastream ON datastream.id = datastream_id
WHERE name = 'vale:n07:vw1.temperature'"""


def with_interval(text: str, version: int, interval_s: float) -> str:
    """The facility file as version `version`, with another measuring interval of n07 and a link that stays open."""
    settings = "".join(f"{key} = {value}, " for key, value in (HELD | {"interval_s": interval_s}).items())
    text = text.replace("version = 1", f"version = {version}", 1)
    return text.replace("[nodes.n07]\n", f"[nodes.n07]\nsettings = {{ {settings[:-2]} }}\n", 1)


@pytest.fixture
def site() -> Iterator[RunningSite]:
    """A site of this test: it ends with another version of the facility than it began with."""
    with running_site() as running:
        yield running


def apply(site: RunningSite, file: Path, text: str) -> None:
    """What an engineer types."""
    file.write_text(text)
    words = [sys.executable, "-m", "tailwatch", "facility", "apply", str(file), "--yes"]
    state = ["--state", str(site.state.folder)]
    done = subprocess.run([*words, *state], capture_output=True, text=True, timeout=COMMAND_WITHIN_S, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr


def ask(site: RunningSite, kind: str, body: dict[str, object], key: str) -> None:
    """Ask by the api, as the pages do, and wait until ingest has carried it out."""
    command = {"kind": kind, "facility": "vale", "body": body}
    with httpx.Client(base_url=site.site.api_url, headers=bearer(key), timeout=60) as client:
        asked = client.post("/api/v1/commands", json=command)
        assert asked.status_code == 202, asked.text
        place = asked.headers["location"]
        site.until(lambda: client.get(place).json()["state"] not in ("issued", "running"), f"{kind} is over")
        assert client.get(place).json()["state"] == "done", client.get(place).text


def approve(site: RunningSite) -> str:
    """The engineer gets the role and approves the plan for a month; return the last day."""
    key = people.add_key(site.site.database.conninfo(ADMIN), "admin", "approve", "annotate", "read")
    ((number,),) = site.rows("SELECT max(id) FROM api_key")
    ask(site, "name-role", {"role": ROLE, "holder": f"key:{number}"}, key)
    last = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    body = {"plan": "charge", "digest": tarp.digest(parse(FIRST + PLAN).tarp["charge"]), "role": ROLE, "valid_to": last}
    ask(site, "approve-plan", body | {"note": "looked at with the designer"}, key)
    return last


def switched(site: RunningSite, node: FieldNode, condition: Callable[[], object], what: str) -> None:
    """Wait for it while the node, which would sleep for the minute of version 1, is switched off and on."""
    next_s = 0.0

    def is_so() -> bool:
        nonlocal next_s
        if time.monotonic() >= next_s:
            node.kill()
            node.start()
            next_s = time.monotonic() + AWAKE_S
        return bool(condition())

    site.until(is_so, what)


def test_a_version_travels_to_the_node_and_a_bad_one_does_not(
    site: RunningSite, field: Field, listener: Listener, tmp_path: Path
) -> None:
    """Version 2 is in force at the agent and the node and is reported by both; a version 3 that this agent cannot read
    is refused with line, key and reason while version 2 goes on; a good one ends the refusal. No pack is lost. Its plan
    simulates at the agent until it is approved at the centre, and the api says the same."""
    second, third = with_interval(FIRST, 2, 2) + PLAN, with_interval(FIRST, 3, 1.5)
    node = field.start(NODE, interval_s=0.3, instruments=[BATTERY])
    site.until(lambda: (NODE, "applied") in site.configurations(), "the node has version 1")
    since = len(site.lines)

    apply(site, tmp_path / "vale.toml", second)
    site.until(lambda: listener.configuration().get("version") == 2, "the agent reports version 2")
    digest = _node_hash(second)[:12]
    switched(site, node, lambda: site.has_told(since, AGENT, f"configuration {digest}"), "the birth reports its hash")
    assert listener.configuration() == {"version": 2, "hash": version_hash(second), "refused": None}
    site.until(lambda: {row[0] for row in site.rows(DERIVED_BY)} >= {2}, "values derived by version 2 are stored")

    site.until(lambda: listener.alarm().get("level") == 1, "the plan stands at yellow at the agent")
    assert (listener.alarm()["approval"], listener.alarm()["approved_by"]) == ("simulated", None)
    last = approve(site)
    site.until(lambda: listener.alarm().get("approval") == "in-force", "the approval is in force at the agent")
    (plan,) = site.get("facilities/vale/plans")["plans"]  # type: ignore[misc]
    assert (plan["approval"], plan["approved_by"], plan["valid_to"]) == ("in-force", ROLE, last)  # type: ignore[index]

    listener.publish(second.replace("version = 2", "version = 3", 1).replace("crest_m", "crst_m", 1))
    site.until(lambda: listener.configuration().get("refused"), "the refusal is reported")
    refusal = listener.configuration()
    made = len(node.made())
    site.until(lambda: len(node.made()) > made + 3, "the node goes on")

    apply(site, tmp_path / "vale.toml", third)
    site.until(lambda: listener.configuration().get("version") == 3, "the agent reports the next good one")
    assert listener.configuration()["refused"] is None
    node.finish()

    assert (refusal["version"], refusal["hash"]) == (2, version_hash(second))
    assert "did you mean 'crest_m'?" in refusal["refused"]["why"]
    assert "line " in refusal["refused"]["why"]
    assert_delivery(site, node)


def _node_hash(text: str) -> str:
    """The hash of what the node must keep: SHA-256 over the bytes of its configuration (docs/wire.md)."""
    envelope = envelope_of(parse(text), NODE)
    body = envelope.partition(b'"configuration":')[2][:-1]
    return hashlib.sha256(body).hexdigest()
