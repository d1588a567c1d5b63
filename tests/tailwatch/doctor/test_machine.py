"""Of the machine: figures planted, not measured, but for the machine that runs the tests."""

import pytest

from tailwatch.doctor import machine
from tests.tailwatch.doctor.findings import verdicts


def test_this_machine_has_what_is_needed() -> None:
    """The real programs here have versions that fit."""
    assert verdicts(list(machine.versions(machine._version))) == ["good", "good"]


@pytest.mark.parametrize(
    ("found", "says"),
    [(None, "not installed"), ((2, 0, 11), "2.0.15 is needed"), ((1, 6), "2.0.15 is needed")],
)
def test_an_old_or_absent_broker_is_told(found: tuple[int, ...] | None, says: str) -> None:
    """With the command that brings it."""
    finding = next(iter(machine.versions(lambda tool: found)))

    assert (finding.code, finding.verdict, says in finding.says) == ("versions", "fault", True)
    assert finding.fix == "sudo apt install mosquitto"


def test_another_major_version_of_the_database_is_told() -> None:
    """15 and 18 are as wrong as none."""
    for major in (15, 18):
        assert list(machine.versions(lambda tool, major=major: (major, 1)))[1].verdict == "fault"


@pytest.mark.parametrize(
    ("total_mb", "free_mb", "verdict"),
    [(100_000, 50_000, "good"), (100_000, 9_000, "warning"), (10_000, 1_900, "warning"), (10_000, 900, "fault")],
)
def test_a_full_disk_is_told(total_mb: int, free_mb: int, verdict: str) -> None:
    """Under a tenth, or under 2 GB, is a warning; under 1 GB a fault."""
    found = machine.disk(total_mb * machine.MB, free_mb * machine.MB)

    assert (found.code, found.verdict) == ("disk", verdict) and (verdict == "good" or "--state FOLDER" in found.fix)


def test_a_clock_that_nobody_keeps_and_few_files_are_told() -> None:
    """5 is TIME_ERROR of ntp_adjtime(3)."""
    clock, few = machine.clock(5), machine.files(1024)

    assert (clock.code, clock.fix) == ("clock", "sudo timedatectl set-ntp true") and machine.clock(0).verdict == "good"
    assert (few.code, few.verdict) == ("open-files", "warning") and machine.files(-1).verdict == "good"
    assert "LimitNOFILE" in few.fix
