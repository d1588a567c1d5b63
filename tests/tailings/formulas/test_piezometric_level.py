"""Level: the tip's elevation is part of it and must be known."""

import pytest

from tailings import BadFacility, parse
from tests.tailings.facilities import changed


def test_an_instrument_without_tip_elevation_is_refused() -> None:
    """A level without the tip's elevation cannot be: the file is refused and told what to add."""
    tip = '[[instruments."n07:vw1".geometry]]\nvalid_from = 2024-06-12\ntip_elevation_m = 318.4\n'

    with pytest.raises(BadFacility, match=r'add \[\[instruments\."n07:vw1"\.geometry\]\] with valid_from and tip_elev'):
        parse(changed(tip, ""))
