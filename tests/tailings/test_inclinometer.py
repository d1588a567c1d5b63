"""Inclinometer chains: their points, bands and moving zones; the band by hand after the formula's own example."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tailings import inclinometer, parse
from tests.tailings.facilities import VALE

NOW = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)
TILTS = ", ".join(f'tilt_{n} = "n07:ipi.tilt-{n}"' for n in (1, 2))
CHAIN = f"""
[instruments."n07:ipi"]
driver = "inclinometer_chain"
[datastreams."n07:ipi.tilt-1"]
quantity = "tilt"
unit = "deg"
[datastreams."n07:ipi.tilt-2"]
quantity = "tilt"
unit = "deg"
[datastreams."n07:ipi.d2"]
quantity = "displacement"
unit = "mm"
formula = "chain_displacement"
inputs = {{ {TILTS} }}
geometry = [{{ valid_from = 2024-06-12, length_m = [2.0, 1.0], zero_deg = [0.0, 0.0] }}]
[datastreams."n07:ipi.d1"]
quantity = "displacement"
unit = "mm"
formula = "chain_displacement"
inputs = {{ tilt_1 = "n07:ipi.tilt-1" }}
geometry = [{{ valid_from = 2024-06-12, length_m = [2.0], zero_deg = [0.0] }}]
[datastreams."n07:ipi.band"]
quantity = "displacement-band"
unit = "mm"
formula = "chain_displacement_band"
inputs = {{ displacement = "n07:ipi.d2" }}
parameters = {{ segments = 2, random_mm = 0.1, systematic_mm = 0.05 }}
"""


def test_a_chain_is_found_from_its_fixed_end_up() -> None:
    """Two displacements, 2 and 3 m from the fixed end; band after 2 segments 0.1 sqrt(2) + 0.05 x 2 = 0.2414 mm."""
    (chain,) = inclinometer.chains(parse(VALE.read_text() + CHAIN), NOW)

    assert [(point.datastream, point.height_m) for point in chain.points] == [("n07:ipi.d1", 2.0), ("n07:ipi.d2", 3.0)]
    assert chain.band(2) == pytest.approx(0.24142, abs=1e-5)


def test_a_zone_moves_where_segments_lean_by_more_than_their_errors() -> None:
    """One segment is known to 0.1 + 0.05 = 0.15 mm at each date, so 0.3 mm is the least that is said to move.

    By hand: the lower segment (3 to 1 m deep) leans by 0.2 mm, the upper (1 to 0 m) by 3.5 - 0.2 = 3.3 mm.
    """
    (chain,) = inclinometer.chains(parse(VALE.read_text() + CHAIN), NOW)

    assert inclinometer.moving(chain, (1.0, 2.0), (1.2, 5.5)) == [(0.0, 1.0)]
    assert inclinometer.moving(chain, (1.0, 2.0), (1.4, 5.5)) == [(0.0, 3.0)]
    assert inclinometer.moving(chain, (1.0, 2.0), (1.2, 2.3)) == []
    assert inclinometer.moving(chain, (1.0, None), (1.4, 5.5)) == [(1.0, 3.0)]
    assert inclinometer.moving(replace(chain, random_mm=None), (1.0, 2.0), (9.0, 5.5)) == []
