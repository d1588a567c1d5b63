"""The past of a drill as files: a file for each agent that the import reads, and none where nothing looks back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import edge_agent
from tailings.drill.draft import draft
from tailings.drill.readings import calm_of
from tailings.facility import parse
from tailwatch.drill import past_files
from tests.tailings.drill import pond

BEGAN = datetime(2026, 11, 30, 12, tzinfo=UTC)
UNTIL_S = 1_780_000_000.4
PLANS = (*pond.PLANS, "apart")
TWO_AGENTS = ('nodes = ["n01", "n02"]', 'nodes = ["n01"]\n\n[agents.gw2]\nnodes = ["n02"]')


@pytest.mark.parametrize("is_split", [False, True])
def test_each_agent_has_a_file_of_its_nodes(tmp_path: Path, is_split: bool) -> None:
    """Two hours and one more at 300 s are 36 rows up to one interval before the start; mappings name the columns."""
    text = pond.text() + pond.plan_text("apart", pond.apart(0.3, more=", delay_s = 7200.0"))
    facility = parse(text.replace(*TWO_AGENTS) if is_split else text)
    calm = calm_of(facility, pond.DRIVERS, PLANS)
    files = past_files.write(tmp_path, facility, calm, draft(facility, calm, PLANS, BEGAN, "apart"), UNTIL_S)
    lines = [file.read_text().splitlines() for file in files]
    mapped = [{*edge_agent.load_mapping(file.with_suffix(".toml")).columns.values()} for file in files]

    gauges = [{"n01:pond.current"}, {"n02:pond.current"}]
    assert mapped == (gauges if is_split else [set.union(*gauges)])
    assert {len(one) for one in lines} == {37}
    assert {one[-1].partition(",")[0] for one in lines} == {"2026-05-28T20:21:40"}


def test_a_plan_that_does_not_look_back_has_none(tmp_path: Path) -> None:
    """Of values alone."""
    facility = pond.pond()
    calm = calm_of(facility, pond.DRIVERS, pond.PLANS)
    scenario = draft(facility, calm, pond.PLANS, BEGAN, "overtopping")

    assert past_files.write(tmp_path, facility, calm, scenario, UNTIL_S) == [] == list(tmp_path.iterdir())
