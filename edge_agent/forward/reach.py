"""Whether the centre's broker lets this agent in: tried once, in front of a person, before the agent runs."""

import time
from typing import Final

from edge_agent.config.settings import Settings
from runtime.log import Log
from runtime.mqtt import Link
from wire import topics

WITHIN_S: Final = 15.0
POLL_S: Final = 0.05


class CannotReach(Exception):
    """The broker cannot be reached, or refuses; the sentence says why and what to look at."""


def reach(settings: Settings, facility: str, log: Log, within_s: float = WITHIN_S) -> None:
    """Connect to the centre as whoever brings history, who is in nobody's way, and let go; raise CannotReach.

    log: for lines of the connection; the first trouble is in the exception too.
    """
    end = settings.history or settings.uplink
    _, _, client_id = topics.client_ids_of_agent(facility, settings.agent)
    link = Link("centre", end, client_id, log)
    link.start()
    try:
        until_s = time.monotonic() + within_s
        while not link.is_ready:
            if link.standing.trouble:
                raise CannotReach(link.standing.trouble)
            if time.monotonic() > until_s:
                raise CannotReach(f"{end.host}:{end.port} does not answer within {within_s:.0f} s; look at the network")
            time.sleep(POLL_S)
    finally:
        link.close()
