"""Freeboard: from the facility's crest or its own."""

import pytest
from msgspec.structs import replace

from tailings.formulas import freeboard
from tests.tailings.facilities import vale
from tests.tailings.formulas.examples import given_of


def test_the_facilitys_crest_counts() -> None:
    """Crest of the test facility 342.0 m: 1 m above a pond at 341 m, overtopped by 0.5 m at 342.5 m."""
    given = given_of("freeboard", {}, level=[341.0, 342.5])
    given = type(given)(given.values, given.parameters, given.time_ms, facility=vale())

    assert freeboard.compute(given).value == pytest.approx([1.0, -0.5])


def test_without_a_crest_the_file_is_refused() -> None:
    """Neither the facility nor the formula knows a crest."""
    from tailings.formulas import Setting

    facility = replace(vale(), crest_m=None)
    setting = Setting(frozenset(), freeboard.Parameters(), (), facility.instruments["n01:pond"], facility)

    assert "set crest_m" in (freeboard.check(setting) or "")
