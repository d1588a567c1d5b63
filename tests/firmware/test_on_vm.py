"""The same tests on the MicroPython VM: each file compiled to .mpy, a process of its own, a heap of 64wk."""

import subprocess
from pathlib import Path

import pytest

from firmware.build import ROOT, compile_module
from tests.firmware.node_process import HEAP


def _is_portable(path: Path) -> bool:
    return "(CPython and VM)" in path.read_text().split('"""')[1]


PORTABLE = sorted(path.stem for path in Path(__file__).parent.rglob("test_*.py") if _is_portable(path))
START = "import sys\n\nfrom tests.firmware.run_on_vm import main\n\nsys.exit(main())\n"


@pytest.fixture(scope="module")
def tests_built(built: Path) -> Path:
    """The firmware with the portable tests beside it."""
    for name in ("__init__", "portable", "run_on_vm", *PORTABLE):
        source = next((ROOT / "tests" / "firmware").rglob(f"{name}.py"), ROOT / "tests" / "firmware" / f"{name}.py")
        compile_module(source, built / "tests" / "firmware" / f"{name}.mpy", f"tests/firmware/{name}.py")
    (built / "run_tests.py").write_text(START)
    return built


@pytest.mark.parametrize("name", PORTABLE)
def test_on_the_vm(name: str, tests_built: Path, tmp_path: Path) -> None:
    """Every test of the file passes within the heap of a small board."""
    command = ["micropython", "-X", HEAP, str(tests_built / "run_tests.py"), f"tests.firmware.{name}", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ran 0" not in done.stdout
