"""The centre of a later release: `python -m tests.end_to_end.later_ingest SETTINGS.toml`.

Its protocol 3 is that of this release with one more label in an observation, which this one refuses.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from codec import compression, fastbatch
from codec.batch import Batch
from ingest import settings
from ingest.__main__ import Program
from wire import BadPack

PROTOCOL = 3
LABEL = b',"site":"crest"'


def decode_batches(payloads: Sequence[bytes]) -> list[Batch | BadPack]:
    """What those of this release give, for batches of either protocol."""
    return fastbatch.decode_batches([compression.expanded(payload).replace(LABEL, b"") for payload in payloads])


if __name__ == "__main__":
    Program(settings.read(Path(sys.argv[1])), PROTOCOL, decode_batches).run()
