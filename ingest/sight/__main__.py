"""Proof of sight as a program: `python -m ingest.sight SETTINGS.toml`, with the settings of ingest.

It takes the lowest priority, and nothing waits for it: what it cannot do is told, and tried again.
"""

import argparse
import sys
import threading
from pathlib import Path
from typing import Final

from ingest import migrate, settings
from ingest.database import DatabaseLink, Stopped, exit_code_of
from ingest.settings import Settings
from ingest.sight.prover import Prover
from ingest.values import Connection
from runtime import memory
from runtime.log import log_of
from runtime.priority import take_lowest
from runtime.release import release
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from runtime.shutdown import on_signal

tell = log_of("sight")

LOOK_S: Final = 15.0


def run(chosen: Settings) -> None:
    """Prove what is due until a signal asks to end."""
    memory.share_heap()
    take_lowest()
    stop = threading.Event()
    on_signal(stop.set)
    tell("INFO", "started", release=release())
    line = DatabaseLink(read_secret(chosen.database_url_file), stop, _check_schema)
    prover = Prover(is_stopped=stop.is_set)
    try:
        while not stop.is_set():
            for facility in line.transact(prover.due):
                made = prover.prove(line.transact, facility)
                tell("INFO", "proved", facility=facility.id, version=facility.version, proofs=made)
            stop.wait(LOOK_S)
    except Stopped:
        pass
    finally:
        line.close()
    tell("INFO", "ended")


def _check_schema(connection: Connection) -> None:
    migrate.check(connection, migrate.migrations())


def main() -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser("ingest.sight", description="Proves that failures of the dam would be seen.")
    parser.add_argument("settings", type=Path, help="settings file of ingest (TOML)")
    arguments = parser.parse_args()
    wrong = (BadSettings, migrate.SchemaMismatch)
    return exit_code_of(tell, lambda: run(settings.read(arguments.settings)), wrong)


if __name__ == "__main__":
    sys.exit(main())
