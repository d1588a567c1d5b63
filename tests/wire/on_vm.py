"""What runs on the MicroPython VM: reads cases from a file, prints one verdict a line."""

import gc
import sys

import verdicts  # type: ignore[import-not-found]


def main(path: str) -> None:
    with open(path, "rb") as cases:
        while line := cases.readline():
            kind, size = line.decode().split()
            data = cases.read(int(size))
            gc.collect()
            print(verdicts.of_case(kind, data))


# As the firmware has it: names that live between uncollected rubbish leave a set no room to grow.
gc.threshold(4096)  # type: ignore[attr-defined]
main(sys.argv[1])
