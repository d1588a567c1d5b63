"""The measured pond of tests/data/pond-2020: where its file is, and what its README says of it."""

from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "pond-2020"
FILE = FOLDER / "pond_and_barometer_5min.csv"
ROWS, INSTANTS = 26_478, 26_496
"""Readings there are, and readings that a whole summer at five minutes has."""
UTC_OFFSET_H = -6
"""The file names no zone; its tests take its times as UTC-6."""
