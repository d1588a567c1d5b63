"""docs/operating/receivers.md: made of the receivers' settings, with examples out of a facility file of the tests."""

import inspect
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from edge_agent.config.settings import ALWAYS_THERE, RECEIVERS
from runtime.settings import Endpoint
from tailings import plugins
from tailings.facility import Mapping, reference
from tailings.tables import table

FILE: Final = Path(__file__).parent / "data/receivers.toml"
HEAD: Final = "[[agents.gw1.receivers]]"
INTRO: Final = f"""# What a gateway reads beside its nodes

Made by `make docs` from the receivers' settings; do not edit. Nodes of our own over the site's broker need nothing.
Each other way in is one table `{HEAD}` of the facility file, so that the centre governs it, or `[[receivers]]`
in the agent's own settings. `tailwatch gateway check SETTINGS.toml` says for each datastream where it comes from and in
which unit, and names what does not fit. [The tutorial](../tutorials/logger.md) goes through the first of them.

A value that a sender says in another unit than its datastream has is turned: say the sender's unit under `units` (of a
Modbus register: `unit`). Units are UCUM's: `cm`, `mbar`, `mS/cm`. What is not said is taken as it comes.

What network servers and loggers publish at the site's broker needs its topic under `listens` of the agent, and a user
for the sender ([senders of other makers](gateway.md#senders-of-other-makers-at-the-sites-broker)). With a table
`broker` it is read at another broker instead.

A reading that failed is missing, never zero; a message that cannot be read is kept in [quarantine](quarantine.md).
"""


def blocks() -> dict[str, str]:
    """The part of the example file that is a receiver, by its kind."""
    parts = re.split(rf"^(?={re.escape(HEAD)}$)", FILE.read_text().partition("\n[mappings.")[0], flags=re.MULTILINE)[1:]
    return {_table(part)["kind"]: part.strip() for part in parts}


@cache
def document() -> str:
    """The page."""
    found = blocks()
    broker = _table(found["the_things_stack"])["broker"]
    other = reference.keys_of("[agents.gw1.receivers.broker]", Endpoint, broker, (), table)
    return INTRO + "".join(_section(kind, part) for kind, part in found.items()) + f"\n## Another broker\n{other}"


def kinds() -> set[str]:
    """Every receiver that has settings."""
    return set(plugins.names(RECEIVERS)) - {ALWAYS_THERE}


def _section(kind: str, part: str) -> str:
    plugin = plugins.find(RECEIVERS, kind)
    head, _, rest = (inspect.getdoc(plugin) or "").partition("\n\n")
    says = f"{head}\n\n{rest.partition('Source')[0].strip()}"
    keys = reference.keys_of(HEAD, plugin.Settings, _table(part), (Mapping, Endpoint), table)
    keys = keys.replace("a table, below or text", "text, or [a table](facility-file-reference.md)")
    return f"\n## `{kind}`\n\n{says}\n\n```toml\n{part}\n```\n{keys}"


def _table(part: str) -> dict[str, Any]:
    (found,) = tomllib.loads(part)["agents"]["gw1"]["receivers"]
    return dict(found)
