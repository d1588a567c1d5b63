"""No password of a running site in what it says: logs, figures, states, command lines, or what a node prints."""

from pathlib import Path

import httpx

from tailwatch.process import descendants
from tests.end_to_end.field import BATTERY, Field
from tests.end_to_end.running_site import AGENT, RunningSite

SAID_BY_AGENTS = "SELECT coalesce(string_agg(document::text, ' '), '') FROM agent_state"


def secrets(state: Path) -> dict[str, str]:
    """Every password of the state folder, by its file."""
    files = [*(state / "secrets").rglob("*"), *(state / "database" / "secrets").rglob("*")]
    return {str(file.relative_to(state)): file.read_text().strip() for file in files if file.is_file()}


def told(site: RunningSite) -> dict[str, str]:
    """Everything that the site says, by where it says it."""
    processes = [site.process(name).pid for name in ("database", "broker", "ingest", "api", AGENT)]
    commands = [Path(f"/proc/{pid}/cmdline") for one in processes for pid in (one, *descendants(one))]
    files = {str(file): file.read_text(errors="replace") for file in site.folder.glob("state/agents/*/state.json")}
    files |= {str(file): file.read_text(errors="replace") for file in site.folder.glob("node-*/node.log")}
    return files | {
        "log": "\n".join(line for _, line in site.lines),
        "metrics": httpx.get(f"{site.site.api_url}/metrics", timeout=60).text,
        "states": str(site.rows(SAID_BY_AGENTS)),
        "commands": "\n".join(file.read_text() for file in commands if file.exists()),
    }


def test_no_password_is_said(site: RunningSite, field: Field) -> None:
    """After readings were stored and every program was started again: none of some dozen passwords is anywhere."""
    node = field.start("n05", interval_s=0.2, instruments=[BATTERY])
    for part in (AGENT, "ingest", "api"):
        site.kill(part)
    site.until(site.is_answering, "the api answers")
    site.until(lambda: node.stored_count() > 0, "packs are stored")
    site.until(lambda: site.rows(SAID_BY_AGENTS) != [("",)], "the agent has told its state")
    known, said = secrets(site.folder / "state"), told(site)

    assert len(known) >= 12 and all(len(password) >= 32 for password in known.values())
    assert all(said[place] for place in ("log", "metrics", "states", "commands")) and len(said) > 4
    assert [(file, place) for file, password in known.items() for place, text in said.items() if password in text] == []
