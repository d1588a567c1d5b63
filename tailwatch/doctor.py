"""The usual faults of an installation, each found by a look of its own and told with its fix. Nothing is changed."""

import ctypes
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from runtime.settings import LOOPBACK
from tailwatch import tools
from tailwatch.pki import Authority
from tailwatch.ports import is_listening

Verdict = Literal["good", "warning", "fault"]
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
ROOT: Final = 0
OTHERS, OTHERS_WRITE = 0o077, 0o022
SECRETS: Final = ("secrets", "settings", "pki", "database/secrets")
CLOSED: Final = ("secrets", "settings", "agents")
"""Folders of the state folder that nobody else enters."""
UNITS_SETTINGS: Final = Path("/etc/tailwatch")
PASSWORDS: Final = ("password", "*.conninfo")
MOSQUITTO_SETTINGS: Final = Path("/etc/mosquitto")


class Checkup(msgspec.Struct, frozen=True):
    """What one look found; `fix` is empty when all is well."""

    what: str
    verdict: Verdict
    says: str
    fix: str = ""


def examine(state: Path) -> Iterator[Checkup]:
    """Give the findings of every look at an installation in its state folder."""
    yield from versions(_version)
    yield clock(_clock_state())
    yield disk(*_space(state))
    yield files(resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    yield from owner(state, os.geteuid())
    yield from permissions(state)
    yield from settings(UNITS_SETTINGS)
    yield from open_ports(state)
    yield from certificates(state, datetime.now(UTC))
    yield from broker_limits(state)
    yield from network_broker(MOSQUITTO_SETTINGS)


def versions(version_of: Callable[[str], tuple[int, ...] | None]) -> Iterator[Checkup]:
    """Judge the versions of broker and database."""
    for tool, oldest, package in (
        ("mosquitto", OLDEST_MOSQUITTO, "mosquitto"),
        ("postgres", (POSTGRES_MAJOR,), "postgresql-17"),
    ):
        found = version_of(tool)
        text = ".".join(map(str, found or ()))
        if found is None:
            yield Checkup(tool, "fault", "is not installed", f"sudo apt install {package}")
        elif found < oldest or (tool == "postgres" and found[0] != POSTGRES_MAJOR):
            wanted = ".".join(map(str, oldest))
            yield Checkup(tool, "fault", f"has version {text}, {wanted} is needed", f"sudo apt install {package}")
        else:
            yield Checkup(tool, "good", f"version {text}")


def clock(state: int) -> Checkup:
    """Judge whether somebody keeps the clock right: the centre's time is the time of all marks and ledgers."""
    if state == TIME_ERROR:
        return Checkup("clock", "warning", "nobody keeps it right (no NTP)", "sudo timedatectl set-ntp true")
    return Checkup("clock", "good", f"is kept right, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


def disk(total_bytes: int, free_bytes: int) -> Checkup:
    """Judge the space for the database and the buffers."""
    says = f"{free_bytes / MB:.0f} MB free of {total_bytes / MB:.0f}"
    if free_bytes < LEAST_FREE_MB * MB or free_bytes < LEAST_FREE * total_bytes:
        verdict: Verdict = "fault" if free_bytes < LEAST_FREE_MB * MB / 2 else "warning"
        return Checkup("disk", verdict, says, "free some, or move the state folder: tailwatch up --state FOLDER")
    return Checkup("disk", "good", says)


def files(limit: int) -> Checkup:
    """Judge how many files and connections one program may open."""
    if 0 <= limit < LEAST_FILES:
        return Checkup("open files", "warning", f"at most {limit} a program", "LimitNOFILE=8192 in its systemd unit")
    return Checkup("open files", "good", f"{'no limit' if limit < 0 else limit} a program")


def owner(state: Path, user_id: int) -> Iterator[Checkup]:
    """Judge whose the state folder is: `user_id` is that of the person or program that asks."""
    if not state.exists():
        return
    found = state.stat()
    if found.st_uid not in (user_id, ROOT):
        fix = f"sudo chown -R {user_id} {state}, or work as the user {found.st_uid}"
        yield Checkup("state folder", "fault", f"{state} belongs to the user {found.st_uid}, not to {user_id}", fix)
    elif found.st_mode & OTHERS_WRITE:
        yield Checkup("state folder", "fault", f"others can write into {state}", f"chmod go-w {state}")
    else:
        yield Checkup("state folder", "good", f"{state}, nobody else writes into it")


def permissions(state: Path) -> Iterator[Checkup]:
    """Find secrets that others can read or that belong to somebody else, and folders of them that others can enter."""
    faults = [fault for place in SECRETS for path in sorted((state / place).rglob("*")) for fault in _rights(path)]
    faults += [fault for place in CLOSED for fault in _entered(state / place)]
    yield from faults
    if not faults:
        yield Checkup("permissions", "good", "only their owner reads the secrets")


def settings(folder: Path) -> Iterator[Checkup]:
    """Find password files beside the settings of the units that others can read, or that two programs share.

    No word where there are none.
    """
    files = sorted(path for name in PASSWORDS for path in folder.rglob(name))
    for path in files:
        if path.stat().st_mode & OTHERS:
            fix = f"sudo chmod 600 {path}, or sudo systemd-tmpfiles --create"
            yield Checkup("settings", "fault", f"others can read {path}", fix)
    programs: dict[int, set[str]] = {}
    for path in files:
        programs.setdefault(path.stat().st_uid, set()).add(_program_of(path))
    shared = {user: names for user, names in programs.items() if len(names) > 1}
    for user, names in shared.items():
        says = f"the passwords of {' and '.join(sorted(names))} belong to one user, {user}"
        yield Checkup("settings", "fault", says, "tailwatch systemd, then sudo systemd-tmpfiles --create")
    if files and not shared and not any(path.stat().st_mode & OTHERS for path in files):
        yield Checkup("settings", "good", f"only their owner reads the passwords in {folder}")


def _program_of(path: Path) -> str:
    """The program whose password a file holds: an agent's is called `password`, `ingest-2.conninfo` is of ingest."""
    return "edge agent" if path.suffix != ".conninfo" else path.stem.partition("-")[0]


def _rights(path: Path) -> Iterator[Checkup]:
    found = path.stat()
    if not path.is_file() or path.suffix == ".crt":
        return
    if found.st_mode & OTHERS:
        yield Checkup("permissions", "fault", f"others can read {path}", f"chmod 600 {path}")
    if found.st_uid != (holder := path.parent.stat().st_uid):
        fix = f"sudo chown {holder} {path}"
        yield Checkup("permissions", "fault", f"{path} belongs to the user {found.st_uid}, its folder to {holder}", fix)


def _entered(folder: Path) -> Iterator[Checkup]:
    if folder.exists() and folder.stat().st_mode & OTHERS:
        yield Checkup("permissions", "fault", f"others can enter {folder}", f"chmod 700 {folder}")


def open_ports(state: Path) -> Iterator[Checkup]:
    """Find ports of ours that another program has taken."""
    file = state / "ports.json"
    known = msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}
    is_running = _is_locked(state)
    for part, port in known.items():
        is_answering = is_listening(port)
        if is_answering and not is_running:
            fix = f"end it (sudo ss -ltnp 'sport = :{port}' names it); tailwatch up takes another port meanwhile"
            yield Checkup(f"port of {part}", "warning", f"{port} is taken by another program", fix)
        elif is_running and not is_answering:
            fix = f"look into {state / 'tailwatch.log'}"
            yield Checkup(f"port of {part}", "fault", f"nobody answers on {port}", fix)
        else:
            yield Checkup(f"port of {part}", "good", f"{port} {'answers' if is_answering else 'is free'}")


def certificates(state: Path, now: datetime) -> Iterator[Checkup]:
    """Find certificates that are over or end soon."""
    for one in Authority(state / "pki").issued():
        days = one.days_left(now)
        if one.is_due(now):
            verdict: Verdict = "fault" if days < 0 else "warning"
            yield Checkup(f"certificate {one.name}", verdict, f"ends {one.ends_at:%Y-%m-%d}", "tailwatch pki renew")
        else:
            yield Checkup(f"certificate {one.name}", "good", f"{days} days left")


def broker_limits(state: Path) -> Iterator[Checkup]:
    """Find a broker that would drop messages silently: Mosquitto queues 1,000 for a slow reader unless told."""
    file = state / "broker" / "mosquitto.conf"
    if not file.exists():
        return
    text = file.read_text()
    queued = re.search(r"^max_queued_messages (\d+)", text, re.MULTILINE)
    if queued is None or 0 < int(queued[1]) < 100_000:
        limit = queued[1] if queued else "1000"
        yield Checkup("broker", "fault", f"drops what is above {limit} messages", "max_queued_messages 100000000")
    elif re.search(r"^allow_anonymous true", text, re.MULTILINE):
        yield Checkup("broker", "fault", "lets everybody in", "allow_anonymous false")
    else:
        yield Checkup("broker", "good", "queues by bytes and asks for a password")


def network_broker(folder: Path) -> Iterator[Checkup]:
    """Find a Mosquitto of the machine that listens on the network without TLS, or lets strangers in.

    No word where there is none. Source: mosquitto.conf(5): a listener without an address listens on all of them.
    """
    files = [folder / "mosquitto.conf", *sorted((folder / "conf.d").glob("*.conf"))]
    text = "\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())
    if not text:
        return
    faults = 0
    for listener in re.split(r"^(?=listener\s)", text, flags=re.MULTILINE)[1:]:
        words = listener.partition("\n")[0].split()
        address = words[2] if len(words) > 2 else "every address"
        if address not in LOOPBACK and not re.search(r"^certfile\s", listener, re.MULTILINE):
            faults += 1
            fix = "certfile and keyfile (tailwatch pki init --host NAME), or 127.0.0.1 behind the port"
            yield Checkup("network broker", "fault", f"listens without TLS on {address}, port {words[1]}", fix)
    if re.search(r"^allow_anonymous\s+true", text, re.MULTILINE):
        faults += 1
        yield Checkup("network broker", "fault", "lets everybody in", "allow_anonymous false")
    if not faults:
        yield Checkup("network broker", "good", "TLS on the network, and a password for everybody")


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


def _is_locked(state: Path) -> bool:
    """Say whether a `tailwatch up` of this state folder lives: its number is in the lock file."""
    try:
        number = int((state / "lock").read_text().strip() or 0)
    except (OSError, ValueError):
        return False
    return number > 0 and Path(f"/proc/{number}").exists() and number != os.getpid()
