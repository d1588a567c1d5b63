"""What facilities take of a machine, against a worked example: two points, a straight line between them and beyond."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from bench.capacity import plant
from tailings.facility import parse
from tailwatch import capacity
from tailwatch.__main__ import app
from tailwatch.capacity import PROGRAMS, CapacityFigures, CapacityPoint, MachineSize

FACILITY = parse(plant.text(0))
"""100 datastreams with a reading a minute: 1.667 readings/s."""


def at(facilities: int, cores: float, memory_mb: float) -> CapacityPoint:
    """A minute of facilities: cores and memory of ingest, and a tenth of the cores of the others."""
    rows = facilities * plant.DATASTREAMS
    return CapacityPoint(
        facilities=facilities,
        datastreams=rows,
        rows=rows,
        seconds=60.0,
        cpu_s={name: 60 * cores * (1.0 if name == "ingest" else 0.1) for name in PROGRAMS},
        memory_mb={name: memory_mb if name == "ingest" else 50.0 for name in PROGRAMS},
        slowest_ack_s=0.1,
    )


MEASURED = CapacityFigures(
    machine="a desk",
    measured_on="2026-11-30",
    points=(at(0, 0.0105, 100.0), at(100, 0.1105, 200.0)),
    disk_bytes=60.0,
    log_bytes=200.0,
    network_bytes=120.0,
    fastest=at(300, 0.3105, 400.0),
)


def test_a_facility_takes_what_a_straight_line_gives() -> None:
    """By hand, 40 facilities: 0.0105 + 40 x 0.001 cores, 100 + 40 MB; 66.67 readings/s x 60 B x 31,557,600 s a year."""
    found = capacity.needs(MEASURED, [FACILITY], 40)

    assert found.datastreams == 4000 and found.rows_s == pytest.approx(4000 / 60)
    assert found.cores["ingest"] == pytest.approx(0.0505) and found.all_cores == pytest.approx(0.0505 * 1.3)
    assert found.memory_mb["ingest"] == pytest.approx(140.0)
    assert found.disk_a_year == pytest.approx(66.667 * 60 * 31_557_600, rel=1e-4)
    assert found.network_s == pytest.approx(8000.0) and not found.is_beyond


def test_a_dear_start_does_not_make_many_dear() -> None:
    """By hand: 0.05 cores at nothing, 0.11 at 100, 0.21 at 300; so 0.16 at 200, and 0.21 + 0.16 / 3 at 400."""
    found = msgspec.structs.replace(
        MEASURED, points=(at(0, 0.05, 100.0), at(100, 0.11, 200.0)), fastest=at(300, 0.21, 400.0)
    )

    cores = [capacity.needs(found, [FACILITY], times).cores["ingest"] for times in (200, 300, 400)]

    assert cores == pytest.approx([0.16, 0.21, 0.21 + 0.16 / 3])


def test_two_files_are_the_sum_of_both() -> None:
    """Two facilities once are one facility twice."""
    assert capacity.needs(MEASURED, [FACILITY, FACILITY]) == capacity.needs(MEASURED, [FACILITY], 2)


def test_beyond_what_was_measured_it_says_so() -> None:
    """At 300 facilities it was measured at the fastest; at 301 it was not."""
    assert [capacity.needs(MEASURED, [FACILITY], times).is_beyond for times in (300, 301)] == [False, True]


@pytest.mark.parametrize(
    ("machine", "limit", "most"),
    [
        (MachineSize(8, 1e12, 1e12), "disk", 44),  # 0.7 x 1e12 / (5 x 3.156e9 x 5 years) is 44.4
        (MachineSize(8, 1e12, 1e15), "ingest", 689),  # (0.7 - 0.0105) / 0.001
        (MachineSize(1, 1e12, 1e15), "processor", 527),  # (0.7 / 1.3 - 0.0105) / 0.001
        (MachineSize(8, 400e6, 1e15), "memory", 30),  # (0.7 x 400 - 250) / 1
        (MachineSize(8, 300e6, 1e15), "memory", 0),
    ],
)
def test_what_ends_first_is_named_with_how_many_fit(machine: MachineSize, limit: str, most: int) -> None:
    """Each limit by hand; a machine that holds none says 0."""
    found = capacity.first_limit(MEASURED, [FACILITY], machine, years=5.0)

    assert found == (limit, most)
    assert most == 0 or not capacity.needs(MEASURED, [FACILITY], most).is_beyond or most > 300


def test_the_figures_of_the_project_are_sound() -> None:
    """Three sizes at least, up to 100 facilities of 100 datastreams; every ack of them came within ten seconds."""
    found = capacity.measured()

    assert [one.facilities for one in found.points] == sorted({one.facilities for one in found.points})
    assert found.points[-1].facilities >= 100 and len(found.points) > 2
    assert all(one.slowest_ack_s < 10 for one in (*found.points, found.fastest))
    assert all(one.rows == one.datastreams * round(one.seconds // 60) for one in found.points)


def test_the_command_tells_it_in_words_and_as_json(tmp_path: Path) -> None:
    """Of a hundred like one: readings a second, a table of programs, and what ends first of the machine asked for."""
    file = tmp_path / "one.toml"
    file.write_text(plant.text(0))
    asked = ["capacity", str(file), "--times", "100", "--cores", "4", "--memory-gb", "16", "--disk-gb", "2000"]
    told = CliRunner().invoke(app, asked)
    also = msgspec.json.decode(CliRunner().invoke(app, [*asked, "--json"]).stdout)

    assert told.exit_code == 0
    assert "100 facilities, 10,000 datastreams,\n167 readings a second." in told.stdout
    assert "4 cores, 16 GB of memory, 2,000 GB of free disk" in told.stdout
    assert also["rows_s"] == pytest.approx(10_000 / 60) and also["first"] in capacity.LIMITS
    assert f"holds {also['fits_times']:,} facilities like this one" in told.stdout
