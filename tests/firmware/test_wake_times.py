"""Wake times: what the firmware waits for is on the VM what firmware/wake_times.json says."""

import json
import shutil
from pathlib import Path

import pytest

from firmware import wake_times
from firmware.node import drivers
from firmware.node.buses import ads1220

SAID = json.loads(wake_times.RESULT.read_text())


def test_a_cycle_takes_the_time_that_was_written_down(built: Path, tmp_path: Path) -> None:
    """A piezometer waits for sweep, settling and conversion, on the VM and in the file."""
    own = tmp_path / "unix"
    shutil.copytree(built, own)
    (own / "time.py").write_text(wake_times.CLOCK)
    (own / "record.py").write_text(wake_times.RECORDER)

    took_s, waited_s = wake_times.wake(own, "vw_piezometer")["read"]

    assert waited_s == pytest.approx(SAID["drivers"]["vw_piezometer"]["waited_s"], abs=0.002)
    assert took_s >= waited_s


def test_a_piezometer_waits_for_what_its_settings_say() -> None:
    """Sweep and settling of the driver, and one conversion."""
    settings = drivers.load("vw_piezometer").SETTINGS
    expected_s = (settings["sweep_ms"][0] + settings["settle_ms"][0]) / 1000 + ads1220.CONVERSION_S

    assert SAID["drivers"]["vw_piezometer"]["waited_s"] == pytest.approx(expected_s, abs=0.002)
