"""Of the programs that `tailwatch up` runs: their ports, and as whom they run."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tailwatch.doctor.checkup import Checkup
from tailwatch.ports import is_listening
from tailwatch.process import descendants
from tailwatch.system_users import name_of

ROOT_ID: Final = 0
MODULES: Final = {"ingest": "ingest", "ingest.sight": "ingest", "tailwatch.api": "api", "edge_agent": "edge agent"}
"""Of our programs by the module that they are started with."""


def look(state: Path) -> Iterator[Checkup]:
    """Look at the ports of a state folder and at what runs on it."""
    yield from open_ports(state)
    yield from users(state)


def users(state: Path) -> Iterator[Checkup]:
    """Find programs that run as root, or two of them as one user. No word where an ordinary user runs them all."""
    holder = holder_of(state)
    if holder is None or _user_id(holder) != ROOT_ID:
        return
    running: dict[int, set[str]] = {}
    for pid in descendants(holder):
        if (program := _program(pid, state)) is not None and (user := _user_id(pid)) is not None:
            running.setdefault(user, set()).add(program)
    is_good = bool(running)
    for user, programs in running.items():
        if user == ROOT_ID or len(programs) > 1:
            is_good = False
            says = f"{' and '.join(sorted(programs))} run as {name_of(user)}, and read each other's passwords"
            fix = "put the programs where other users reach them (/opt/tailwatch), then tailwatch up"
            yield Checkup("program-users", "programs", "fault", says, fix)
    if is_good:
        yield Checkup("program-users", "programs", "good", "each runs as a user of its own")


def holder_of(state: Path) -> int | None:
    """Return the process of the `tailwatch up` of this state folder, None while there is none: as its lock says."""
    try:
        number = int((state / "lock").read_text().strip() or 0)
    except (OSError, ValueError):
        return None
    return number if number > 0 and Path(f"/proc/{number}").exists() and number != os.getpid() else None


def _program(pid: int, state: Path) -> str | None:
    """Which of our programs a process is, None: none that was started with the settings of this state folder."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    is_python = Path(words[0]).name.startswith("python")
    if not is_python or "-m" not in words[:-1] or not any(word.startswith(f"{state}/") for word in words):
        return None
    return MODULES.get(words[words.index("-m") + 1])


def _user_id(pid: int) -> int | None:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return None


def open_ports(state: Path) -> Iterator[Checkup]:
    """Find ports of ours that another program has taken."""
    file = state / "ports.json"
    known = msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}
    is_running = holder_of(state) is not None
    for part, port in known.items():
        is_answering = is_listening(port)
        if is_answering and not is_running:
            fix = f"end it (sudo ss -ltnp 'sport = :{port}' names it); tailwatch up takes another port meanwhile"
            yield Checkup("ports", f"port of {part}", "warning", f"{port} is taken by another program", fix)
        elif is_running and not is_answering:
            fix = f"look into {state / 'tailwatch.log'}"
            yield Checkup("ports", f"port of {part}", "fault", f"nobody answers on {port}", fix)
        else:
            yield Checkup("ports", f"port of {part}", "good", f"{port} {'answers' if is_answering else 'is free'}")
