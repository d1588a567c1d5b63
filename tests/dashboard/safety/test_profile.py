"""Inclinometer profiles of a chain; the band by hand after the formula's own example."""

from dataclasses import replace
from datetime import timedelta

import pytest

import texts
from api.observations.trends import Then
from dashboard.safety import profile
from tailings import parse
from tests.dashboard.examples import NOW
from tests.tailings.facilities import VALE

EN = texts.load()
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
    (chain,) = profile.chains(parse(VALE.read_text() + CHAIN), NOW)

    assert [(point.datastream, point.height_m) for point in chain.points] == [("n07:ipi.d1", 2.0), ("n07:ipi.d2", 3.0)]
    assert chain.band(2) == pytest.approx(0.24142, abs=1e-5)


def test_a_zone_moves_where_segments_lean_by_more_than_their_errors() -> None:
    """One segment is known to 0.1 + 0.05 = 0.15 mm at each date, so 0.3 mm is the least that is said to move.

    By hand: the lower segment (3 to 1 m deep) leans by 0.2 mm, the upper (1 to 0 m) by 3.5 - 0.2 = 3.3 mm.
    """
    (chain,) = profile.chains(parse(VALE.read_text() + CHAIN), NOW)

    assert profile.moving(chain, (1.0, 2.0), (1.2, 5.5)) == [(0.0, 1.0)]
    assert profile.moving(chain, (1.0, 2.0), (1.4, 5.5)) == [(0.0, 3.0)]
    assert profile.moving(chain, (1.0, 2.0), (1.2, 2.3)) == []
    assert profile.moving(chain, (1.0, None), (1.4, 5.5)) == [(1.0, 3.0)]
    assert profile.moving(replace(chain, random_mm=None), (1.0, 2.0), (9.0, 5.5)) == []


def test_a_moving_zone_is_shaded_with_its_depths() -> None:
    """It stands in the drawing, in its sentence, and with its rule below the title."""
    (chain,) = profile.chains(parse(VALE.read_text() + CHAIN), NOW)
    then = NOW - timedelta(days=30)
    profiles = {
        NOW: {"n07:ipi.d1": Then(NOW, 1.2), "n07:ipi.d2": Then(NOW, 5.5)},
        then: {"n07:ipi.d1": Then(then, 1.0), "n07:ipi.d2": Then(then, 2.0)},
    }

    found = profile.picture(chain, profiles, "Europe/Lisbon", NOW, EN)

    assert found and found.drawing.says == "n07:ipi: 5.5 mm at the top on 25 Nov; moving zone, 0 to 1 m"
    assert "moving" in [path.look for path in found.drawing.paths] and "Grey: since 26 Oct" in found.sub


def test_dates_go_from_grey_to_the_newest_with_its_band() -> None:
    """Two dates: the newest has the band, and the table its values; a date without readings is left out."""
    (chain,) = profile.chains(parse(VALE.read_text() + CHAIN), NOW)
    then = NOW - timedelta(days=30)
    profiles = {
        NOW: {"n07:ipi.d1": Then(NOW, 2.0), "n07:ipi.d2": Then(NOW, 9.5)},
        then: {"n07:ipi.d1": Then(then, 1.0)},
        NOW - timedelta(days=60): {},
    }

    found = profile.picture(chain, profiles, "Europe/Lisbon", NOW, EN)

    assert found and found.dates == (("26 Oct", (1.0, None)), ("25 Nov", (2.0, 9.5)))
    assert [path.look for path in found.drawing.paths if path.look in ("band", "newest", "old-profile")] == [
        "band",
        "old-profile",
        "newest",
    ]
    assert found.drawing.says == "n07:ipi: 9.5 mm at the top on 25 Nov; moving zone, 1 to 3 m"
