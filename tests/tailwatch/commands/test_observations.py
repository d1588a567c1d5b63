"""`tailwatch observations import`: a file as an operator brings it, and three months of a real tailings pond."""

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

import edge_agent
from edge_agent import FilePosition, TimeBounds
from edge_agent.receive.csv_file import read_chunks
from ingest import database
from ingest.imports import ImportedChunk, Sieve
from tailwatch import survey
from tailwatch.__main__ import app
from tailwatch.commands import observations
from tests import pond
from tests.servers import server_folder
from tests.tailwatch import files_of_loggers
from tests.tailwatch.files_of_loggers import LoggerFile, Row
from tests.tailwatch.installation import Installation

IMPORT_WITHIN_S = 100
EXAMPLE = "time,n01:pond.level\n2026-01-01T00:00:00,338.5\n2026-01-01T00:05:00,many\n2026-01-01T00:30:00,338.6\n"
FACILITY = """\
[facility]
id = "{id}"
name = "Pond"
version = 1
timezone = "America/Edmonton"
location = {{ lon = -114.0, lat = 51.0 }}
commissioned = 2015-01-01
public = true
[[facility.geometry]]
valid_from = 2015-01-01
crest_m = 342.0
[agents.gw1]
nodes = ["n01"]
[nodes.n01]
expected_interval_s = 300
[instruments."n01:baro"]
driver = "barometer"
[instruments."n01:pond"]
driver = "pond_level"
pressure = "vented"
[datastreams."n01:baro.pressure"]
quantity = "barometric-pressure"
unit = "mbar"
[datastreams."n01:baro.temperature"]
quantity = "temperature"
unit = "Cel"
[datastreams."n01:pond.level"]
quantity = "pond-level"
unit = "m"
[datastreams."n01:pond.temperature"]
quantity = "temperature"
unit = "Cel"
[datastreams."n01:pond.freeboard"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = {{ level = "n01:pond.level" }}
"""
COLUMNS = ("baro.pressure", "baro.temperature", "pond.level", "pond.temperature", "pond.freeboard")
MAP = """\
time_column = "Time"
time_zone = "UTC-06:00"
[columns]
"BP_mbar" = "n01:baro.pressure"
"PanelTemp[degC]" = "n01:baro.temperature"
"Primary Pond Level[m]" = "n01:pond.level"
"SmartPT_Temp[N/A]" = "n01:pond.temperature"
"""
OTHERS = 19
"""Columns of diagnosis beside the reading: with them a row has 200 bytes."""
PEAK = """
import resource, sys
from tailwatch.__main__ import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    print(*(resource.getrusage(one).ru_maxrss for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""
"""A command, and then the most memory [kB] that it and its child have taken."""
STORED = """
SELECT substr(d.name, length(d.facility_id) + 2), o.phenomenon_time, o.result, o.quality, o.tests
FROM observation o JOIN datastream d ON d.id = o.datastream_id WHERE d.facility_id = %s ORDER BY 1, 2
"""
KNOWN = """
SELECT substr(d.name, length(d.facility_id) + 2), o.phenomenon_time, o.result, o.quality
FROM datastream d CROSS JOIN LATERAL observation_as_of(d.id, '-infinity', 'infinity', %s) o
WHERE d.facility_id = %s AND o.quality NOT IN (4, 9) ORDER BY 1, 2
"""
VERSIONS = """
SELECT count(*), sum(hashtext(o.xmin::text || o.ctid::text || o.tableoid::text)::bigint)
FROM observation o JOIN datastream d ON d.id = o.datastream_id WHERE d.facility_id = %s
"""


def words(*more: str) -> list[str]:
    return [sys.executable, "-m", "tailwatch", "observations", "import", *more]


def tailwatch_import(*more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words(*more), capture_output=True, text=True, timeout=IMPORT_WITHIN_S)


def here(*more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, which is a second faster."""
    done = CliRunner().invoke(app, more)
    return subprocess.CompletedProcess(more, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """Four facilities with one pond each."""
    with server_folder() as folder:
        files = []
        for name in ("pond", "killed", "small", "unused"):
            files.append(folder / f"{name}.toml")
            files[-1].write_text(FACILITY.format(id=name))
        installation = Installation(folder / "state", files)
        yield installation
        installation.end()


@pytest.fixture(scope="module")
def pond_words(running: Installation) -> list[str]:
    """What every import of the pond says beside its facility."""
    file = running.folder / "pond-map.toml"
    file.write_text(MAP)
    return [str(pond.FILE), "--map", str(file), "--state", str(running.folder)]


@pytest.fixture(scope="module")
def imported(pond_words: list[str]) -> subprocess.CompletedProcess[str]:
    """The first import of the pond into the facility `pond`."""
    return tailwatch_import(*pond_words, "--facility", "pond")


def test_the_time_zone_must_be_said(tmp_path: Path) -> None:
    """Without a map and without a zone nothing is guessed; a map without a zone is refused by its key."""
    (tmp_path / "a.csv").write_text(EXAMPLE)
    (tmp_path / "map.toml").write_text(MAP.replace('time_zone = "UTC-06:00"\n', ""))

    unsaid = tailwatch_import(str(tmp_path / "a.csv"), "--facility", "pond")
    unmapped = tailwatch_import(str(tmp_path / "a.csv"), "--facility", "pond", "--map", str(tmp_path / "map.toml"))

    assert unsaid.returncode == unmapped.returncode == 2
    assert "--time-zone Europe/Lisbon" in unsaid.stderr
    assert "the key 'time_zone' is missing; add it" in unmapped.stderr


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    """In words, without a number of the operating system."""
    done = tailwatch_import(str(tmp_path / "none.csv"), "--facility", "pond", "--time-zone", "UTC")

    assert (done.returncode, done.stderr) == (2, f"tailwatch: {tmp_path}/none.csv: No such file or directory\n")


def test_a_wrong_column_is_told_with_the_nearest_one(running: Installation, tmp_path: Path) -> None:
    """One letter is missing in the map."""
    (tmp_path / "a.csv").write_text("Time,BP_mbar\n2026-01-01T00:00:00,900\n")
    map_file = tmp_path / "map.toml"
    map_file.write_text('time_column = "Time"\ntime_zone = "UTC"\n[columns]\nBP_mbr = "n01:baro.pressure"\n')

    done = tailwatch_import(
        str(tmp_path / "a.csv"), "--facility", "small", "--map", str(map_file), "--state", str(running.folder)
    )

    assert done.returncode == 2
    assert "no column 'BP_mbr'; did you mean 'BP_mbar'?" in done.stderr


def test_a_folder_where_nothing_runs_is_told(tmp_path: Path) -> None:
    """The sentence names the facility, the folder and what to start."""
    (tmp_path / "a.csv").write_text(EXAMPLE)

    done = tailwatch_import(
        str(tmp_path / "a.csv"), "--facility", "pond", "--time-zone", "UTC", "--state", str(tmp_path / "none")
    )

    assert done.returncode == 2
    assert "'pond'" in done.stderr and "tailwatch up" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_report_names_refused_lines_and_gaps(running: Installation, tmp_path: Path) -> None:
    """One word instead of a number, and half an hour with one reading in it."""
    (tmp_path / "a.csv").write_text(EXAMPLE)

    done = tailwatch_import(
        str(tmp_path / "a.csv"), "--facility", "small", "--time-zone", "UTC", "--state", str(running.folder)
    )

    assert done.returncode == 1, done.stderr
    assert "a.csv: 3 rows, import " in done.stdout
    assert "refused: 1 cell of n01:pond.level as bad-number, first in line 3; write a finite number" in done.stdout
    assert "2026-01-01 00:00:00Z to 2026-01-01 00:30:00Z: 5 missing" in done.stdout
    assert "1 gap (a reading is expected every 300 s), 5 instants missing" in done.stdout


class TestUndo:
    """One file, and a corrected copy of it, in a facility of their own."""

    FIRST = "time,n01:pond.level,n01:pond.temperature\n" + "".join(
        f"2026-02-01T00:{minute:02d}:00,{338 + minute / 100},{4 + minute / 10}\n" for minute in range(0, 60, 5)
    )

    def test_a_value_that_differs_stays_until_it_is_replaced_with_a_reason(
        self, running: Installation, tmp_path: Path
    ) -> None:
        """The copy has one other level and one row more; kept as it was it counts, with --replace it is a revision."""
        self.bring(running, tmp_path, self.FIRST)
        before = stored(running, "unused")
        copy = self.FIRST.replace("00:30:00,338.3,", "00:30:00,340.5,") + "2026-02-01T01:00:00,338.6,10\n"

        kept = self.bring(running, tmp_path, copy)
        dry = self.bring(running, tmp_path, copy, options=("--replace", "--reason", "gauge", "--dry-run"))
        unchanged = stored(running, "unused")
        replaced = self.bring(
            running, tmp_path, copy, options=("--replace", "--reason", "the gauge was read by two people")
        )

        assert (kept.returncode, replaced.returncode) == (1, 0), replaced.stderr
        assert cells(kept.stdout)["n01:pond.level"] == [13, 1, 11, 1, 0, 0, 0]
        assert (
            cells(dry.stdout)["n01:pond.level"] == cells(replaced.stdout)["n01:pond.level"] == [13, 0, 12, 0, 1, 0, 0]
        )
        assert "2026-02-01 00:30:00Z: 338.3 is stored, 340.5 in the file" in kept.stdout
        assert [row for row in unchanged if row in before] == before, "what was kept is as it was"
        now = {(name, instant): result for name, instant, result, _, _ in stored(running, "unused")}
        at = datetime(2026, 2, 1, 0, 30, tzinfo=UTC)
        assert (now["n01:pond.level", at], now["n01:pond.freeboard", at]) == (340.5, pytest.approx(342 - 340.5))

    def test_an_import_is_listed_compared_and_taken_back(self, running: Installation, tmp_path: Path) -> None:
        """Undone, the readings of every datastream are those before it, and the file can be brought again.

        As of the instants between, what was known is what stood there then: an import is received when it is made.
        """
        self.bring(running, tmp_path, self.FIRST.replace("2026-02-01", "2026-02-03"))
        before, then = usable(running, "unused"), datetime.now(UTC)
        more = (
            self.FIRST.replace("2026-02-01", "2026-02-04").replace("338.2,", "-9999,") + "2026-02-03T00:30:00,341,7\n"
        )
        brought = self.bring(running, tmp_path, more, options=("--replace", "--reason", "a wrong file"))
        number = brought.stdout.partition("import ")[2].split()[0]
        during, amid = usable(running, "unused"), datetime.now(UTC)

        shown = self.ask(running, "show", number)
        compared = self.ask(running, "compare", number)
        told = json.loads(self.ask(running, "show", number, "--json").stdout)
        (differing,) = json.loads(self.ask(running, "compare", number, "--json").stdout)["replaced"]
        undone = self.ask(running, "undo", number, "--reason", "it was that of another pond")
        after = usable(running, "unused")
        again = self.bring(running, tmp_path, more, options=("--replace", "--reason", "no, it was right"))

        assert brought.returncode == 0 and during != before
        assert cells(shown.stdout) == cells(brought.stdout) and "1 cell of n01:pond.level as -9999" in shown.stdout
        assert "n01:pond.level: 12 brought, 12 of them stand, 0 were taken back" in compared.stdout
        assert "2026-02-03T00:30:00Z: 338.3 was stored, 341 stands now" in compared.stdout
        assert (str(told["id"]), told["counts"]["columns"]["n01:pond.level"]["sentinels"]) == (number, {"-9999": 1})
        assert (differing["before"], differing["now"]) == (338.3, 341.0)
        assert undone.returncode == 0 and after == before
        assert [running.rows(KNOWN, as_of, "unused") for as_of in (then, amid)] == [before, during]
        assert again.returncode == 0 and usable(running, "unused") == during
        assert f"{number} " in self.ask(running, "list").stdout and "undone by" in self.ask(running, "list").stdout

    def bring(
        self, running: Installation, folder: Path, text: str, options: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Import a text."""
        (folder / "gauge.csv").write_text(text)
        place = ("--facility", "unused", "--time-zone", "UTC", "--state", str(running.folder))
        done = here("observations", "import", str(folder / "gauge.csv"), *place, *options)
        assert done.returncode in (0, 1), done.stderr
        return done

    def ask(self, running: Installation, verb: str, *more: str) -> subprocess.CompletedProcess[str]:
        """Run `tailwatch import VERB`."""
        place = ("--facility", "unused", "--state", str(running.folder))
        return here("import", verb, *more, *place)


class TestPond:
    """Three months of a real pond, 5-minute readings with holes."""

    def test_every_instant_arrives_and_every_hole_is_told(
        self, running: Installation, imported: subprocess.CompletedProcess[str]
    ) -> None:
        """26,478 instants a column, levels from 338.22 to 338.90 m, and 18 instants missing by report and api."""
        assert imported.returncode == 0, imported.stderr
        assert f"{pond.ROWS} rows, import " in imported.stdout
        assert [line.split() for line in imported.stdout.splitlines() if line.startswith("n01:")] == [
            [f"n01:{name}", str(pond.ROWS), str(pond.ROWS), "0", "0", "0", "0", "0"]
            for name in sorted(COLUMNS)
            if name != "pond.freeboard"
        ]
        assert "18 instants missing" in imported.stdout
        for column in COLUMNS:
            count, low, high = running.rows(
                "SELECT count(*), min(o.result), max(o.result) FROM observation o JOIN datastream d "
                "ON d.id = o.datastream_id WHERE d.name = %s",
                f"pond:n01:{column}",
            )[0]
            assert count == pond.ROWS
            assert column != "pond.level" or (low, high) == (338.22, 338.90)
        coverage = running.get("datastreams/pond:n01:pond.level")["coverage"]
        assert coverage == {"first": "2020-06-01T06:00:00Z", "last": "2020-09-01T05:55:00Z", "count": pond.ROWS}
        pages = list(told(running, "pond:n01:pond.level"))
        assert [len(times) for times, _ in pages] == [10_000, 10_000, 6_478]
        assert [gap for _, gaps in pages for gap in gaps] == holes()

    @pytest.mark.usefixtures("imported")
    def test_again_changes_no_row(self, running: Installation, pond_words: list[str]) -> None:
        """The second import takes no time and leaves every row the row it was, by PostgreSQL's own numbers."""
        before = running.rows(VERSIONS, "pond")

        again = tailwatch_import(*pond_words, "--facility", "pond")

        assert again.returncode == 0
        assert "an earlier run had taken all of it" in again.stdout
        assert running.rows(VERSIONS, "pond") == before
        assert before[0][0] == pond.ROWS * len(COLUMNS)

    @pytest.mark.usefixtures("imported")
    def test_killed_in_the_middle_and_again_gives_the_same_rows(
        self, running: Installation, pond_words: list[str]
    ) -> None:
        """kill -9 early, in the middle and late; the last run goes on, and the rows are those of an undisturbed one."""
        for lines in (1, 3, 6):
            kill_after(lines, words(*pond_words, "--facility", "killed", "--json"))
        done = tailwatch_import(*pond_words, "--facility", "killed")

        assert done.returncode == 0, done.stderr
        assert running.rows(STORED, "killed") == running.rows(STORED, "pond")


BROUGHT = set[LoggerFile]()
"""The files of the examples before: of many some are the same."""


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(made=files_of_loggers.files())
def test_no_cell_of_any_file_is_lost(running: Installation, made: LoggerFile) -> None:
    """Cells in = stored + already there + differing + replaced + missing + refused, as the maker of the file counts
    them; and what is called stored is in the database: by gateway, broker and ingest. A file that was here before says
    what it said then, and stores nothing."""
    before, is_again = results(running), made in BROUGHT
    BROUGHT.add(made)
    with tempfile.TemporaryDirectory() as folder:
        report = bring_made(running, Path(folder), made)
    found, after = cells(report), results(running)

    assert lost(found, made) == []
    stored = {name: 0 if is_again else row[1] for name, row in found.items()}
    assert {name: after[name] - before[name] for name in found} == stored


def test_a_cell_that_is_lost_is_noticed(running: Installation, tmp_path: Path) -> None:
    """The control: a reader that drops one cell of a chunk, and one that counts a row less."""
    made = files_of_loggers.plain([Row(at, ["1.5", "2.5", "many"], "") for at in range(5)])
    (tmp_path / "map.toml").write_text(made.map)
    (tmp_path / made.name).write_bytes(made.content)
    mapping = survey.read_mapping(tmp_path / made.name, tmp_path / "map.toml", None)
    gateway = survey.settings_of(running.folder, "small", mapping)
    (chunk,) = survey.chunks(tmp_path / made.name, mapping, gateway)
    times, values = chunk.columns["n01:pond.level"]
    dropped = msgspec.structs.replace(chunk, columns={**chunk.columns, "n01:pond.level": (times[1:], values[1:])})

    assert lost(dry(running, gateway, chunk), made) == []
    assert lost(dry(running, gateway, dropped), made) == ["n01:pond.level"]
    assert len(lost(dry(running, gateway, chunk), made._replace(rows=6))) == 3


def test_the_commands_of_the_page_do_what_it_says(
    running: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is run in the order of docs/operating/import.md, with a facility that is there and its import's number."""
    page = Path("docs/operating/import.md").resolve().read_text()
    (tmp_path / "history.csv").write_text("Date,n01:pond.level\n2026-04-01 00:00,338.5\n2026-04-01 00:05,338.6\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAILWATCH_STATE", str(running.folder))
    done = []
    for line in [one.strip() for one in page.splitlines() if one.startswith("    tailwatch ")]:
        number = running.rows("SELECT max(id) FROM import WHERE facility_id = 'small'")[0][0]
        words = [str(number) if word == "1" else word for word in shlex.split(line.replace("my-dam", "small"))[1:]]
        done.append(CliRunner().invoke(app, words))

    assert [one.exit_code for one in done] == [0] * 8, "\n".join(one.output for one in done)
    assert all(cells(one.output)["n01:pond.level"][0] == 2 for one in (*done[1:4], done[5]))


def test_a_file_of_any_size_takes_the_same_memory(running: Installation, tmp_path: Path) -> None:
    """10,000 and 50,000 rows read and sieved, by tracemalloc: the peak does not grow by 300 kB; that of the control,
    which holds what it reads, grows by more than 500."""
    files = [made_file(tmp_path / f"{rows}.csv", rows, "n01:pond.level", 300) for rows in (10_000, 50_000)]
    mapping = survey.read_mapping(files[0], None, "UTC")
    gateway = survey.settings_of(running.folder, "small", mapping)
    conninfo = (running.folder / "settings/tailwatch_ingest.conninfo").read_text().strip()

    def peak_bytes(file: Path, held: list[object]) -> int:
        with database.connect(conninfo) as connection:
            sieve = Sieve(connection, "small", survey.expected_s(gateway), is_replacing=False)
            tracemalloc.start()
            for chunk in read_chunks(file, mapping, TimeBounds(0, lambda: 4_000_000_000_000), FilePosition("x")):
                sieve.take(survey.chunk_of(chunk))
                held[1:] = [*held[1:], chunk] if held else []
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return peak

    peak_bytes(files[0], [])  # what is loaded late is loaded
    peaks = [peak_bytes(file, []) for file in files]

    assert peaks[1] - peaks[0] < 300_000, peaks
    assert peak_bytes(files[1], ["held"]) - peaks[0] > 500_000


def made_file(file: Path, rows: int, column: str, step_s: int, others: int = 0) -> Path:
    """A file of so many rows; others: columns of the logger's own beside, of 9 bytes each."""
    start_s = round(datetime(2015, 2, 1, tzinfo=UTC).timestamp())
    tails = [
        "".join(f",{1000 + (7 * at + 13 * place) % 9000:04}.{at:03}" for place in range(others)) for at in range(97)
    ]
    with file.open("w") as out:
        out.write(",".join(["time", column, *(f"diag{place}" for place in range(others))]) + "\n")
        for at in range(rows):
            moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(start_s + step_s * at))
            out.write(f"{moment},{5 + at % 97 / 8}{tails[at % 97]}\n")
    return file


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_five_million_rows_are_brought_and_taken_back(running: Installation, tmp_path: Path) -> None:
    """Nine years of minutes in a file of 1 GB, most of it columns that no map names, through the whole chain; the peak
    stays that of a short file, and undone, the readings are by their hash those before. TAILWATCH_ROWS chooses another
    number of rows."""
    rows = int(os.environ.get("TAILWATCH_ROWS", "5000000"))
    file = made_file(tmp_path / "minutes.csv", rows, "temperature", 60, OTHERS)
    assert file.stat().st_size > 195 * rows
    map_ = tmp_path / "map.toml"
    map_.write_text('time_column = "time"\ntime_zone = "UTC"\n[columns]\ntemperature = "n01:baro.temperature"\n')
    place = ("--facility", "unused", "--state", str(running.folder))
    before = hashed(running)

    began_s = time.monotonic()
    line = [sys.executable, "-c", PEAK, "observations", "import", str(file), "--map", str(map_), *place, "--json"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=3000)
    took_s, peak_kb = time.monotonic() - began_s, max(map(int, done.stdout.splitlines()[-1].split()))
    number = str(running.rows("SELECT max(id) FROM import")[0][0])
    undone = here("import", "undo", number, *place, "--reason", "it was to see")

    undone_s = time.monotonic() - began_s - took_s
    print(f"{rows} rows in {took_s:.0f} s, peak {peak_kb / 1000:.0f} MB, undone in {undone_s:.0f} s")
    assert (done.returncode, undone.returncode) == (0, 0), done.stderr + undone.stderr
    assert peak_kb < 250_000
    assert hashed(running) == before


def hashed(running: Installation) -> list[tuple[object, ...]]:
    """The readings of each datastream that count, as a number and the sum of their hashes, by PostgreSQL."""
    query = """SELECT d.name, count(*), sum(hashtextextended(o::text, 0))::text
        FROM observation o JOIN datastream d ON d.id = o.datastream_id
        WHERE d.facility_id = 'unused' AND o.quality NOT IN (4, 9) GROUP BY d.name ORDER BY d.name"""
    return running.rows(query)


def bring_made(running: Installation, folder: Path, made: LoggerFile) -> str:
    """Import a made file in this process, and return its report."""
    (folder / made.name).write_bytes(made.content)
    (folder / "map.toml").write_text(made.map)
    place = ["--facility", "small", "--map", str(folder / "map.toml"), "--state", str(running.folder)]
    done = CliRunner().invoke(observations.app, ["import", str(folder / made.name), *place])
    assert done.exit_code in (0, 1), done.output
    return done.output


def dry(running: Installation, gateway: edge_agent.Settings, chunk: ImportedChunk) -> dict[str, list[int]]:
    """The report of a dry run of one chunk, as a table."""
    expected = survey.expected_s(gateway)
    conninfo = (running.folder / "settings/tailwatch_ingest.conninfo").read_text().strip()
    with database.connect(conninfo) as connection:
        sieve = Sieve(connection, "small", expected, is_replacing=False)
        sieve.take(chunk)
    return cells("\n".join(survey.report(sieve.count, expected)))


def lost(found: dict[str, list[int]], made: LoggerFile) -> list[str]:
    """The columns of a table in which a cell is missing, or counted twice."""
    assert len(found) == len(files_of_loggers.COLUMNS)
    return sorted(name for name, (total, *parts) in found.items() if not made.rows == total == sum(parts))


def results(running: Installation) -> dict[str, int]:
    """How many values of each datastream of the facility are stored, by PostgreSQL's count."""
    query = """SELECT substr(d.name, 7), count(o.result) FROM datastream d
        LEFT JOIN observation o ON o.datastream_id = d.id WHERE d.facility_id = %s GROUP BY d.name"""
    return {str(name): int(str(count)) for name, count in running.rows(query, "small")}


def cells(report: str) -> dict[str, list[int]]:
    """The table of a report: cells, stored, already, differ, replaced, missing, refused."""
    lines = [line.split() for line in report.splitlines() if line.startswith("n01:")]
    return {name: [int(one) for one in some] for name, *some in lines if all(one.isdigit() for one in some)}


def stored(running: Installation, facility: str) -> list[tuple[object, ...]]:
    """All observations of a facility, in order."""
    return running.rows(STORED, facility)


def usable(running: Installation, facility: str) -> list[tuple[object, ...]]:
    """Those that count as readings: neither failed nor missing."""
    return [row[:4] for row in stored(running, facility) if row[3] not in (4, 9)]


def kill_after(lines: int, command: list[str]) -> None:
    """Start an import and kill it with -9 after some lines of progress."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for _ in range(lines):
            running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)


def told(running: Installation, datastream: str) -> Iterator[tuple[list[float], list[list[float]]]]:
    """The times and the gaps of a datastream, page by page, as the api tells them."""
    following: object = f"/api/v1/datastreams/{datastream}/observations?time_format=unix&limit=10000"
    while following is not None:
        page = running.get(str(following).removeprefix("/api/v1/"))
        times, gaps, following = page["times"], page["gaps"], page["next"]
        assert isinstance(times, list) and isinstance(gaps, list)
        yield times, gaps


def holes() -> list[list[float]]:
    """The 18 pairs of instants of the file (six hours behind UTC) between which one is missing."""
    with pond.FILE.open(encoding="utf-8-sig", newline="") as lines:
        local = [datetime.strptime(row["Time"], "%Y-%m-%d %H:%M") for row in csv.DictReader(lines)]
    instants = [one.replace(tzinfo=timezone(timedelta(hours=-6))).timestamp() for one in local]
    found = [[start, end] for start, end in pairwise(instants) if end - start != 300]
    assert len(found) == 18 and all(end - start == 600 for start, end in found)
    return found
