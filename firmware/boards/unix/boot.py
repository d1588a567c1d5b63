"""What the unix VM runs: `micropython -X heapsize=64wk <built>/main.py NODE_DIR`."""

import json
import os
import sys

from firmware.boards.unix import UnixBoard
from firmware.node.loading import borrowed
from firmware.node.main import start


def bench() -> UnixBoard:
    """The board for its bring-up; what it sees is in the folder that the environment names."""
    return UnixBoard(os.getenv("TAILWATCH_NODE") or ".", False, False)


def main() -> int:
    """Reads NODE_DIR/node.json and runs the node in that folder; returns the exit code."""
    if len(sys.argv) != 2:
        print("usage: main.py NODE_DIR")
        return 2
    folder = sys.argv[1]
    settings = borrowed("settings")
    try:
        with open(folder + "/node.json") as file:
            identity = settings.identity(json.loads(file.read()), folder)
    except (OSError, ValueError, settings.BadSettings) as error:
        print("node.json:", error)
        return 2
    del settings
    start(UnixBoard(folder, identity.has_rtc, identity.journal), identity, folder)
    return 0
