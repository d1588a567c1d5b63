"""The systemd units and alert rules: hardened, and true to what the programs offer."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from api.metrics import routes as metrics
from tailwatch.provisioning import PASSWORD_FILES

UNITS = Path(__file__).parents[2] / "tailwatch" / "units"
MOST_EXPOSED = {
    "tailwatch-ingest": 1.5,
    "tailwatch-sight": 1.5,
    "tailwatch-api": 1.5,
    "tailwatch-edge-agent@": 2.0,
    "tailwatch-certificates": 1.0,
    "mosquitto": 1.5,
}
"""`systemd-analyze security`: 0 is closed, 10 is open; a unit without hardening has 9.6. None may pass 2.5."""
DEBIANS_MOSQUITTO = Path("/usr/lib/systemd/system/mosquitto.service")


@pytest.mark.foreign
@pytest.mark.parametrize("unit", MOST_EXPOSED)
def test_units_are_hardened(unit: str, tmp_path: Path) -> None:
    """The figure of systemd's own analysis stays below its limit, of Debian's Mosquitto with our drop-in too."""
    text = (UNITS / f"{unit}.service").read_text() if unit != "mosquitto" else with_drop_in()
    copied = tmp_path / f"{unit}.service"
    copied.write_text(text)
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", copied],
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    figure = re.search(r"exposure level for .*: ([\d.]+)", told)

    assert figure and float(figure[1]) <= MOST_EXPOSED[unit] <= 2.5


def with_drop_in() -> str:
    """The unit of the package mosquitto, and behind it what we add; a section may stand twice."""
    return DEBIANS_MOSQUITTO.read_text() + "\n" + (UNITS / "tailwatch-broker.conf").read_text()


def of_all_units(key: str) -> set[str]:
    """The values of one key in all services."""
    texts = [file.read_text() for file in UNITS.glob("*.service")]
    return {value for text in texts for value in re.findall(rf"^{key}=(\S+)", text, re.MULTILINE)}


@pytest.mark.foreign
@pytest.mark.parametrize("unit", sorted(path.name for path in (*UNITS.glob("*.service"), *UNITS.glob("*.timer"))))
def test_systemd_itself_finds_no_fault(unit: str, tmp_path: Path) -> None:
    """`systemd-analyze verify` is silent, once the programs are where the unit says they are."""
    for file in (*UNITS.glob("*.service"), *UNITS.glob("*.timer")):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", file.read_text(), flags=re.MULTILINE)
        (tmp_path / file.name).write_text(text)
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

    assert (told.returncode, told.stdout + told.stderr) == (0, "")


@pytest.mark.foreign
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_users_and_folders_of_the_units_are_made(tmp_path: Path) -> None:
    """By systemd's own programs, in a root of their own: each unit's user, and only their owner reads the passwords."""
    (tmp_path / "etc/tailwatch/agents/gw1").mkdir(parents=True)
    agents = tuple(f"agents/gw1/{name}" for name in PASSWORD_FILES.values())
    secrets = ("ingest.conninfo", "api.conninfo", *agents)
    for name in secrets:
        (tmp_path / "etc/tailwatch" / name).write_text("secret")
    root = f"--root={tmp_path}"
    for words in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):
        file = UNITS / f"tailwatch-{words[0].removeprefix('systemd-')}.conf"
        subprocess.run([*words, root, str(file)], check=True, capture_output=True, timeout=60)
    lines = (tmp_path / "etc/passwd").read_text().splitlines()
    users = {line.split(":")[0]: int(line.split(":")[2]) for line in lines}

    assert users.keys() >= of_all_units("User") == of_all_units("Group")
    stats = [(tmp_path / "etc/tailwatch" / name).stat() for name in secrets]
    owners = [users[f"tailwatch-{program}"] for program in ("ingest", "api", *("edge" for _ in agents))]
    assert [(one.st_uid, one.st_mode & 0o777) for one in stats] == [(owner, 0o600) for owner in owners]
    assert (tmp_path / "var/lib/tailwatch/pki").stat().st_uid == users["tailwatch-pki"]


def test_alerts_name_figures_that_exist() -> None:
    """Every figure in a rule is one that /metrics gives, and every alert says its fix."""
    text = (UNITS / "alerts.yml").read_text()
    source = Path(metrics.__file__).read_text()
    named = set(re.findall(r"\btailwatch_\w+", "\n".join(re.findall(r"expr: (.*)", text))))

    assert {name for name in named if f'"{name}"' not in source} == set()
    assert text.count("alert:") == text.count("fix:") == text.count("summary:")


def test_alert_rules_are_whole() -> None:
    """Prometheus would leave out a file that is no YAML: each rule has its name, its expression and its words."""
    (group,) = yaml.safe_load((UNITS / "alerts.yml").read_text())["groups"]

    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names)) >= 20
    assert all(rule["expr"] and rule["annotations"].keys() == {"summary", "fix"} for rule in group["rules"])


@pytest.mark.foreign
def test_prometheus_itself_takes_the_rules() -> None:
    """`promtool check rules` parses each expression, and its own lint finds no duplicate."""
    words = ["promtool", "check", "rules", "--lint=all", "--lint-fatal", str(UNITS / "alerts.yml")]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

    assert told.returncode == 0, told.stdout + told.stderr
