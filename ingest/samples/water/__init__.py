"""Water samples of laboratories: a table comes in, good rows are kept, every fault is named.

The door: `take(connection, facility, name, content, author)`.
"""

from ingest.samples.water.water_import import take

__all__ = ["take"]
