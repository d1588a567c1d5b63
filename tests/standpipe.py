"""A standpipe at vale that people dip, its casing ending at 342.6 m, with a plan that is red above 331 m."""

from pathlib import Path

from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse

VALE = Path(__file__).parent / "data" / "vale.toml"
DISTANCE, LEVEL = "n07:dip.distance", "n07:dip.level"
CASING_M = 342.6
TEXT = f"""
[instruments."n07:dip"]
driver = "sample_point"
title = "Standpipe S-07"
place = "berm, section B"
[datastreams."{DISTANCE}"]
quantity = "distance"
unit = "m"
expected_interval_s = 604800
[datastreams."{DISTANCE}".filters.gross_range]
fail = [0.0, 24.0]
[datastreams."{LEVEL}"]
quantity = "water-level"
unit = "m"
expected_interval_s = 604800
formula = "level_from_distance"
inputs = {{ distance = "{DISTANCE}" }}
geometry = [{{ valid_from = 2024-06-12, sensor_m = {CASING_M} }}]
[tarp.dipped]
failure_mode = "pore pressure"
approved_by = "Engineer of Record"
approved_on = 2026-03-03
valid_to = 2030-12-31
[[tarp.dipped.levels]]
level = "red"
when = {{ datastream = "{LEVEL}", test = "above", value = 331.0 }}
"""


def register(connection: Connection, more: str = "") -> None:
    """Store vale with the standpipe, and with what more says, as its second version."""
    text = VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + TEXT + more
    with connection.transaction():
        facility.register(connection, parse(text), text)
