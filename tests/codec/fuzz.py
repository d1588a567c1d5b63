"""Fuzzing without an end: `python -m tests.codec.fuzz SECONDS [SEED]` compares both decoders on spoilt bytes.

It prints the seed and how many documents were compared; a difference ends it with the bytes, ready for `bad_packs`.
"""

import random
import sys
import time
import zlib

from tests.codec import generated, test_fast, test_fastbatch
from tests.codec.bad_packs import CBOR, JSON


def fuzz(seconds: float, seed: int) -> int:
    """Compare until the time is over; gives the number of documents. Raises AssertionError at a difference."""
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        content_type = chance.choice([JSON, CBOR])
        data = generated.pack_bytes(chance, content_type)
        if data and chance.random() < 0.3:
            data = generated.bytes_changed(chance, data)
        batch = generated.batch_bytes(chance)
        try:
            test_fast.same(data, content_type)
            test_fastbatch.same(batch)
            test_fastbatch.same(generated.bytes_changed(chance, zlib.compress(batch)))
        except BaseException:
            print(content_type, data, batch, sep="\n")
            raise
        count += 3
    return count


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32)
    print("seed", chosen, flush=True)
    print(fuzz(float(sys.argv[1]), chosen), "documents, no difference")
