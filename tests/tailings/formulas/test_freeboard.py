"""Freeboard: from the facility's crest of the day or the datastream's own."""

import datetime as dt

import pytest

from tailings import BadFacility, Series, formulas, parse
from tests.tailings.facilities import VALE, changed

FREEBOARD = """
[datastreams."n01:pond.freeboard"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = { level = "n01:pond.level" }
"""
CREST = '[[facility.geometry]]\nvalid_from = 2024-06-12\ncrest_m = 342.0\nsource = "survey of the crest"\n'
RAISED = f"{CREST}\n[[facility.geometry]]\nvalid_from = 2025-03-01\ncrest_m = 345.0\n"


def freeboards(text: str, *times: str) -> tuple[list[float], list[str | None]]:
    """The freeboard of a pond at 341 m at these times (UTC), and why where there is none."""
    facility = parse(text)
    times_ms = [round(dt.datetime.fromisoformat(f"{time}+00:00").timestamp() * 1000) for time in times]
    level = Series.of(times_ms, [341.0] * len(times))
    derived = formulas.evaluate(facility.datastreams["n01:pond.freeboard"], {"level": level}, facility)
    return derived.series.value.tolist(), derived.tests()


def test_each_day_has_its_crest() -> None:
    """342 m until the last second of February, 345 m from 1 March 2025 on, as the facility's clock has it."""
    text = changed(CREST, RAISED) + FREEBOARD

    found, causes = freeboards(text, "2025-01-15T12:00:00", "2025-02-28T23:59:59", "2025-03-01T00:00:00")

    assert found == pytest.approx([1.0, 1.0, 4.0])
    assert causes == [None, None, None]


def test_before_the_first_survey_there_is_none() -> None:
    """The newest crest is never applied to the past: a reading of the day before the survey has no freeboard."""
    found, causes = freeboards(VALE.read_text() + FREEBOARD, "2024-06-11T12:00:00", "2024-06-12T12:00:00")

    assert found == pytest.approx([float("nan"), 1.0], nan_ok=True)
    assert causes == ["geometry.none", None]


def test_an_own_crest_goes_before_the_facilitys() -> None:
    """An inner dyke at 341.5 m leaves half a metre."""
    own = FREEBOARD + "geometry = [{ valid_from = 2024-06-12, crest_m = 341.5 }]\n"

    assert freeboards(VALE.read_text() + own, "2025-01-15T12:00:00")[0] == pytest.approx([0.5])


def test_without_a_crest_the_file_is_refused() -> None:
    """Neither the facility nor the datastream knows a crest: the sentence says where to write it."""
    with pytest.raises(BadFacility, match=r"add \[\[facility\.geometry\]\] with valid_from and crest_m"):
        parse(changed(CREST, "") + FREEBOARD)
