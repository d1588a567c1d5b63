"""Little is free on the disk of the centre.

Source: our own rule and figure.
"""

import shutil
from collections.abc import Iterator

from ingest.alarms.equipment_rules import Fault, Look


def find(look: Look) -> Iterator[Fault]:
    """Look at the disk on which ingest keeps its folder."""
    usage = shutil.disk_usage(look.centre.folder)
    if usage.free < look.centre.free_share * usage.total:
        yield from look.everywhere(f"Disk of the centre: {usage.free / usage.total:.0%} free")
