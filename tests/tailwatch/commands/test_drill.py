"""`tailwatch drill draft`: what it prints is a scenario that the rehearsal lets pass."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailings.drill import DrillScope, read_scenario
from tailings.drill.readings import calm_of
from tailings.drill.rehearsal import check
from tailwatch.commands import drill
from tests.tailings.drill import pond


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The facility file of an operator."""
    made = tmp_path / "pond.toml"
    made.write_text(pond.text())
    return made


def test_what_is_drafted_can_be_held(file: Path) -> None:
    """It is read back, and by it the plan reaches its levels in time."""
    found = CliRunner().invoke(drill.app, ["draft", str(file), "--plan", "overtopping"])
    facility = pond.pond()
    calm = calm_of(facility, pond.DRIVERS, pond.PLANS)
    scope = DrillScope(frozenset(calm.values), frozenset(facility.instruments), frozenset(pond.PLANS))
    scenario = read_scenario(found.stdout, scope)

    assert found.stdout.count("[[injects]]") == len(scenario.injects) == 3
    check(facility, calm, scenario, datetime.now(UTC), pond.PLANS)


def test_a_plan_that_nobody_approved_is_refused(tmp_path: Path) -> None:
    """Exit code 2, and what can be exercised; the control is the test above."""
    file = tmp_path / "pond.toml"
    file.write_text(pond.FILE.read_text())
    found = CliRunner().invoke(drill.app, ["draft", str(file), "--plan", "overtopping"])

    assert found.exit_code == 2
    assert "known are minimum-freeboard; one that nobody approved calls nobody" in found.stderr
