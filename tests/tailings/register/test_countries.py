"""In which country a place lies, at the mines of the north and where an outline crosses the 180th meridian."""

import pytest

from tailings.register import countries

MINES = {
    "Kiruna": (20.2, 67.9, "SE"),
    "Kittilä": (25.4, 67.9, "FI"),
    "Prudhoe Bay": (-148.5, 70.2, "US"),
    "Red Dog": (-162.8, 68.1, "US"),
    "Norilsk": (88.2, 69.3, "RU"),
    "Kirovsk": (33.7, 67.6, "RU"),
    "Bilibino": (166.4, 68.1, "RU"),
    "Lavrentiya": (-171.5, 65.9, "RU"),
    "Panasqueira": (-7.75, 40.16, "PT"),
}
"""Degrees from maps, to a tenth; secondary."""


@pytest.mark.parametrize("mine", MINES)
def test_a_mine_lies_in_its_country(mine: str) -> None:
    """Russia goes on beyond 180 degrees: it covers nothing of others at its latitudes, and all of its own."""
    longitude, latitude, country = MINES[mine]

    assert countries.at(longitude, latitude) == country
    assert countries.is_in(country, longitude, latitude)
    assert [one for one in ("RU", "SE", "US", "PT") if countries.is_in(one, longitude, latitude)] in ([country], [])


def test_no_outline_but_that_around_the_pole_is_as_wide_as_the_earth() -> None:
    """A line from 180 to -180 degrees would cross every sketch at its latitude."""
    wide = [one for one in countries.rings_within(-180, -60, 190, 90) if one[:, 0].max() - one[:, 0].min() > 180]

    assert len(wide) <= 1
