"""Small boards: which nodes of a facility need more memory than such a board has."""

from collections.abc import Iterator

from firmware import heap
from tailings.facility import Facility


def too_large(facility: Facility) -> Iterator[tuple[str, str]]:
    """The nodes that would run out of memory, each with a sentence."""
    parts, total_bytes = heap.measured()
    for node in facility.nodes:
        instruments = [
            (one.driver, sum(row.instrument == name and row.is_raw for row in facility.datastreams.values()))
            for name, one in facility.instruments.items()
            if one.node == node
        ]
        needed_bytes = parts.needed_bytes(instruments)
        if needed_bytes > total_bytes:
            yield (
                node,
                f"{node} needs {needed_bytes} bytes of heap for its instruments, a small board has {total_bytes} "
                "(docs/firmware.md): take a larger one, or divide them among two nodes",
            )
