"""The figures: read whole, refused with line and key where they cannot be."""

from pathlib import Path

import pytest

from firmware.node import drivers
from hardware.tools.pins import ROOT
from runtime.settings import BadSettings
from tailwatch.energy import read, wake_times

TEXT = (ROOT / "hardware" / "energy.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("typical = 0.007", "typical = 7.0", "worst is below typical"),
        ('basis = "datasheet"', 'basis = "heard"', "basis"),
        ("watts = 10.0", "wats = 10.0", "watts"),
        ("efficiency_worst = 0.75", "efficiency_worst = 75", "efficiency_worst"),
        ("[-10.0, 0.75]", "[-10.0, 0.5]", "must not fall"),
        ("degrees = 90.0", "degrees = 80.0", "0 to 90"),
        ("monthly_kwh_m2 = []", "monthly_kwh_m2 = [1.0, 2.0]", "twelve months"),
    ],
)
def test_figures_that_cannot_be_are_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    """With the name of the file and what is wrong."""
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace(old, new, 1))

    with pytest.raises(BadSettings, match=said):
        read(file)


def test_every_driver_of_the_firmware_was_timed() -> None:
    """And each instrument with a current is one of them."""
    kinds = {file.stem for file in Path(drivers.__file__).parent.glob("*.py")} - {"__init__"}

    assert set(wake_times().drivers) == kinds >= set(read().instruments)
