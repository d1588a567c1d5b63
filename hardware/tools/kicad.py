"""Runs kicad-cli without a display or a home: library tables in a folder of its own, results as data."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from hardware.tools.design import HARDWARE

TEMPLATES: Final = Path("/usr/share/kicad/template")
VERSION: Final = "9.0"
LIMIT_S: Final = 240


class KicadFailed(Exception):
    """kicad-cli ended with an error, or is not there."""


def configured(home: Path) -> dict[str, str]:
    """An environment whose library tables are KiCad's own and ours."""
    own = home / VERSION
    own.mkdir(parents=True, exist_ok=True)
    for name, place in (("sym-lib-table", "tailwatch.kicad_sym"), ("fp-lib-table", "tailwatch.pretty")):
        entry = f'  (lib (name "tailwatch")(type "KiCad")(uri "{HARDWARE / "lib" / place}")(options "")(descr ""))\n)'
        (own / name).write_text((TEMPLATES / name).read_text().rstrip().removesuffix(")") + entry + "\n")
    return {
        **os.environ,
        "KICAD_CONFIG_HOME": str(home),
        "HOME": str(home),
        "KICAD9_SYMBOL_DIR": "/usr/share/kicad/symbols",
        "KICAD9_FOOTPRINT_DIR": "/usr/share/kicad/footprints",
        "KICAD9_3DMODEL_DIR": "/usr/share/kicad/3dmodels",
        "LC_ALL": "C.UTF-8",
    }


def run(*arguments: object) -> str:
    """What kicad-cli prints; raises KicadFailed."""
    with tempfile.TemporaryDirectory() as home:
        command = ["kicad-cli", *map(str, arguments)]
        try:
            done = subprocess.run(
                command, env=configured(Path(home)), capture_output=True, text=True, timeout=LIMIT_S, check=False
            )
        except FileNotFoundError as missing:
            raise KicadFailed("kicad-cli is not installed: ./setup.sh foreign") from missing
    if done.returncode:
        raise KicadFailed(f"{' '.join(command[:4])}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout


def report(*arguments: object) -> dict[str, Any]:
    """The JSON report of a check, all severities."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        run(*arguments[:2], "--severity-all", "--format", "json", "--units", "mm", "-o", path, *arguments[2:])
        found: dict[str, Any] = json.loads(path.read_text())
    return found


def violations(found: dict[str, Any]) -> list[str]:
    """What a report says, one line each, wherever it says it."""
    rows = list(found.get("violations", ())) + list(found.get("unconnected_items", ()))
    rows += list(found.get("schematic_parity", ()))
    for sheet in found.get("sheets", ()):
        rows += sheet["violations"]
    return [
        f"{row['type']}: {row['description']} [{'; '.join(one['description'] for one in row.get('items', ()))}]"
        for row in rows
    ]


def erc(schematic: Path) -> list[str]:
    """Findings of the electrical rules."""
    return violations(report("sch", "erc", schematic))


def drc(board: Path) -> list[str]:
    """Findings of the layout rules, open connections and differences to the schematic among them."""
    return violations(report("pcb", "drc", "--schematic-parity", board))
