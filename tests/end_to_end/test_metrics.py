"""/metrics of a running site: what the alert rules watch is there and moves, from the node's agent to the centre."""

import re
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx

from tailwatch.pki import Authority
from tests.end_to_end.field import BATTERY, Field
from tests.end_to_end.listener import Listener
from tests.end_to_end.running_site import AGENT, RunningSite, agent_backlog

AGENTS = '{agent="gw1",facility="vale"}'
CONNECTED = 'tailwatch_ingest_connected{ingest="ingest"}'


def figures(site: RunningSite) -> dict[str, float]:
    """Every figure by name and labels."""
    text = httpx.get(f"{site.site.api_url}/metrics", timeout=60).text
    return {name: float(value) for name, value in re.findall(r"^(tailwatch_\S+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def test_agents_ingest_certificates_and_disk_are_watched(site: RunningSite, field: Field, listener: Listener) -> None:
    """An agent that holds what ingest does not take says so when it starts again; all is well again afterwards."""
    authority, now = Authority(site.folder / "state" / "pki"), datetime.now(UTC)
    authority.make("test", now)
    authority.issue("broker", ("127.0.0.1",), now, days=20)
    node = field.start("n03", interval_s=0.2, instruments=[BATTERY])
    site.until(lambda: node.stored_count() > 0, "packs are stored")
    found: dict[str, float] = {}

    def has_told() -> bool:
        found.update(figures(site))
        online, backlog = (found.get(f"tailwatch_agent_{name}{AGENTS}", 0) for name in ("online", "backlog_batches"))
        return online == 1 and backlog > 0 and found.get(CONNECTED) == 1

    with ExitStack() as agent_rests:
        with site.stopped("ingest"):
            before = agent_backlog(site)
            site.until(lambda: agent_backlog(site) > before, "the agent holds what ingest does not take")
            site.kill(AGENT)
            listener.forget()
            site.until(lambda: listener.state("backlog").get("batches", 0) > 0, "it is back and has said so")
            agent_rests.enter_context(site.stopped(AGENT))  # its next words would be better ones
        site.until(has_told, "the centre has heard it, and ingest has told of itself and is connected")

    assert found[f"tailwatch_agent_buffer_age_seconds{AGENTS}"] > 0
    assert found[f"tailwatch_agent_backlog_bytes{AGENTS}"] < found[f"tailwatch_agent_backlog_limit_bytes{AGENTS}"]
    assert 0 <= found['tailwatch_ingest_age_seconds{ingest="ingest"}'] < 60
    days = {name: found[f'tailwatch_certificate_seconds_left{{name="{name}"}}'] / 86400 for name in ("broker", "ca")}
    assert 19.9 < days["broker"] <= 20 and days["ca"] > 7000
    assert 0 < found["tailwatch_disk_free_bytes"] < found["tailwatch_disk_bytes"]
    assert found["tailwatch_database_bytes"] > 1e6
