"""Of the state folder and of what lies beside the settings of units: who owns, reads and enters what is secret."""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from tailwatch.doctor.checkup import Checkup, Verdict
from tailwatch.pki import Authority
from tailwatch.system_users import API, EDGE, INGEST, ROOT, is_known, name_of

ROOT_ID: Final = 0
OTHERS, OTHERS_WRITE, PASSING = 0o077, 0o022, 0o011
LOG_OTHERS: Final = 0o027
"""What nobody but owner and reading group may do with a log."""
SECRETS: Final = ("secrets", "settings", "pki", "database/secrets", "broker")
PUBLIC: Final = (".crt", ".conf", ".db", ".new")
"""Endings of what is no secret, or the broker's own in a folder that nobody else enters."""
CLOSED: Final = ("secrets", "settings", "agents", "broker", "database/secrets", "database/data")
"""Folders of the state folder that nobody else lists; where root runs it, programs pass through to their own."""
READERS: Final = (
    ("settings/ingest*.toml", INGEST),
    ("settings/sight.toml", INGEST),
    ("settings/tailwatch_ingest.conninfo", INGEST),
    (f"settings/facilities/{INGEST}/*", INGEST),
    ("secrets/mqtt/_ingest", INGEST),
    (f"settings/links-{INGEST}.key", INGEST),
    ("settings/api.toml", API),
    (f"settings/links-{API}.key", API),
    (f"settings/seal-{API}.pem", API),
    ("settings/tailwatch_api.conninfo", API),
    ("settings/*.conninfo", ROOT),
    ("settings/migrate.toml", ROOT),
    ("settings/*.toml", EDGE),
    (f"settings/facilities/{EDGE}/*", EDGE),
    ("secrets/mqtt/*/_edge/*", EDGE),
    ("secrets/mqtt/*/_site/*", EDGE),
    ("secrets/mqtt/*/_history/*", EDGE),
)
"""Whose a file is where root runs `tailwatch up`: the first that fits; all others are root's or their folder's."""
UNITS_SETTINGS: Final = Path("/etc/tailwatch")
PASSWORDS: Final = ("password*", "*.conninfo")


def look(state: Path, user_id: int) -> Iterator[Checkup]:
    """Look at the rights of a state folder, for the person or program with this id, and of the settings of units."""
    yield from owner(state, user_id)
    yield from modes(state)
    yield from owners(state)
    yield from logs(state)
    yield from settings(UNITS_SETTINGS)


def modes(state: Path) -> Iterator[Checkup]:
    """Find secrets that others can read, and folders of them that others can enter."""
    faults = [
        Checkup("secret-modes", "secrets", "fault", f"others can read {path}", f"chmod 600 {path}")
        for path in _secrets(state)
        if path.stat().st_mode & OTHERS
    ]
    yield from faults or [Checkup("secret-modes", "secrets", "good", "only their owner reads them")]
    faults = [one for place in CLOSED for one in _entered(state / place)]
    yield from faults or [Checkup("folder-modes", "folders", "good", "nobody else lists what is secret")]


def owners(state: Path) -> Iterator[Checkup]:
    """Find secrets that belong to another user than the one program that needs them."""
    faults = [fault for path in _secrets(state) for fault in _strange(state, path)]
    yield from faults or [Checkup("secret-owners", "secrets", "good", "each belongs to the one who reads it")]


def logs(state: Path) -> Iterator[Checkup]:
    """Find logs that others can read or write: they have addresses of people, and names of what is private."""
    files = sorted(state.glob("tailwatch.log*"))
    faults = [
        Checkup("log-modes", "log", "fault", f"others can read {file}", f"chmod 640 {file}")
        for file in files
        if file.stat().st_mode & LOG_OTHERS
    ]
    yield from faults
    if files and not faults:
        yield Checkup("log-modes", "log", "good", "others do not read it")


def _secrets(state: Path) -> list[Path]:
    found = [path for place in SECRETS for path in sorted((state / place).rglob("*"))]
    return [path for path in found if path.is_file() and path.suffix not in PUBLIC]


