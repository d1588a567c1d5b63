"""Tests of result columns; expected factors are from atomic weights (W 183.84, O 15.999: WO3 holds 79.30 % W)."""

import pytest

from tailings.laboratory import BadContent, Content, read_content


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("W ppm", Content("W", "ppm", "")),
        ("WO3 % [XRF15]", Content("WO3", "%", "XRF15")),
        ("Cu_pct_ME-ICP61", Content("Cu", "pct", "ME-ICP61")),
        ("Au g/t", Content("Au", "g/t", "")),
        ("Sn µg/kg", Content("Sn", "ug/kg", "")),
        ("CU PPM", Content("Cu", "ppm", "")),
        ("co_ppm", Content("Co", "ppm", "")),
        ("PPC %", Content("PPC", "%", "")),
        ("SiO₂ (wt.%)", Content("SiO2", "wt.%", "")),
        ("Cu (ppm)", Content("Cu", "ppm", "")),
        ("Fe2O3(%) [XRF]", Content("Fe2O3", "%", "XRF")),
        ("Zn, mg/kg", Content("Zn", "mg/kg", "")),
        ("Hg (ng/g)", Content("Hg", "ng/g", "")),
    ],
)
def test_headings_say_substance_unit_and_method(heading: str, expected: Content) -> None:
    """The forms that laboratories print are read."""
    assert read_content(heading) == expected


@pytest.mark.parametrize(
    ("heading", "fix"),
    [
        ("W", "substance and unit"),
        ("W ppn", "ppm"),
        ("Xx ppm", "no substance"),
        ("CaWO4 %", "no substance"),
        ("", "unit"),
    ],
)
def test_a_heading_without_substance_or_unit_is_refused(heading: str, fix: str) -> None:
    """The sentence says what to write."""
    with pytest.raises(BadContent, match=fix):
        read_content(heading)


def test_an_oxide_is_turned_into_its_element() -> None:
    """0.1 % WO3 is 793.0 mg/kg W (183.84 / (183.84 + 3 x 15.999)); 0.1 % W is 1000."""
    assert read_content("WO3 %").to_mg_per_kg(0.1) == pytest.approx(793.0, abs=0.05)
    assert read_content("W %").to_mg_per_kg(0.1) == 1000.0
    assert read_content("Au ppb").to_mg_per_kg(250) == 0.25


def test_more_than_the_whole_is_refused() -> None:
    """120 % of a sample is a wrong unit, not a result."""
    with pytest.raises(BadContent, match="whole sample"):
        read_content("Zn %").to_mg_per_kg(120)
