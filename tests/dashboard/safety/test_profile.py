"""Inclinometer profiles of a chain as they are drawn."""

from datetime import timedelta

import texts
from api.observations.trends import Then
from api.safety import profiles
from dashboard.safety import profile
from tailings import inclinometer, parse
from tests.dashboard.examples import NOW
from tests.tailings.facilities import VALE
from tests.tailings.test_inclinometer import CHAIN

EN = texts.load()


def test_a_moving_zone_is_shaded_with_its_depths() -> None:
    """It stands in the drawing, in its sentence, and with its rule below the title."""
    (chain,) = inclinometer.chains(parse(VALE.read_text() + CHAIN), NOW)
    then = NOW - timedelta(days=30)
    known = {
        NOW: {"n07:ipi.d1": Then(NOW, 1.2), "n07:ipi.d2": Then(NOW, 5.5)},
        then: {"n07:ipi.d1": Then(then, 1.0), "n07:ipi.d2": Then(then, 2.0)},
    }

    told = profiles.of_chain(chain, known)
    assert told
    found = profile.picture(told, "Europe/Lisbon", NOW, EN)

    assert found.drawing.says == "n07:ipi: 5.5 mm at the top on 25 Nov; moving zone, 0 to 1 m"
    assert "moving" in [path.look for path in found.drawing.paths] and "since 26 Oct" in found.sub


def test_dates_go_from_grey_to_the_newest_with_its_band() -> None:
    """Two dates: the newest has the band, and the table its values; a date without readings is left out."""
    (chain,) = inclinometer.chains(parse(VALE.read_text() + CHAIN), NOW)
    then = NOW - timedelta(days=30)
    known = {
        NOW: {"n07:ipi.d1": Then(NOW, 2.0), "n07:ipi.d2": Then(NOW, 9.5)},
        then: {"n07:ipi.d1": Then(then, 1.0)},
        NOW - timedelta(days=60): {},
    }

    told = profiles.of_chain(chain, known)
    assert told
    found = profile.picture(told, "Europe/Lisbon", NOW, EN)

    assert found.dates == (("26 Oct", (1.0, None)), ("25 Nov", (2.0, 9.5)))
    assert [path.look for path in found.drawing.paths if path.look in ("band", "newest", "old-profile")] == [
        "band",
        "old-profile",
        "newest",
    ]
    assert found.drawing.says == "n07:ipi: 9.5 mm at the top on 25 Nov; moving zone, 1 to 3 m"
