"""Values of other makers' JSON as readings."""

import pytest

from edge_agent.receive.json_senders import reading
from edge_agent.values import Reading

NAME = "n01:baro.pressure"


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan")])
def test_a_number_that_no_float_holds_is_missing(value: float) -> None:
    """An integer of 400 digits is JSON and no reading: missing with its reason, as an infinite one."""
    assert reading(NAME, "temperature", 1, value) == Reading(NAME, 1, None, "not-a-number")
