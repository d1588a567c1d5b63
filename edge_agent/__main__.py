"""`python -m edge_agent SETTINGS.toml`: run one edge agent until SIGTERM or Ctrl-C."""

import os
import sys
import threading
from pathlib import Path
from typing import Final

from edge_agent.agent import EdgeAgent
from edge_agent.buffer.buffer import NewerBuffer
from edge_agent.buffer.store import Stopped
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config.settings import Settings, load
from edge_agent.config.site import AlreadyRunning
from edge_agent.forward.one_run import EXIT_ANOTHER_RUNS
from runtime import memory
from runtime.crash import end_on_crash, tell_crash
from runtime.log import log_of
from runtime.settings import BadSettings
from runtime.shutdown import on_signal
from tailings.facility import BadFacility

EXIT_USAGE: Final = 2
EXIT_CRASH: Final = 70
OBJECTS_IN_HAND: Final = 10_000
"""Some packs of 50 readings, taken apart, are in hand: to look through them after each was a third of taking one apart.
Twice as many cost 0.6 MB more and gained nothing that could be told."""

log = log_of("edge_agent")


def main(arguments: list[str]) -> int:
    """Run; returns 0 after a clean end, 2 when a person must correct something, 3 when another agent has its name."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m edge_agent SETTINGS.toml", file=sys.stderr)
        return 0 if arguments[:1] == ["--help"] else EXIT_USAGE
    memory.share_heap()
    memory.look_for_cycles_after(OBJECTS_IN_HAND)
    stop = threading.Event()
    on_signal(stop.set)
    end_on_crash(log, EXIT_CRASH)
    try:
        settings = load(Path(arguments[0]))
        gives_way = _live(settings, stop)
    except (BadSettings, BadFacility, AlreadyRunning, NewerBuffer) as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    except Stopped:
        gives_way = False
        log("WARNING", "stopped-before-storing", note="not acknowledged, it comes again")
    log("INFO", "stopped")
    return EXIT_ANOTHER_RUNS if gives_way else 0


def _live(settings: Settings, stop: threading.Event) -> bool:
    """One agent after another, each built from the facility in force: nothing of an old one can linger in a new one.

    Returns whether the last one gave way to another of its name.
    """
    gateway = GatewayClock()
    while not stop.is_set():
        agent = EdgeAgent(settings, log, stop, gateway)
        log("INFO", "started", agent=settings.agent, state_dir=settings.state_dir, pid=os.getpid())
        agent.run()
        if agent.gives_way or not agent.is_outdated:
            return agent.gives_way
    return False


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception as error:  # noqa: BLE001  the one broad net of the program
        tell_crash(log, error)
        code = EXIT_CRASH
    sys.exit(code)
