"""What would be seen with a plan that is proposed, on the newest stored readings; nothing of it is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from ingest.sight.inputs import gather
from ingest.values import Connection
from runtime import limited_child
from tailings.facility import Facility, Plan
from tailings.sight import proposed
from tailings.sight.proposed import ProposedSight

PROVER: Final = f"{proposed.__name__}:{proposed.encoded.__name__}"
SECONDS: Final = 20
"""Of a processor: a person waits, and a command that has come so far cannot be stopped."""
FILE: Final = "SELECT file FROM facility WHERE id = %s"


def add_sight(
    connection: Connection,
    facility: Facility,
    found: Mapping[str, dict[str, Any]],
    plans: Mapping[str, Plan | None],
    now: datetime,
) -> None:
    """Put what would be seen with each plan beside what was found of it, by the name that both have here."""
    tried = {name: plan for name, plan in plans.items() if plan is not None}
    for name, sight in sight_of(connection, facility, tried, now).items():
        found[name]["sight"] = sight


def sight_of(
    connection: Connection, facility: Facility, plans: Mapping[str, Plan], now: datetime
) -> dict[str, dict[str, Any]]:
    """What would be seen with each plan if it were approved, as plain tables, by the name that it has here.

    The stored recipients and shelves count as they are.
    """
    (file,) = connection.execute(FILE, (facility.id,)).fetchone() or ("",)
    inputs = gather(connection, replace(facility, tarp=dict(plans)), now)
    try:
        found = proposed.decoded(limited_child.run(PROVER, proposed.bytes_of(file, plans, inputs), seconds=SECONDS))
    except limited_child.TooCostly:
        found = dict.fromkeys(plans, ProposedSight(unproved="too-costly"))
    return {name: msgspec.to_builtins(one) for name, one in found.items()}
