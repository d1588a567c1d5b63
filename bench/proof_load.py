"""Proofs of sight without end, on the demo's own file: the processor time of `ingest.sight`.

`python -m bench.proof_load REST`: after a round it rests so many times as long as that took; 0: it never does.
"""

import sys
import time

from runtime.priority import take_lowest
from tailings.facility import parse
from tailings.sight.calm import calm
from tailings.sight.proving import SightInputs, prove
from tailwatch.commands.demo import FACILITY_FILE

READY = "proving"


def main(rest: float) -> None:
    """Prove until somebody ends the program; it says once that it has begun."""
    take_lowest()
    facility = parse(FACILITY_FILE.read_text())
    now_ms = round(time.time() * 1000)
    known, raw = calm(facility, now_ms)
    print(READY, flush=True)
    while True:
        began_s = time.monotonic()
        list(prove(SightInputs(known, now_ms, raw)))
        time.sleep(rest * (time.monotonic() - began_s))


if __name__ == "__main__":
    main(float(sys.argv[1]))
