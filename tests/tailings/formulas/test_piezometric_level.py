"""Level: the tip's elevation is part of it and must be known."""

import pytest

from tailings import BadFacility, parse
from tests.tailings.facilities import changed


def test_an_instrument_without_tip_elevation_is_refused() -> None:
    """A level without the tip's elevation cannot be: the file is refused and told what to add."""
    with pytest.raises(BadFacility, match=r"n07:vw1 has no tip_elevation_m; add it"):
        parse(changed("tip_elevation_m = 318.4\n", ""))
