"""What the commands of the rota share: who may be named in it, and what it leaves open."""

from collections.abc import Iterable
from datetime import datetime

from ingest.commands.kind import CommandRefused, Outcome
from ingest.notifications import recipients, rotas
from ingest.values import Connection
from tailings.rota import gaps_ahead


def require_members(connection: Connection, facility: str, names: Iterable[str]) -> None:
    """Raise CommandRefused for a name that is no recipient of the dam here who is notified at once."""
    known = {one.name: one for one in recipients.known(connection) if (one.facility, one.family) == (facility, "dam")}
    for name in names:
        if name not in known:
            raise CommandRefused(f"members: nobody who is told of the dam is called {name!r} here.")
        if known[name].after_min:
            raise CommandRefused(f"members: {name!r} is told only after {known[name].after_min} min; set after_min 0.")


def left_open(connection: Connection, facility: str, now: datetime) -> Outcome:
    """Return when nobody is on duty in the four weeks from now on."""
    rota = rotas.of_facility(connection, facility)
    found = gaps_ahead(rota, now) if rota is not None else []
    return {"gaps": [{"from": f"{one.start:%Y-%m-%dT%H:%MZ}", "until": f"{one.stop:%Y-%m-%dT%H:%MZ}"} for one in found]}
