"""Proofs of sight without end, on the demo's own file: the processor time of `ingest.sight`, at its worst."""

import time

from runtime.priority import take_lowest
from tailings.facility import parse
from tailings.sight.calm import calm
from tailings.sight.proving import SightInputs, prove
from tailwatch.commands.demo import FACILITY_FILE

READY = "proving"


def main() -> None:
    """Prove until somebody ends the program; it says once that it has begun."""
    take_lowest()
    facility = parse(FACILITY_FILE.read_text())
    now_ms = round(time.time() * 1000)
    known, raw = calm(facility, now_ms)
    print(READY, flush=True)
    while True:
        list(prove(SightInputs(known, now_ms, raw)))


if __name__ == "__main__":
    main()
