"""An importer for test_history: brings a file to the centre and says each step, so that it can be killed there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec

from edge_agent import GatewayClock, Mapping, Settings, import_history, log
from edge_agent.clock.gateway_clock import Instant

NOW_MS = 1_764_079_200_000


class Order(msgspec.Struct):
    """What to import."""

    settings: Settings
    mapping: Mapping
    file: Path


if __name__ == "__main__":
    order = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Order, dec_hook=lambda kind, text: kind(text))
    gateway = GatewayClock(lambda: Instant(NOW_MS, NOW_MS))
    for progress in import_history(order.settings, order.file, order.mapping, gateway, log):
        print(progress.rows, flush=True)
