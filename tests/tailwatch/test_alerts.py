"""The alert rules and the examples for Prometheus and Alertmanager, judged by promtool and amtool of Debian."""

import re
import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from tailwatch import grafana
from tailwatch.systemd import FOLDER as UNITS

RULES: Final = UNITS / "alerts.yml"
OF_FACILITY: Final = 'facility="vale"'
OF_AGENT: Final = 'agent="gw1",facility="vale"'
OF_INGEST: Final = 'ingest="ingest-1"'


class AlertCase(NamedTuple):
    """Values of a minute each in promtool's notation ("0x9": ten zeros): with which an alert fires, and does not."""

    series: str
    firing: str
    quiet: str
    minutes: int = 10
    besides: str = ""
    """A series that stands beside in both, with its value: "NAME=VALUE"."""


CASES: Final = {
    "TailwatchApiAway": [
        AlertCase('up{job="tailwatch"}', "0x60", "1x60"),
        AlertCase('up{job="tailwatch"}', "0x60", "1x8 0"),
    ],
    "TailwatchNothingStored": [
        AlertCase("tailwatch_commit_age_seconds", "901x60", "900x60"),
        AlertCase("tailwatch_commit_age_seconds", "-1x60", "0x60"),
    ],
    "TailwatchRestoreNotGood": [AlertCase("tailwatch_restore_good", "0x200", "0x100 1 0x60", 180)],
    "TailwatchPacksLost": [AlertCase(f"tailwatch_packs_lost{{{OF_FACILITY}}}", "5x5 6x60", "5x60")],
    "TailwatchQuarantine": [
        AlertCase(f"tailwatch_packs_quarantined{{{OF_FACILITY}}}", "5x5 6x60", "5x60"),
        AlertCase(f"tailwatch_quarantine_readings{{{OF_FACILITY}}}", "5x5 6x60", "6x5 5x60"),
    ],
    "TailwatchQuarantineFull": [AlertCase(f"tailwatch_agents_held_back{{{OF_FACILITY}}}", "1x60", "0x60")],
    "TailwatchNodeSilent": [AlertCase(f"tailwatch_silent_nodes{{{OF_FACILITY}}}", "2x60", "2x15 0 2x60", 40)],
    "TailwatchAgentSilent": [AlertCase(f"tailwatch_agent_silence_seconds{{{OF_AGENT}}}", "3601x60", "3600x60")],
    "TailwatchBatchesLost": [AlertCase(f"tailwatch_agent_batches_lost{{{OF_AGENT}}}", "0x5 1x60", "7x60")],
    "TailwatchAgentHoldsBack": [AlertCase(f"tailwatch_agent_buffer_age_seconds{{{OF_AGENT}}}", "3601x60", "3600x60")],
    "TailwatchAgentBufferFills": [
        AlertCase(
            f"tailwatch_agent_backlog_bytes{{{OF_AGENT}}}",
            "81x60",
            "80x60",
            besides=f"tailwatch_agent_backlog_limit_bytes{{{OF_AGENT}}}=100",
        )
    ],
    "TailwatchAgentOffline": [AlertCase(f"tailwatch_agent_online{{{OF_AGENT}}}", "0x60", "0x10 1 0x60", 20)],
    "TailwatchFacilityFileRefused": [AlertCase(f"tailwatch_agent_configuration_refused{{{OF_AGENT}}}", "1x60", "0x60")],
    "TailwatchProtocolNotUnderstood": [AlertCase(f"tailwatch_agent_not_understood{{{OF_AGENT}}}", "1x60", "0x60")],
    "TailwatchAgentClockWrong": [
        AlertCase(f"tailwatch_agent_clock_ahead_seconds{{{OF_AGENT}}}", "301x60", "300x60"),
        AlertCase(f"tailwatch_agent_clock_ahead_seconds{{{OF_AGENT}}}", "-7200x60", "-300x60"),
    ],
    "TailwatchCertificateEnds": [
        AlertCase('tailwatch_certificate_seconds_left{name="api"}', f"{30 * 86400 - 1}x60", f"{30 * 86400}x60")
    ],
    "TailwatchCertificatesUnreadable": [AlertCase("tailwatch_certificates_unreadable", "1x60", "0x60")],
    "TailwatchDiskFull": [
        AlertCase("tailwatch_disk_free_bytes", "99x60", "100x60", 40, "tailwatch_disk_bytes=1000"),
        AlertCase("tailwatch_disk_free_bytes", "10000-2x60", "10000-0.5x60", 40, "tailwatch_disk_bytes=20000"),
    ],
    "TailwatchIngestGone": [AlertCase(f"tailwatch_ingest_age_seconds{{{OF_INGEST}}}", "61x60", "60x60")],
    "TailwatchIngestCutOff": [AlertCase(f"tailwatch_ingest_connected{{{OF_INGEST}}}", "0x60", "1x60")],
    "TailwatchIngestRetries": [AlertCase(f"tailwatch_ingest_retries_total{{{OF_INGEST}}}", "0+5x60", "0+1x60")],
    "TailwatchLiveBehind": [AlertCase("tailwatch_live_behind", "101x60", "100x60")],
    "TailwatchCommandsWait": [AlertCase("tailwatch_open_commands", "1x99", "1x45 0 1x99", 70)],
    "TailwatchClockOff": [
        AlertCase("tailwatch_time_seconds", "31+60x60", "30+60x60"),
        AlertCase("tailwatch_time_seconds", "86400+60x60", "0+60x60"),
    ],
}
"""Of each rule its border, and of each part of an `or` and of a sign one case."""


