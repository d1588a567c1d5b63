"""What the rp2 board starts: the node of `/node.json` on its flash; a mistake of ours starts it again."""

import json
import sys
import time

import machine

from firmware.boards.rp2 import Rp2Board
from firmware.node.loading import borrowed
from firmware.node.main import start

PAUSE_S = 5  # so that a person at the console can stop a node that fails at once


def bench() -> Rp2Board:
    """The board for its bring-up, without an identity; its watchdog starts the node again when nobody asks any more."""
    return Rp2Board("", "")


def main() -> int:
    """Runs the node; never returns but for a node that was told a number of cycles."""
    try:
        with open("/node.json") as file:
            identity = borrowed("settings").identity(json.loads(file.read()))
        start(Rp2Board(identity.network_name, identity.network_password), identity, "")
    except Exception as error:  # noqa: BLE001 - the one place: what nobody can answer starts the program again
        sys.print_exception(error)  # pyright: ignore[reportAttributeAccessIssue]
        time.sleep(PAUSE_S)
        machine.reset()
    return 0
