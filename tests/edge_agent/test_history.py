"""An import of history: through the same path, and resumed after kill -9 without a row twice or lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from edge_agent.history import import_history, mapping_of
from edge_agent.receive.csv_rows import BadCsvFile
from edge_agent.receive.receivers import csv_folder
from edge_agent.values import Mapping
from runtime.settings import BadSettings
from tests.edge_agent.world import World, clock_at

MAPPING = Mapping(
    time_column="Time",
    time_zone="UTC-06:00",
    columns={"BP": "n01:baro.pressure", "F": "n07:vw1.frequency", "T": "n07:vw1.thermistor"},
)
ROWS = 20_000
IMPORTER = Path(__file__).with_name("import_until_killed.py")
NOW_MS = 1_764_079_200_000


def history(folder: Path) -> Path:
    """Five minutes a row, with one that is no number in the middle."""
    file = folder / "history.csv"
    start_s = 1_590_969_600
    with file.open("w") as out:
        out.write("Time,BP,F,T\n")
        for row in range(ROWS):
            moment = time.strftime("%Y-%m-%d %H:%M", time.gmtime(start_s + row * 300))
            out.write(f"{moment},{'broken' if row == 7777 else 950 + row % 50},{2800 + row % 90},{4821 + row % 70}\n")
    return file


def test_a_file_reaches_the_centre_whole(world: World) -> None:
    """Every row raw and derived, the broken one named by its line; the import ends with the centre's ack of it."""
    file, centre = history(world.folder), world.centre()

    progress = list(import_history(world.settings, file, MAPPING, clock_at(lambda: NOW_MS), world.log))

    assert (progress[-1].rows, progress[-1].refused, progress[-1].unacked) == (ROWS, 1, 0)
    rows = centre.observations()
    assert len([name for name, _ in rows if name == "n07:vw1.temperature"]) == ROWS
    assert len([name for name, _ in rows if name == "n01:baro.pressure"]) == ROWS - 1
    # vale.toml calibrates from 2024-06-12 on: before that there is no pressure, and it is not made up
    assert {row.missing for (name, _), row in rows.items() if name == "n07:vw1.pressure"} == {"calibration-none"}
    refused = [one for found in centre.batches.values() for one in found.quarantine]
    assert [(one.reason, one.field) for one in refused] == [("bad-number", "line 7779, n01:baro.pressure")]
    centre.close()


def test_kill_9_in_the_middle_is_gone_on_from(world: World) -> None:
    """Killed several times, the import still brings each row, and every chunk is stored once."""
    file, centre, chance = history(world.folder), world.centre(), random.Random(3)
    values = msgspec.json.encode({"settings": world.settings, "mapping": MAPPING, "file": file}, enc_hook=str)
    (world.folder / "import.json").write_bytes(values)
    words = [sys.executable, str(IMPORTER), str(world.folder / "import.json")]
    for _ in range(3):
        running = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        running.stdout.close()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=60)

    found = list(centre.batches.values())
    frequency = [row.time_ms for one in found for row in one.observations if row.name == "n07:vw1.frequency"]
    assert len(frequency) == len(set(frequency)) == ROWS
    assert len({one.epoch for one in found}) == 1
    centre.close()


def test_a_file_that_was_stored_is_not_stored_again(world: World) -> None:
    """The second run says the same figures and sends one batch, an empty one: a restored centre hears by its
    `oldest_unacked` that all before it was settled."""
    file, centre = history(world.folder), world.centre()
    first = list(import_history(world.settings, file, MAPPING, clock_at(lambda: NOW_MS), world.log))[-1]
    before = dict(centre.batches)

    again = list(import_history(world.settings, file, MAPPING, clock_at(lambda: NOW_MS), world.log))

    assert again[-1] == first
    ((_, seq), told), *others = [item for item in centre.batches.items() if item[0] not in before]
    assert (others, told.observations, told.packs, told.oldest_unacked) == ([], [], [], seq)
    centre.close()


def test_a_replay_brings_a_stored_file_once_more(world: World) -> None:
    """For a centre that has lost it; the mapping is that of the drop folder in which it lies."""
    file, centre = history(world.folder), world.centre()
    drop = csv_folder.Settings(world.folder, MAPPING)
    settings = msgspec.structs.replace(world.settings, receivers=(drop,))
    mapping = mapping_of(settings, file, world.log)
    first = list(import_history(settings, file, mapping, clock_at(lambda: NOW_MS), world.log))[-1]
    before = len(centre.batches)

    again = list(import_history(settings, file, mapping, clock_at(lambda: NOW_MS), world.log, is_again=True))[-1]

    assert mapping is MAPPING
    assert (again.rows, again.refused) == (first.rows, first.refused) == (ROWS, 1)
    assert sum(bool(one.observations) for one in centre.batches.values()) == 2 * before, "and an empty one ahead"
    centre.close()


def test_a_mapping_that_nobody_can_tell_is_asked_for(world: World) -> None:
    """Without a drop folder, or with two that a file does not lie in."""
    drops = tuple(csv_folder.Settings(world.folder / name, MAPPING) for name in "ab")

    for receivers in ((), drops):
        settings = msgspec.structs.replace(world.settings, receivers=receivers)
        with pytest.raises(BadSettings, match="--map"):
            mapping_of(settings, world.folder / "history.csv", world.log)
    settings = msgspec.structs.replace(world.settings, receivers=drops)
    assert mapping_of(settings, world.folder / "a" / "stored" / "history.csv", world.log) is MAPPING


def test_a_mapping_that_does_not_fit_the_file_changes_nothing(world: World) -> None:
    """The sentence names the column."""
    file = world.folder / "other.csv"
    file.write_text("Zeit,BP,F,T\n2020-06-01 00:00,1,2,3\n")

    with pytest.raises(BadCsvFile, match="'Time'"):
        list(import_history(world.settings, file, MAPPING, clock_at(lambda: NOW_MS), world.log))
