"""A site or a gateway as a service of this machine: one unit that runs, from the boot on, what a terminal would run."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tailwatch import systemd, tools

FOLDER: Final = "etc/systemd/system"
RUNS: Final = Path("/run/systemd/system")
"""There where systemd is the first process of the machine."""
SITE: Final = "tailwatch"
GATEWAY: Final = "tailwatch-gateway-"
MARK: Final = "# Written by `tailwatch service install`"
UNIT: Final = (
    MARK
    + """; what you add goes into a drop-in (systemctl edit {name}).
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
)


class UnitRefused(Exception):
    """systemd would not do it; the sentence is its own."""


class ServiceUnit(NamedTuple):
    """A unit: its name without `.service`, what it runs in a word, and the words of its command behind `tailwatch`."""

    name: str
    what: str
    words: tuple[str, ...]

    def text(self, programs: Path | None = None) -> str:
        """The unit. programs: the folder of `tailwatch`; None: that of the Python that runs this."""
        command = (str((programs or Path(sys.executable).parent) / "tailwatch"), *self.words)
        what = self.what.replace("%", "%%")
        return UNIT.format(name=self.name, what=what, command=" ".join(map(_quoted, command)))


def site(facilities: Sequence[tuple[str, Path]], state: Path, more: Sequence[str]) -> ServiceUnit:
    """The service that runs a site. facilities: id and file of each; more: further words of `tailwatch up`."""
    files = [str(file.resolve()) for _, file in facilities]
    what = ", ".join(id for id, _ in facilities)
    return ServiceUnit(SITE, what, ("up", *files, "--state", str(state.resolve()), *more))


def gateway(agent: str, folder: Path) -> ServiceUnit:
    """The service that runs the gateway of a folder that `tailwatch device provision` wrote."""
    return ServiceUnit(f"{GATEWAY}{agent}", f"gateway {agent}", ("gateway", "join", str(folder.resolve())))


def install(service: ServiceUnit, root: Path, *, is_replacing: bool) -> bool:
    """Write the unit and have it started with each boot; return whether it runs from now on.

    It does not where systemd does not run this machine, as when `root` is the folder of an image. Raises
    systemd.Differs for a unit that was edited, UnitRefused and tools.ToolMissing.
    """
    tools.find("systemctl")
    unit = root / FOLDER / f"{service.name}.service"
    text = service.text()
    if unit.is_file() and unit.read_text("utf-8") != text and not is_replacing:
        raise systemd.Differs(f"{unit} is there and differs; keep your changes in a drop-in, or give --replace")
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(text, "utf-8")
    unit.chmod(0o644)
    if not runs(root):
        _systemctl("--root", str(root), "enable", unit.name)
        return False
    _systemctl("daemon-reload")
    _systemctl("enable", unit.name)
    _systemctl("restart", unit.name)
    return True


def remove(name: str, root: Path) -> None:
    """End a service and take its unit away; its data stay. Raises UnitRefused where there is none of this name."""
    unit = root / FOLDER / f"{name}.service"
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
    files = (root / FOLDER).glob(f"{SITE}*.service")
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
