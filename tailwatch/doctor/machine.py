"""Of the machine: versions of the servers, clock, disk, open files."""

import ctypes
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tailwatch import tools
from tailwatch.doctor.checkup import Checkup, Verdict

OLDEST_MOSQUITTO: Final = (2, 0, 15)
"""2.0.15 mends CVE-2021-41039 and the loss of retained messages at a restart (its ChangeLog)."""
POSTGRES_MAJOR: Final = 17
LEAST_FREE: Final = 0.1
LEAST_FREE_MB: Final = 2_000
LEAST_FILES: Final = 4_096
VERSION_WITHIN_S: Final = 10
TIME_ERROR: Final = 5
"""What ntp_adjtime(3) returns while nobody keeps the clock right."""
MB: Final = 1_000_000


def look(state: Path) -> Iterator[Checkup]:
    """Look at the machine that has this state folder."""
    yield from versions(_version)
    yield clock(_clock_state())
    yield disk(*_space(state))
    yield files(resource.getrlimit(resource.RLIMIT_NOFILE)[1])


def versions(version_of: Callable[[str], tuple[int, ...] | None]) -> Iterator[Checkup]:
    """Judge the versions of broker and database."""
    for tool, oldest, package in (
        ("mosquitto", OLDEST_MOSQUITTO, "mosquitto"),
        ("postgres", (POSTGRES_MAJOR,), "postgresql-17"),
    ):
        found = version_of(tool)
        text = ".".join(map(str, found or ()))
        if found is None:
            yield Checkup("versions", tool, "fault", "is not installed", f"sudo apt install {package}")
        elif found < oldest or (tool == "postgres" and found[0] != POSTGRES_MAJOR):
            wanted = ".".join(map(str, oldest))
            yield Checkup(
                "versions", tool, "fault", f"has version {text}, {wanted} is needed", f"sudo apt install {package}"
            )
        else:
            yield Checkup("versions", tool, "good", f"version {text}")


def clock(state: int) -> Checkup:
    """Judge whether somebody keeps the clock right: the centre's time is the time of all marks and ledgers."""
    if state == TIME_ERROR:
        return Checkup("clock", "clock", "warning", "nobody keeps it right (no NTP)", "sudo timedatectl set-ntp true")
    return Checkup("clock", "clock", "good", f"is kept right, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


def disk(total_bytes: int, free_bytes: int) -> Checkup:
    """Judge the space for the database and the buffers."""
    says = f"{free_bytes / MB:.0f} MB free of {total_bytes / MB:.0f}"
    if free_bytes < LEAST_FREE_MB * MB or free_bytes < LEAST_FREE * total_bytes:
        verdict: Verdict = "fault" if free_bytes < LEAST_FREE_MB * MB / 2 else "warning"
        return Checkup(
            "disk", "disk", verdict, says, "free some, or move the state folder: tailwatch up --state FOLDER"
        )
    return Checkup("disk", "disk", "good", says)


def files(limit: int) -> Checkup:
    """Judge how many files and connections one program may open."""
    if 0 <= limit < LEAST_FILES:
        return Checkup(
            "open-files", "open files", "warning", f"at most {limit} a program", "LimitNOFILE=8192 in its systemd unit"
        )
    return Checkup("open-files", "open files", "good", f"{'no limit' if limit < 0 else limit} a program")


def _version(tool: str) -> tuple[int, ...] | None:
    try:
        words = [tools.find(tool), "-h" if tool == "mosquitto" else "--version"]
    except tools.ToolMissing:
        return None
    done = subprocess.run(words, capture_output=True, text=True, timeout=VERSION_WITHIN_S, check=False)
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
    return tuple(int(part) for part in found.groups() if part) if found else None


def _clock_state() -> int:
    buffer = ctypes.create_string_buffer(512)
    return int(ctypes.CDLL(None).ntp_adjtime(buffer))


def _space(folder: Path) -> tuple[int, int]:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    usage = shutil.disk_usage(there)
    return usage.total, usage.free
