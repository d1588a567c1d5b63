"""`tailwatch facility check` and `apply`: levels that no reading can reach are refused, without and with a centre."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingest import versions
from ingest.database import connect
from ingest.notifications import rotas
from ingest.versions import facility as files
from tailings.facility import parse
from tailings.rota import Shift
from tailwatch.__main__ import app
from tailwatch.commands.demo import FACILITY_FILE
from tests.servers import TestDatabase
from tests.tailings.facilities import VALE, line_of
from tests.tailings.tarp.plans import OVERTOPPING

DEMO = FACILITY_FILE.read_text()
POND = DEMO[DEMO.index('[datastreams."n02:pond.level".filters.gross_range]') :].split("\n\n")[0].split("\n[")[0]
DOUBTED = '[datastreams."n02:pond.level".filters.gross_range]\nfail = [334.0, 342.0]\nsuspect = [336.0, 340.5]'
"""As release 0.1 had it: red is 340.5, and a filter doubts what is above 340.5."""
FIRST_DEMO = DEMO.replace(POND, DOUBTED)
PAGE = Path(__file__).parents[3] / "docs" / "operating" / "facility-file.md"
VALE_TEXT = VALE.read_text()
PLANNED = VALE_TEXT.replace("version = 1\n", "version = 2\n", 1) + OVERTOPPING
UNREACHABLE = PLANNED.replace("value = 340.5", "value = 341.0")
"""Above 341.0 m the pond of the test facility is doubted."""


def tailwatch(*words: str) -> Result:
    """What a person types, with nothing running."""
    return CliRunner().invoke(app, list(words))


def written(folder: Path, text: str) -> Path:
    """A facility file."""
    file = folder / "dam.toml"
    file.write_text(text)
    return file


def _error(text: str) -> str:
    """The error of the plan that a text shows, with the line of its fix."""
    lines = text.splitlines()
    at = next(row for row, line in enumerate(lines) if ": error: tarp.freeboard" in line)
    return "\n".join([lines[at][lines[at].index("line ") :], lines[at + 1]])


@pytest.fixture
def centre(database: TestDatabase, tmp_path: Path) -> Path:
    """The connection file of a centre that has version 1 of the test facility."""
    with connect(database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        files.register(connection, parse(VALE_TEXT), VALE_TEXT)
    file = tmp_path / "ingest"
    file.write_text(database.conninfo("tailwatch_ingest"))
    return file


def test_a_file_in_another_code_is_refused_with_its_line(tmp_path: Path) -> None:
    """Not with the trace of a program: an editor on Windows writes cp1252."""
    file = tmp_path / "dam.toml"
    file.write_bytes(VALE_TEXT.replace("Vale do Sino", "Vale de São João").encode("cp1252"))
    said = tailwatch("facility", "check", str(file))

    assert said.exit_code == 2
    assert "line 5: error: a letter is written in another code than UTF-8" in said.stdout


def test_the_schema_is_printed_for_an_editor() -> None:
    """It is JSON, of draft 7, and knows the tables of the file."""
    printed = json.loads(tailwatch("facility", "schema").stdout)

    assert printed["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert set(printed["properties"]) > {"facility", "nodes", "instruments", "datastreams", "tarp"}


@pytest.mark.case("4", "a level that no reading can reach is refused by the file check, with what is in the way")
def test_the_first_demo_is_refused(tmp_path: Path) -> None:
    """Red above 340.5 m behind a filter that doubts above 340.5 m: line, number, filter, fix; exit code 2."""
    said = tailwatch("facility", "check", str(written(tmp_path, FIRST_DEMO)))

    line = line_of(FIRST_DEMO, 'when = { datastream = "n02:pond.level", test = "above", value = 340.5')
    assert said.exit_code == 2
    assert f"line {line}: error: tarp.freeboard.levels[2].when: red needs n02:pond.level above 340.5 m" in said.output
    assert "the highest value that passes is 340.5 m" in said.output
    assert "In the way: gross_range of n02:pond.level, which lets 336 to 340.5 m pass." in said.output
    assert "Let values above 340.5 m pass, or put the level below 340.5 m." in said.output
    assert _error(said.output) == _error(PAGE.read_text())


def test_the_demo_passes(tmp_path: Path) -> None:
    """The demo's own file has no errors, and says so with exit code 0."""
    said = tailwatch("facility", "check", str(FACILITY_FILE))

    assert said.exit_code == 0
    assert "error:" not in said.output
    assert "0 errors" in said.output


def test_a_program_reads_it_too(tmp_path: Path) -> None:
    """As JSON: code, severity, place, words and values of each finding."""
    said = tailwatch("facility", "check", str(written(tmp_path, FIRST_DEMO)), "--json")

    found = json.loads(said.output)
    limit, error = [one for one in found["findings"] if one["severity"] == "error"]
    assert said.exit_code == 2
    assert (found["errors"], error["code"], error["key"]) == (2, "level-out-of-reach", "tarp.freeboard.levels[2].when")
    assert (limit["code"], limit["key"]) == ("level-out-of-reach", "facility.minimum_freeboard_m")
    assert error["values"]["end"] == pytest.approx(340.5)
    assert error["values"]["failed_tests"][0]["span"] == [336.0, 340.5]