def _strange(state: Path, path: Path) -> Iterator[Checkup]:
    holder = _holder(state, path)
    found = path.stat().st_uid
    if name_of(found) not in (holder, ROOT if state.stat().st_uid == ROOT_ID else holder):
        says = f"{path} belongs to the user {name_of(found)}, not to {holder}"
        yield Checkup("secret-owners", "secrets", "fault", says, f"sudo chown {holder} {path}")


def _holder(state: Path, path: Path) -> str:
    """Who is to own a file: its program where root runs `tailwatch up`, else the owner of its folder."""
    place = str(path.relative_to(state))
    if state.stat().st_uid == ROOT_ID:
        reader = next((user for pattern, user in READERS if fnmatch(place, pattern)), None)
        if reader is not None and is_known(reader):
            return reader
    return name_of(path.parent.stat().st_uid)


def _entered(folder: Path) -> Iterator[Checkup]:
    if not folder.exists():
        return
    found = folder.stat()
    allowed = PASSING if folder.parent.stat().st_uid == ROOT_ID else 0
    if found.st_mode & OTHERS & ~allowed:
        fix = f"chmod {'711' if allowed else '700'} {folder}"
        yield Checkup("folder-modes", "folders", "fault", f"others can enter {folder}", fix)


def owner(state: Path, user_id: int) -> Iterator[Checkup]:
    """Judge whose the state folder is: `user_id` is that of the person or program that asks."""
    if not state.exists():
        return
    found = state.stat()
    if found.st_uid not in (user_id, ROOT_ID):
        fix = f"sudo chown -R {user_id} {state}, or work as the user {found.st_uid}"
        yield Checkup(
            "state-owner", "state folder", "fault", f"{state} belongs to the user {found.st_uid}, not to {user_id}", fix
        )
    elif found.st_mode & OTHERS_WRITE:
        yield Checkup("state-owner", "state folder", "fault", f"others can write into {state}", f"chmod go-w {state}")
    else:
        yield Checkup("state-owner", "state folder", "good", f"{state}, nobody else writes into it")


def settings(folder: Path) -> Iterator[Checkup]:
    """Find password files beside the settings of the units that others can read, or that two programs share.

    No word where there are none.
    """
    files = sorted(path for name in PASSWORDS for path in folder.rglob(name))
    for path in files:
        if path.stat().st_mode & OTHERS:
            fix = f"sudo chmod 600 {path}, or sudo systemd-tmpfiles --create"
            yield Checkup("unit-secrets", "settings", "fault", f"others can read {path}", fix)
    programs: dict[int, set[str]] = {}
    for path in files:
        programs.setdefault(path.stat().st_uid, set()).add(_program_of(path))
    shared = {user: names for user, names in programs.items() if len(names) > 1}
    for user, names in shared.items():
        says = f"the passwords of {' and '.join(sorted(names))} belong to one user, {user}"
        yield Checkup(
            "unit-secrets", "settings", "fault", says, "tailwatch systemd write, then sudo systemd-tmpfiles --create"
        )
    if files and not shared and not any(path.stat().st_mode & OTHERS for path in files):
        yield Checkup("unit-secrets", "settings", "good", f"only their owner reads the passwords in {folder}")


def _program_of(path: Path) -> str:
    """The program whose password a file holds: an agent's is called `password`, `ingest-2.conninfo` is of ingest."""
    return "edge agent" if path.suffix != ".conninfo" else path.stem.partition("-")[0]


def certificates(state: Path, now: datetime) -> Iterator[Checkup]:
    """Find certificates that are over or end soon."""
    for one in Authority(state / "pki").issued():
        days = one.days_left(now)
        if one.is_due(now):
            verdict: Verdict = "fault" if days < 0 else "warning"
            yield Checkup(
                "certificates",
                f"certificate {one.name}",
                verdict,
                f"ends {one.ends_at:%Y-%m-%d}",
                "tailwatch pki renew",
            )
        else:
            yield Checkup("certificates", f"certificate {one.name}", "good", f"{days} days left")
