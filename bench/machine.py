"""The machine that was measured, so that a figure can be read years later."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psycopg

from tailwatch import tools

PACKAGES: Final = ("numpy", "msgspec", "paho-mqtt", "psycopg", "cbor2", "fastapi")
BYTES_PER_GB: Final = 1e9


def describe(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, str | int | float]:
    """Return processor, memory, system, versions, date, and the load of others at the start (0: a quiet machine)."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    found: dict[str, str | int | float] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(memory_bytes / BYTES_PER_GB, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform()),
        "python": platform.python_version(),
        "postgresql": _shown(connection, "SHOW server_version"),
        "timescaledb": _shown(connection, "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"),
        "mosquitto": _mosquitto(),
    }
    return found | {package: version(package) for package in PACKAGES}


def _shown(connection: psycopg.Connection[tuple[object, ...]], query: str) -> str:
    row = connection.execute(query.encode()).fetchone()
    return "none" if row is None else str(row[0]).partition(" ")[0]


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _mosquitto() -> str:
    done = subprocess.run(
        [tools.find("mosquitto"), "-h"], capture_output=True, text=True, timeout=10, check=False
    ).stdout
    return done.split("\n", 1)[0].removeprefix("mosquitto version ")
