"""Tests of reading a study file."""

import pytest

from tailings.study import BadStudy, read_inputs
from tests.tailings.study.example import STUDY

TEXT = STUDY.read_text()


def test_the_demo_study_is_read() -> None:
    """Four commodities, 500 panels; prices come from their series (W: 47 921 USD/t, from 380 USD per mtu WO3)."""
    found = read_inputs(TEXT)

    assert [one.element for one in found.commodity] == ["W", "Cu", "Sn", "Zn"]
    assert found.box.count == 500
    assert found.commodity[0].price().mid == pytest.approx(47_921, abs=1)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('price_series = "Sn"', 'price_series = "Xx"', "there is no price"),
        ('price_series = "Sn"', 'price_series = "Zn"', "not of Sn"),
        ("panel_m = [24.0, 30.0, 4.0]", "panel_m = [2.0, 3.0, 1.0]", "larger"),
        ("offset_m = [-300.0, 0.0]", "offset_m = [0.0, -300.0]", "rise"),
        ('cut_off_element = "W"', 'cut_off_element = "Au"', "one of the commodities"),
        ('element = "Cu"', 'element = "W"', "Cu|twice"),
        ("number = 3", "number = 4", "1 to 3"),
        ("draws = 10000", "drawz = 10000", "drawz"),
        ("seed = 2026", "seed = ", "study"),
    ],
)
def test_what_cannot_be_run_is_refused(old: str, new: str, fix: str) -> None:
    """The sentence names what is wrong."""
    assert old in TEXT
    with pytest.raises(BadStudy, match=fix):
        read_inputs(TEXT.replace(old, new))