def rules(text: str) -> dict[str, dict[str, Any]]:
    (group,) = yaml.safe_load(text)["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def unit_test(rule: dict[str, Any], case: AlertCase, is_firing: bool) -> dict[str, Any]:
    """Whether the alert fires then, and with each label that its words name."""
    alert, named = rule["alert"], re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))
    selector = ",".join([f'alertname="{alert}"', 'alertstate="firing"', *(f'{label}!=""' for label in named)])
    series = [{"series": case.series, "values": case.firing if is_firing else case.quiet}]
    if case.besides:
        name, _, value = case.besides.rpartition("=")
        series.append({"series": name, "values": f"{value}x{99}"})
    samples = [{"labels": "{}", "value": 1}] if is_firing else []
    asked = {"expr": f"count(ALERTS{{{selector}}})", "eval_time": f"{case.minutes}m", "exp_samples": samples}
    name = f"{alert} {case.series} {'firing' if is_firing else 'quiet'}"
    return {"name": name, "interval": "1m", "input_series": series, "promql_expr_test": [asked]}


def run_cases(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run all cases by `promtool test rules` against the rules of this text."""
    (folder / "alerts.yml").write_text(text)
    found = rules(text)
    tests = [unit_test(found[alert], case, one) for alert in CASES for case in CASES[alert] for one in (True, False)]
    file = folder / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": ["alerts.yml"], "evaluation_interval": "1m", "tests": tests}))
    return run("promtool", "test", "rules", str(file))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_each_rule_has_its_cases() -> None:
    """A rule that is added is shown to fire and to be quiet."""
    assert rules(RULES.read_text()).keys() == CASES.keys()


@pytest.mark.foreign
def test_each_rule_fires_at_its_border_and_not_before(tmp_path: Path) -> None:
    """Prometheus' own engine evaluates it minute by minute."""
    told = run_cases(tmp_path, RULES.read_text())

    assert told.returncode == 0, told.stdout + told.stderr


WRONG: Final = [
    ("> 900", "> 800", "TailwatchNothingStored"),
    ("for: 30m", "for: 1m", "TailwatchNodeSilent"),
    ("abs(tailwatch_agent_clock_ahead_seconds)", "tailwatch_agent_clock_ahead_seconds", "TailwatchAgentClockWrong"),
    ("Packs of {{ $labels.facility }}", "Packs of {{ $labels.agent }}", "TailwatchPacksLost"),
]


@pytest.mark.foreign
@pytest.mark.parametrize(("right", "wrong", "alert"), WRONG)
def test_a_wrong_rule_is_found(right: str, wrong: str, alert: str, tmp_path: Path) -> None:
    """A border, a time, a sign, a label that the figures have not."""
    text = RULES.read_text()
    assert right in text
    told = run_cases(tmp_path, text.replace(right, wrong))

    assert told.returncode != 0 and alert in told.stdout + told.stderr


def installed(folder: Path) -> Path:
    """The files as the command writes them, with the key that the comment names taken into use."""
    grafana.write(folder, is_replacing=False)
    (folder / "tailwatch.key").write_text("key")
    text = (folder / "prometheus.yml").read_text()
    for line in ("scheme: https", "authorization:", "  credentials_file: tailwatch.key"):
        assert f"    # {line}" in text
        text = text.replace(f"    # {line}", f"    {line}")
    (folder / "prometheus.yml").write_text(text)
    return folder


@pytest.mark.foreign
def test_prometheus_takes_the_example(tmp_path: Path) -> None:
    """`promtool check config` reads it with its rules; without the rules it does not."""
    folder = installed(tmp_path)
    told = run("promtool", "check", "config", str(folder / "prometheus.yml"))
    (folder / "alerts.yml").unlink()
    without = run("promtool", "check", "config", str(folder / "prometheus.yml"))

    assert told.returncode == 0 and f"{len(CASES)} rules found" in told.stdout, told.stdout + told.stderr
    assert without.returncode != 0


ROUTES: Final = [
    ("TailwatchApiAway", "at-once"),
    ("TailwatchIngestGone", "at-once"),
    ("TailwatchDiskFull", "equipment"),
]


@pytest.mark.foreign
def test_alertmanager_takes_the_example(tmp_path: Path) -> None:
    """`amtool check-config` reads it, and a receiver that is not there is found."""
    file = installed(tmp_path) / "alertmanager.yml"
    told = run("amtool", "check-config", str(file))
    routed = [run("amtool", "config", "routes", "test", f"--config.file={file}", f"alertname={a}") for a, _ in ROUTES]
    file.write_text(file.read_text().replace("receiver: at-once", "receiver: nobody"))
    broken = run("amtool", "check-config", str(file))

    assert told.returncode == 0 and "2 receivers" in told.stdout, told.stdout + told.stderr
    assert [one.stdout.strip() for one in routed] == [receiver for _, receiver in ROUTES]
    assert broken.returncode != 0


def test_the_route_names_alerts_that_there_are() -> None:
    """Each alert that a matcher names is in the rules."""
    text = (grafana.FOLDER / "alertmanager.yml").read_text()
    named = set(re.findall(r"\bTailwatch[A-Z]\w+", text))

    assert named and named <= CASES.keys()
