"""The history as files: every raw datastream of the facility, no row where a node was silent, made once."""

from pathlib import Path

import numpy as np
import pytest

import edge_agent
from tailings.facility import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo import history
from tailwatch.demo.dam import DAY_S, HISTORY_DAYS, HISTORY_INTERVAL_S, Anchor, Dam

ANCHOR = Anchor(1_780_000_200, 20)
WHOLE = HISTORY_DAYS * DAY_S / HISTORY_INTERVAL_S


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return history.write(tmp_path_factory.mktemp("demo") / "history", Dam(ANCHOR))


def test_every_raw_datastream_has_a_column(files: list[Path]) -> None:
    """The mappings beside the files, as the edge agent reads them, name all of dam.toml and nothing else."""
    facility = parse(FACILITY_FILE.read_text())
    mapped = {name for file in files for name in edge_agent.load_mapping(file.with_suffix(".toml")).columns.values()}

    assert mapped == {name for name, datastream in facility.datastreams.items() if datastream.is_raw}


def test_a_silent_node_has_no_rows(files: list[Path]) -> None:
    """n02 lacks its gap (0.7 d), n08 the quarter of a day since its clock is lost; the others are whole."""
    rows = {file.stem: len(file.read_text().splitlines()) - 1 for file in files if file.stem != "dips"}

    assert {stem: round(WHOLE - count) for stem, count in rows.items()} == {
        "n01-n03-n04-n05-n06-n07": 0,
        "n02": round(0.7 * DAY_S / HISTORY_INTERVAL_S),
        "n08-n01": round(0.25 * DAY_S / HISTORY_INTERVAL_S) + 1,
    }


def test_the_standpipe_is_read_by_hand_once_a_week(files: list[Path]) -> None:
    """Each depth below the casing's top (332.6 m) gives the level of the tip beside it to 3 cm; none is a week late."""
    (file,) = [file for file in files if file.stem == "dips"]
    lines = [line.split(",") for line in file.read_text().splitlines()[1:]]
    times = np.array([np.datetime64(time, "s").astype(np.int64) for time, _ in lines], np.float64)
    levels = 332.6 - np.array([float(depth) for _, depth in lines])

    assert np.abs(levels - Dam(ANCHOR).levels_m("n05:vw1", times)).max() < 0.03
    assert np.diff(times).max() < 8 * DAY_S and times[-1] < ANCHOR.began_s


def test_files_are_made_once(files: list[Path]) -> None:
    """A second start finds them as they are, so that the import goes on where it was."""
    before = [file.stat().st_mtime_ns for file in files]

    assert history.write(files[0].parent, Dam(Anchor(ANCHOR.began_s + 300, 20))) == files
    assert [file.stat().st_mtime_ns for file in files] == before
