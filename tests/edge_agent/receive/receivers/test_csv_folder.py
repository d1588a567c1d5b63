"""The drop folder: files are taken when complete, moved when stored, and told when they cannot be read."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge_agent.receive.csv_file import source_of
from edge_agent.receive.receivers.csv_folder import REFUSED, STORED, CsvFolder, Settings
from edge_agent.values import FilePosition, Mapping, RowsDelivery
from tests.edge_agent.place import Log, place
from tests.edge_agent.world import FACILITY_FILE, World, wait_until

MAPPING = Mapping(time_column="Time", time_zone="UTC", columns={"P": "n01:baro.pressure"})
UNITS = {"n01:baro.pressure": "hPa"}
NOBODY = 65534
GOOD = "Time,P\n2020-06-01 00:00,960.8\n2020-06-01 00:05,961.0\n"


class Drop:
    """A folder with its receiver; `positions` stands for the buffer."""

    def __init__(self, path: Path) -> None:
        self.path, self.mapping = path, MAPPING
        self.positions: dict[str, FilePosition] = {}
        self.lines: list[str] = []
        self.is_time_known = True
        self.receiver = self.restarted()

    def restarted(self) -> CsvFolder:
        own = {"position_of": self.position, "is_time_known": lambda: self.is_time_known, "log": self.log}
        changed = msgspec.structs.replace(place(Log(), now_ms=lambda: 1), units=UNITS, **own)
        self.receiver = CsvFolder(Settings(self.path, self.mapping), changed, settle_s=0.2)
        return self.receiver

    def position(self, source: str) -> FilePosition:
        return self.positions.get(source, FilePosition(source))

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(f"{level} {event}")

    def next(self) -> RowsDelivery:
        found: list[RowsDelivery] = []

        def take() -> list[RowsDelivery]:
            found.extend(self.receiver.take(0.0))
            return found

        wait_until(take, "a chunk")
        return found[0]


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path / "drop")


def test_a_complete_file_is_taken_and_moved_after_it_is_stored(drop: Drop) -> None:
    """Before the acknowledgement it stays where it is."""
    (drop.path / "a.csv").write_text(GOOD)
    found = drop.next()
    assert found.columns["n01:baro.pressure"][1].tolist() == [960.8, 961.0]
    assert (drop.path / "a.csv").exists()

    found.acknowledge()

    assert (drop.path / STORED / "a.csv").read_text() == GOOD
    assert not (drop.path / "a.csv").exists()


def test_columns_come_in_the_unit_of_their_datastream(drop: Drop) -> None:
    """0.9608 bar are 960.8 hPa (1 bar = 100 kPa exactly)."""
    drop.mapping = Mapping("Time", "UTC", {"P": "n01:baro.pressure"}, units={"P": "bar"})
    drop.restarted()
    (drop.path / "a.csv").write_text("Time,P\n2020-06-01 00:00,0.9608\n2020-06-01 00:05,NAN\n")

    values = drop.next().columns["n01:baro.pressure"][1]

    assert values[0] == pytest.approx(960.8, abs=1e-9)
    assert values[1] != values[1]


def test_a_file_that_is_being_written_waits(drop: Drop) -> None:
    """As long as it grows, and as long as its name says so."""
    (drop.path / "b.csv.part").write_text(GOOD)
    (drop.path / ".c.csv").write_text(GOOD)
    (drop.path / "a.csv").write_text(GOOD[:20])
    assert drop.receiver.take(0.0) == []
    (drop.path / "a.csv").write_text(GOOD)

    found = drop.next()

    assert found.position.rows == 2
    assert found.refused == ()


def test_a_file_that_grows_while_it_is_read_is_not_moved_away(drop: Drop) -> None:
    """What was added is read as a new file."""
    (drop.path / "a.csv").write_text(GOOD)
    found = drop.next()
    (drop.path / "a.csv").write_text(GOOD + "2020-06-01 00:10,962.0\n")

    found.acknowledge()

    assert (drop.path / "a.csv").exists()
    assert drop.next().position.rows == 3


def test_a_file_that_was_stored_before_a_crash_is_only_moved(drop: Drop) -> None:
    """The position in the buffer knows it by its content."""
    (drop.path / "a.csv").write_text(GOOD)
    source = source_of(drop.path / "a.csv", MAPPING)
    drop.positions[source] = FilePosition(source, len(GOOD), 3, 2, 0, is_done=True)

    def is_moved() -> bool:
        assert drop.receiver.take(0.0) == []
        return (drop.path / STORED / "a.csv").exists()

    wait_until(is_moved, "the move")


def test_what_cannot_be_read_is_set_aside_with_the_reason(drop: Drop) -> None:
    """One sentence beside the file, and an ERROR, for a person is needed."""
    (drop.path / "a.csv").write_text("Zeit,P\n2020-06-01 00:00,960.8\n")

    def is_moved() -> bool:
        return not drop.receiver.take(0.0) and (drop.path / REFUSED / "a.csv").exists()

    wait_until(is_moved, "the move")
    assert "'Time'" in (drop.path / REFUSED / "a.csv.reason.txt").read_text()
    assert drop.lines == ["INFO file-begun", "ERROR file-refused"]


def test_a_file_of_another_user_holds_up_no_other(reachable_folder: Path) -> None:
    """It is told and looked at again; the files behind it are taken meanwhile."""
    drop = Drop(reachable_folder / "drop")
    (drop.path / "a.csv").write_text(GOOD)
    (drop.path / "a.csv").chmod(0)
    (drop.path / "b.csv").write_text(GOOD)
    own = os.geteuid()
    os.seteuid(NOBODY if own == 0 else own)  # root may read everything
    try:
        found = drop.next()
    finally:
        os.seteuid(own)

    assert found.position.rows == 2
    assert drop.lines[:2] == ["ERROR drop-folder", "INFO file-begun"]


def test_two_files_of_one_name_are_both_kept(drop: Drop) -> None:
    """A logger that always writes data.csv overwrites nothing."""
    for value in ("960.8", "961.8"):
        (drop.path / "data.csv").write_text(f"Time,P\n2020-06-01 00:00,{value}\n")
        drop.next().acknowledge()

    assert len(list((drop.path / STORED).iterdir())) == 2


def test_links_and_folders_are_left_alone(drop: Drop, tmp_path: Path) -> None:
    """A link could lead anywhere on the gateway."""
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    (drop.path / "a.csv").symlink_to(secret)
    (drop.path / "b.csv").mkdir()
    (drop.path / "c.csv").write_text(GOOD)

    drop.next().acknowledge()

    assert secret.exists()
    assert sorted(path.name for path in drop.path.iterdir()) == ["a.csv", "b.csv", STORED]


MAPPINGS = """
[mappings.crest]
header = "toa5"
time_column = "TIMESTAMP"
time_zone = "UTC"
units = { "BP" = "mbar" }
columns = { "VWHz(1)" = "n07:vw1.frequency", "BP" = "n01:baro.pressure" }
[mappings.pond]
time_column = "Zeit"
time_zone = "Europe/Lisbon"
time_format = "%d.%m.%Y %H:%M"
delimiter = ";"
decimal = ","
columns = { "Pegel" = "n01:pond.level" }
"""
CREST = b"""\
\xef\xbb\xbf"TOA5","CR1000","CR1000","32304"\r
"TIMESTAMP","RECORD","VWHz(1)","BP"\r
"TS","RN","Hz","mbar"\r
"","","Smp","Smp"\r
"2025-11-25 10:00:00",1,2810.662,960.5\r
"2025-11-25 10:01:00",2,"NAN",960.6\r
"2025-11-25 10:02:00",3,2810.9\r
"2025-11-25 10:03:00",4,28x0.9,960.7\r
"2025-11-25 25:03:00",5,2810.9,960.7\r
"2025-11-25 10:04:00",6,2811.25,960.8\r
"2025-11-25 10:05:00",7,2811.5,96"""
POND = (
    "\ufeffZeit;Pegel\n"
    "26.10.2025 00:30;338,41\n"  # 23:30Z the day before: Lisbon is UTC+1 until 01:00Z
    "26.10.2025 01:30;338,42\n"  # twice that night
    "26.10.2025 02:30;338,43\n"  # UTC+0 from now on
    "30.03.2025 01:30;338,44\n"  # never: the clocks went from 01:00 to 02:00
    "26.10.2025 02:40;1.338,4\n"
    "\n"
    "26.10.2025 02:50;\n"
    "26.10.2025 02:30;338,99\n"
)


def test_two_loggers_with_every_usual_fault_lose_nothing(world: World) -> None:
    """BOM, CRLF, quotes, NAN, decimal comma, wrong rows, half a last line, hours that exist twice or never: what can be
    read is at the centre, every other line is named there, and line by line nothing is missing."""
    facility_file = world.folder / "vale.toml"
    facility_file.write_text(MAPPINGS + FACILITY_FILE.read_text())
    drops = {name: world.folder / name for name in ("crest", "pond")}
    receivers = tuple(Settings(path, name) for name, path in drops.items())
    centre = world.centre()
    with world.agent(facility_file=facility_file, receivers=receivers):
        (drops["crest"] / "table1.dat").write_bytes(CREST)
        (drops["pond"] / "pond.csv").write_text(POND, encoding="utf-8")
        for path in drops.values():
            wait_until(lambda path=path: any((path / STORED).glob("*")), "the file is stored")  # type: ignore[misc]
        wait_until(lambda: sum(len(one.quarantine) for one in centre.batches.values()) == 8, "what was refused")

    rows = centre.observations()
    frequency = [(time_ms, row.value, row.missing) for (name, time_ms), row in rows.items() if "w1.freq" in name]
    pressure = {row.value for (name, _), row in rows.items() if name == "n01:baro.pressure"}
    level = {time_ms: row.value for (name, time_ms), row in rows.items() if name == "n01:pond.level"}
    refused = [(one.field, one.reason) for batch in centre.batches.values() for one in batch.quarantine]
    ten = round(datetime(2025, 11, 25, 10, tzinfo=UTC).timestamp() * 1000)
    night = round(datetime(2025, 10, 25, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert sorted(frequency) == [
        (ten, 2810.662, None),
        (ten + 60_000, None, "no-value"),
        (ten + 240_000, 2811.25, None),
    ]
    assert pressure == {960.5, 960.6, 960.7, 960.8}, (
        "beside a frequency that is no number stands a pressure that is one"
    )
    assert level == {night: 338.41, night + 3 * 3_600_000: 338.43, night + 200 * 60_000: None}
    assert sorted(refused) == [
        ("line 11, line", "no-line-end"),
        ("line 3, Zeit", "ambiguous-time"),
        ("line 5, Zeit", "no-such-time"),
        ("line 6, n01:pond.level", "bad-number"),
        ("line 7, line", "column-count"),
        ("line 8, n07:vw1.frequency", "bad-number"),
        ("line 9, TIMESTAMP", "bad-time"),
        ("line 9, Zeit", "same-time"),
    ]
    centre.close()


def test_a_workbook_is_sent_to_the_centre(drop: Drop) -> None:
    """A gateway reads no XLSX: what a crafted one costs is borne by a process with limits, at the centre."""
    (drop.path / "a.xlsx").write_bytes(b"PK\x03\x04 and so on")

    wait_until(lambda: drop.receiver.take(0.0) or (drop.path / REFUSED).exists(), "it is refused")

    assert (drop.path / REFUSED / "a.xlsx").exists()
    assert "observations import" in (drop.path / REFUSED / "a.xlsx.reason.txt").read_text()


def test_a_file_waits_while_nobody_knows_the_time(drop: Drop) -> None:
    """No row could be told from one of tomorrow; the file lies where it is, and loses nothing by it."""
    file = drop.path / "a.csv"
    file.write_text("Time,P\n2025-06-01 00:00,960.8\n")
    drop.is_time_known = False
    time.sleep(0.5)
    waited = [drop.receiver.take(0.0) for _ in range(3)]
    drop.is_time_known = True

    assert waited == [[], [], []]
    assert drop.next().position.rows == 1
