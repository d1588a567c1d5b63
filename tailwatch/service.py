"""A site or a gateway as a service of this machine: one unit that runs, from the boot on, what a terminal would run."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tailwatch import provisioning, system_users, systemd, tools

RUNS: Final = Path("/run/systemd/system")
"""There where systemd is the first process of the machine."""
SITE: Final = "tailwatch"
GATEWAY: Final = "tailwatch-gateway-"
MARK: Final = "# Written by `tailwatch service install`; what you add goes into a drop-in (systemctl edit NAME).\n"
AGENT_UNIT: Final = f"{systemd.UNITS}/tailwatch-edge-agent@.service"
"""That of an agent whose settings lie in /etc: what it may not do holds for one in a folder of its own too."""
AGENT_SETTINGS: Final = f"/etc/tailwatch/agents/%i/{provisioning.AGENT_SETTINGS}"
AGENT_STATE: Final = "StateDirectory=tailwatch/agents/%i\nStateDirectoryMode=0700\n"
CLOSED: Final = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome shuts off from a unit."""
UNIT: Final = """\
[Unit]
Description=Tailwatch: {what}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
Environment=PYTHONUNBUFFERED=1
KillMode=mixed
KillSignal=SIGINT
TimeoutStopSec=180
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 3
NoNewPrivileges=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
"""


class UnitRefused(Exception):
    """There is no such service, or none can be made of it; the sentence says why."""


class ServiceUnit(NamedTuple):
    """A unit: its name without `.service`, and its text. folder: what belongs to its program from now on."""

    name: str
    text: str
    folder: Path | None = None


def site(
    facilities: Sequence[tuple[str, Path]], state: Path, more: Sequence[str], programs: Path | None = None
) -> ServiceUnit:
    """The service that runs a site: as root, which gives each program a user of its own.

    facilities: id and file of each; more: further words of `tailwatch up`; programs: the folder of `tailwatch`, None:
    that of the Python that runs this.
    """
    files = [str(file.resolve()) for _, file in facilities]
    tailwatch = str((programs or Path(sys.executable).parent) / "tailwatch")
    words = (tailwatch, "up", *files, "--state", str(state.resolve()), *more)
    what = ", ".join(id for id, _ in facilities)
    return ServiceUnit(SITE, MARK + UNIT.format(what=what, command=" ".join(map(_quoted, words))))


def gateway(agent: str, folder: Path, programs: Path | None = None) -> ServiceUnit:
    """The service that runs an agent in the folder that `tailwatch device provision` wrote, as a user of its own.

    Its unit is that of `tailwatch systemd write`, but for where settings and buffer lie. Raises UnitRefused for a
    folder that a unit does not see.
    """
    place = folder.resolve()
    if any(place.is_relative_to(closed) for closed in CLOSED) or system_users.closed_folder(place.parent):
        raise UnitRefused(f"no unit comes to {place}; move the folder to /etc/tailwatch/agents/{agent}")
    settings, own = _quoted(str(place / provisioning.AGENT_SETTINGS)), f"ReadWritePaths={_quoted(str(place))}\n"
    text = dict(systemd.files(programs))[AGENT_UNIT].replace(AGENT_SETTINGS, settings).replace(AGENT_STATE, own)
    return ServiceUnit(f"{GATEWAY}{agent}", MARK + text.replace("%i", agent), place)


def install(service: ServiceUnit, root: Path, *, is_replacing: bool) -> bool:
    """Write the unit and have it started with each boot; return whether it runs from now on.

    It does not where systemd does not run this machine, as when `root` is the folder of an image. Raises
    systemd.Differs for a unit that was edited, UnitRefused, tools.ToolMissing and system_users.NoSystemUser.
    """
    tools.find("systemctl")
    unit = root / systemd.UNITS / f"{service.name}.service"
    systemd.put({unit: service.text}, is_replacing=is_replacing)
    if service.folder is not None:
        system_users.give_all(service.folder, system_users.of_programs().edge)
    if not runs(root):
        _systemctl("--root", str(root), "enable", unit.name)
        return False
    _systemctl("daemon-reload")
    _systemctl("enable", unit.name)
    _systemctl("restart", unit.name)
    return True


def remove(name: str, root: Path) -> None:
    """End a service and take its unit away; its data stay. Raises UnitRefused where there is none of this name."""
    unit = root / systemd.UNITS / f"{name}.service"
    if not unit.is_file():
        there = ", ".join(installed(root)) or "none"
        raise UnitRefused(f"there is no service {name}; there are: {there}")
    if runs(root):
        _systemctl("disable", "--now", unit.name)
    else:
        _systemctl("--root", str(root), "disable", unit.name)
    unit.unlink()
    if runs(root):
        _systemctl("daemon-reload")


def installed(root: Path) -> list[str]:
    """The names of the services of this machine that `install` wrote."""
    files = (root / systemd.UNITS).glob(f"{SITE}*.service")
    return sorted(one.stem for one in files if one.read_text("utf-8").startswith(MARK))


def restart(names: Sequence[str]) -> None:
    """Start services anew, with the programs as they are now."""
    for name in names:
        _systemctl("restart", f"{name}.service")


def runs(root: Path = Path("/")) -> bool:
    """Whether systemd runs the machine that `root` is the root of."""
    return root == Path("/") and RUNS.is_dir()


def _quoted(word: str) -> str:
    """A word of ExecStart (systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers")."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or shlex.quote(word) != word else word


def _systemctl(*words: str) -> None:
    done = subprocess.run([tools.find("systemctl"), *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UnitRefused(f"systemctl {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