def test_a_file_that_does_not_fit_together_is_told_in_the_same_way(tmp_path: Path) -> None:
    """What `parse` refuses stands in the list with its line; nothing else is said of such a file."""
    text = VALE_TEXT.replace('timezone = "Europe/Lisbon"', 'timezon = "Europe/Lisbon"')
    said = tailwatch("facility", "check", str(written(tmp_path, text)))

    assert said.exit_code == 2
    assert f"line {line_of(text, 'timezon =')}: error: facility.timezon: key 'timezon' is not known" in said.output


def test_recipients_are_checked_where_a_centre_is_named(centre: Path, tmp_path: Path) -> None:
    """Without a database the check says that it does not know them; with one it names the levels that nobody hears."""
    file = written(tmp_path, PLANNED)
    alone, named = (tailwatch("facility", "check", str(file), *words) for words in ((), ("--database", str(centre))))

    assert "recipients are checked at the centre" in alone.output
    assert "nobody is told of yellow, orange, red" in named.output
    assert (alone.exit_code, named.exit_code) == (0, 0)


def test_gaps_of_the_rota_are_warned_of_where_a_centre_is_named(
    centre: Path, tmp_path: Path, database: TestDatabase
) -> None:
    """A night shift alone leaves the days open, 08:00 to 20:00 of the facility's clock; no rota, no warning."""
    file = written(tmp_path, PLANNED)
    before = tailwatch("facility", "check", str(file), "--database", str(centre))
    today = datetime.now(UTC).date()
    with connect(database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        connection.execute(
            "INSERT INTO recipient (facility_id, name, address, family, given_by)"
            " VALUES ('vale', 'Ana', 'mailtos://u:p@mail.example.org', 'dam', 'system:0')"
        )
        night = Shift(
            name="night",
            weekdays=(1, 2, 3, 4, 5, 6, 7),
            begins=time(20),
            ends=time(8),
            turn="day",
            first_day=today - timedelta(days=3),
            members=("Ana",),
        )
        rotas.put_shift(connection, "vale", night, "system:0", datetime.now(UTC))
    said = tailwatch("facility", "check", str(file), "--database", str(centre))

    assert "rota-gap" not in before.output
    tomorrow = today + timedelta(days=1)
    assert f"warning: nobody is on duty from {tomorrow} 08:00 to {tomorrow} 20:00. [rota-gap]" in said.output
    assert said.exit_code == 0


def test_apply_tells_whose_password_still_counts(centre: Path, tmp_path: Path) -> None:
    """A node and an agent that the next version names no more, each with the command that takes it from the broker."""
    moved = VALE_TEXT.partition("# --- n08 ---")[0].replace("version = 1\n", "version = 2\n", 1)
    file = written(tmp_path, moved.replace(', "n08"]', "]").replace("[agents.gw1]", "[agents.gw2]"))
    said = tailwatch("facility", "apply", str(file), "--yes", "--database", str(centre))
    again = tailwatch("facility", "apply", str(file), "--yes", "--database", str(centre))

    assert said.exit_code == 0, said.output
    commands = [line.rpartition("tailwatch ")[2] for line in said.output.splitlines() if "still counts" in line]
    assert commands == [f"device revoke {name} --file {file}" for name in ("n08", "gw1")]
    assert "still counts" not in again.output


def test_apply_shows_on_open_pages(centre: Path, database: TestDatabase, tmp_path: Path) -> None:
    """It logs a commit of its facility, by which pages renew themselves; the same file again logs none."""
    file = written(tmp_path, VALE_TEXT.replace("version = 1\n", "version = 2\n", 1))

    for _ in range(2):
        tailwatch("facility", "apply", str(file), "--yes", "--database", str(centre))

    with connect(database.conninfo()) as connection:
        logged = connection.execute("SELECT facility_ids, rows FROM commit_log").fetchall()
    assert logged == [(["vale"], 0)]


@pytest.mark.case("4", "a facility file with a level that no reading can reach does not enter the centre")
def test_apply_refuses_what_no_reading_can_reach(centre: Path, tmp_path: Path) -> None:
    """The stored version stays; the same file with the level in reach is stored."""
    refused = tailwatch("facility", "apply", str(written(tmp_path, UNREACHABLE)), "--yes", "--database", str(centre))
    with connect(centre.read_text()) as connection:
        kept = [one.version for one in versions.history(connection, "vale")]
    taken = tailwatch("facility", "apply", str(written(tmp_path, PLANNED)), "--yes", "--database", str(centre))

    assert refused.exit_code == 2
    assert "red needs n01:pond.level above 341 m, and the highest value that passes is 341 m" in refused.output
    assert kept == [1]
    assert (taken.exit_code, "vale version 2 stored" in taken.output) == (0, True)
