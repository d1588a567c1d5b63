"""The commands on history as an operator types them: rederive, revision, facility, quarantine, archive, package."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from codec.batch import QUARANTINED, QuarantineRecord
from ingest import revisions
from ingest.database import connect
from ingest.store import Store
from ingest.versions import facility as files
from tailings.facility import parse
from tailwatch.__main__ import app
from tests.api.server import ApiServer
from tests.ingest.batches import START_S, arrival, message, pack, reading
from tests.ingest.conftest import VALE
from tests.ingest.packages import made
from tests.ingest.rederive.dam import CORRECTED_FROM, MINUTES, PRESSURE, readings, second, shift_kpa, stored_by
from tests.servers import TestDatabase

SPAN = ("--from", "2025-11-24", "--to", "2025-11-26")
FACILITY = ("--facility", "vale")


class Terminal:
    """Types commands with the connection file of one database."""

    def __init__(self, folder: Path, conninfo: str) -> None:
        self.file = folder / "ingest"
        self.file.write_text(conninfo)

    def __call__(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--database", str(self.file)], input=typed)

    def says(self, *words: str, typed: str = "") -> str:
        """What a command that succeeds prints."""
        result = self(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def terminal(database: TestDatabase, tmp_path: Path) -> Terminal:
    """A terminal at a database with five hours of a piezometer."""
    conninfo = database.conninfo("tailwatch_ingest")
    with connect(conninfo) as connection:
        with connection.transaction():
            files.register(connection, parse(VALE.read_text()), VALE.read_text())
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        stored_by(store, connection, readings(range(MINUTES)))
        record = QuarantineRecord(
            "n07", 1_764_000_000_000, b"garbage", "not-json", "payload", fix="fix it", bytes=7, epoch=None, seq=None
        )
        with connection.transaction():
            store.write(
                connection,
                [arrival(message(0, packs=[pack(0, status=QUARANTINED)], quarantine=[record], epoch="00abcdef"))],
            )
    return Terminal(tmp_path, conninfo)


def test_a_corrected_calibration_from_end_to_end(terminal: Terminal, tmp_path: Path) -> None:
    """Previewed before the file is applied, applied, derived anew, listed and undone."""
    file = tmp_path / "vale.toml"
    file.write_text(second())
    told = terminal.says("observations", "rederive", *FACILITY, *SPAN, "--file", str(file))
    plots = json.loads(terminal.says("observations", "rederive", *FACILITY, *SPAN, "--file", str(file), "--json"))
    assert "360 would change" in told and "plan pore: would change from green to yellow" in told
    assert {change["name"] for change in plots["changes"]} == {PRESSURE, "n07:vw1.level"}

    assert "calibrations[1] added" in terminal.says("facility", "diff", str(file))
    refused = terminal("facility", "apply", str(file), typed="n\n")
    assert refused.exit_code == 2
    assert "stored" in terminal.says("facility", "apply", str(file), "--yes")
    assert "is stored already" in terminal.says("facility", "apply", str(file))
    assert terminal.says("facility", "history", "vale").count("version ") == 2
    assert terminal.says("facility", "export", "vale").startswith("# made from version 2, ")

    assert terminal("observations", "rederive", *FACILITY, *SPAN, "--apply").exit_code == 2
    told = terminal.says("observations", "rederive", *FACILITY, *SPAN, "--apply", "--reason", "wrong sheet")
    assert "revision 1" in told
    assert "0 would change" in terminal.says("observations", "rederive", *FACILITY, *SPAN)
    assert "360 changed" in terminal.says("revision", "list", *FACILITY)
    terminal.says("revision", "undo", "1", *FACILITY, "--reason", "right after all")
    assert "360 would change" in terminal.says("observations", "rederive", *FACILITY, *SPAN)


def test_the_past_stands_beside_a_corrected_calibration(
    terminal: Terminal,
    database: TestDatabase,
    tmp_path: Path,
) -> None:
    """Preview says count and crossings; after apply `as_of` yesterday gives the old values, undo gives them back."""
    file, owner = tmp_path / "vale.toml", tmp_path / "owner"
    owner.write_text(database.conninfo())
    with connect(database.conninfo()) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    yesterday = row[0].isoformat().replace("+00:00", "Z") if row else ""
    server = ApiServer(tmp_path, database.conninfo("tailwatch_api")).start()

    def pressures(**asked: str) -> list[float]:
        address = f"{server.url}/api/v1/datastreams/vale:{PRESSURE}/observations"
        found: list[float] = httpx.get(address, params=asked, timeout=60).json()["results"]
        return found

    try:
        before = pressures()
        file.write_text(second())
        terminal.says("facility", "apply", str(file), "--yes")
        told = terminal.says("observations", "rederive", *FACILITY, *SPAN)
        assert "360 would change" in told and "plan pore: would change from green to yellow" in told
        terminal.says("observations", "rederive", *FACILITY, *SPAN, "--apply", "--reason", "wrong sheet")
        now, known = pressures(), pressures(as_of=yesterday)
        terminal.says("revision", "undo", "1", *FACILITY, "--reason", "right after all")
        undone = pressures()
    finally:
        server.stop()

    shifts = [later - earlier for later, earlier in zip(now, before, strict=True)]
    assert shifts == pytest.approx([shift_kpa(minute) if minute >= CORRECTED_FROM else 0 for minute in range(MINUTES)])
    assert known == before == undone
    verified = CliRunner().invoke(app, ["audit", "verify", "--database", str(owner)])
    assert verified.exit_code == 0, verified.output


def test_a_stale_file_is_refused_with_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    """The second of two people is told what the first one changed; exit code 2."""
    first, other = tmp_path / "first.toml", tmp_path / "other.toml"
    text = VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
    first.write_text(text.replace("crest_m = 342.0", "crest_m = 343.0"))
    other.write_text(text.replace("minimum_freeboard_m = 1.5", "minimum_freeboard_m = 1.0"))
    terminal.says("facility", "apply", str(first), "--yes")
    refused = terminal("facility", "apply", str(other), "--yes")
    assert refused.exit_code == 2
    assert "crest_m: 342.0 -> 343.0" in " ".join(refused.output.split())


def test_flags_and_annotations(terminal: Terminal) -> None:
    """A span is flagged by hand and annotated; the annotation is withdrawn."""
    name, why = f"vale:{PRESSURE}", ("--reason", "wet cable")
    assert "revision 1" in terminal.says("revision", "quality", name, "4", *SPAN, *why)
    assert "annotation 2" in terminal.says("revision", "annotate", *FACILITY, *SPAN, *why, "--datastream", name)
    terminal.says("revision", "withdraw", "2", *FACILITY)
    assert terminal("revision", "withdraw", "2", *FACILITY).exit_code == 2


def test_a_program_is_told_what_a_person_is(terminal: Terminal, tmp_path: Path) -> None:
    """Each list and state as JSON has a document for each line that a person reads."""
    name, why, file = f"vale:{PRESSURE}", ("--reason", "wet cable"), tmp_path / "vale.toml"
    file.write_text(second())
    terminal.says("revision", "quality", name, "4", *SPAN, *why)

    def told(*words: str) -> Any:
        return json.loads(terminal.says(*words, "--json"))

    (made,) = told("revision", "list", *FACILITY)
    (refused,) = told("quarantine", "list", *FACILITY)["messages"]
    shown = told("quarantine", "show", str(refused["id"]))
    ledger = told("ledger", "show", *FACILITY)
    days = told("ledger", "show", *FACILITY, *SPAN, "--gaps", "5")
    (version,) = told("facility", "history", "vale")
    changes = told("facility", "diff", str(file))

    assert (made["id"], made["kind"], made["reason"]) == (1, "quality", "wet cable")
    assert (shown["reason"], shown["fix"], base64.b64decode(shown["raw"])) == ("not-json", "fix it", b"garbage")
    assert ("_edge/gw1", 1, 1) in [(row["sender"], row["sent"], row["stored"]) for row in ledger["epochs"]]
    assert set(days) == {"days", "gaps"} and {"sender", "stored", "lost"} <= set(days["days"][0])
    assert (version["version"], version["changes"]) == (1, [])
    assert any("calibrations[1]" in change["path"] for change in changes)
    assert told("import", "list", *FACILITY) == []


def test_the_quarantine(terminal: Terminal) -> None:
    """Listed, shown with its bytes, refused to be placed, discarded with a note."""
    assert "not-json payload x1 open" in terminal.says("quarantine", "list", *FACILITY)
    assert "garbage" in terminal.says("quarantine", "show", "1")
    for words, why in (
        (("retry", "1"), "still refused as not-json"),
        (("place", "1", "--at", "2025-11-24T12:00Z"), "cannot be read"),
        (("retry",), "name one message, or --facility"),
    ):
        refused = terminal("quarantine", *words, "--reason", "try")
        assert refused.exit_code == 2 and why in " ".join(refused.output.split())
    assert "n07 waits in quarantine: 0 readings; 1 messages" in terminal.says("ledger", "show", *FACILITY)
    terminal.says("quarantine", "discard", "1", "--reason", "radio test")
    assert terminal.says("quarantine", "list", *FACILITY) == ""


def test_refused_readings(terminal: Terminal, tmp_path: Path) -> None:
    """Listed with their channels, shown one by one, and stored by one command once the facility file knows them.

    Until then the ledger and the list end with what waits of the channel, and the lines that declare it.
    """
    with connect(terminal.file.read_text()) as connection:
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        unknown = [reading(START_S + second, second / 8, "n07:battery.solar") for second in range(3)]
        with connection.transaction():
            store.write(connection, [arrival(message(1, unknown, epoch="00abcdef"))])
    assert "unknown-datastream n07:battery.solar x1 open" in terminal.says("quarantine", "list", *FACILITY)
    says = "n07:battery.solar of n07 is not declared: it waits in 1 messages, newest 0.25 at 2025-11-24T16:00:02Z\n"
    lines = '    [datastreams."n07:battery.solar"]\n    quantity = "'
    for words in (("ledger", "show"), ("quarantine", "list")):
        assert says + lines in terminal.says(*words, *FACILITY)
    assert "n07:battery.solar 2025-11-24T16:00:02.000+00:00 0.25" in terminal.says("quarantine", "show", "2")
    file = tmp_path / "vale.toml"
    text = VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
    file.write_text(text + '[datastreams."n07:battery.solar"]\nquantity = "voltage"\nunit = "V"\n')
    terminal.says("facility", "apply", str(file), "--yes")
    told = terminal.says("quarantine", "retry", *FACILITY, "--sender", "n07", "--reason", "it is known now")

    assert "1 messages retried, 3 readings stored; revisions: 1" in told
    assert "not declared" not in terminal.says("ledger", "show", *FACILITY)


def test_the_archive(terminal: Terminal, tmp_path: Path) -> None:
    """Written, checked, nothing to restore."""
    folder = str(tmp_path / "archive")
    assert "2025-11.parquet: 1800 rows" in terminal.says("archive", "write", folder, *FACILITY, "--month", "2025-11")
    result = CliRunner().invoke(app, ["archive", "verify", folder, *FACILITY])
    assert "1 files, 1800 rows" in result.output
    assert "0 rows restored" in terminal.says("archive", "restore", folder, *FACILITY)


def test_a_package(terminal: Terminal, tmp_path: Path) -> None:
    """Made and verified; changed by hand, the first value that differs is named with exit code 1; no ZIP is refused."""
    package = tmp_path / "vale.zip"
    assert "1800 readings" in terminal.says("package", "make", str(package), *FACILITY, *SPAN)
    whole = CliRunner().invoke(app, ["verify", str(package)])
    made.changed(package, tmp_path / "b.zip", "data/n07/vw1.level.csv", lambda lines: lines.replace(b",3", b",2", 1))
    changed = CliRunner().invoke(app, ["verify", str(tmp_path / "b.zip")])
    said = json.loads(CliRunner().invoke(app, ["verify", str(tmp_path / "b.zip"), "--json"]).stdout)
    refused = CliRunner().invoke(app, ["verify", str(terminal.file)])

    assert (whole.exit_code, "all as its raw readings say" in whole.output) == (0, True), whole.output
    assert (changed.exit_code, said["differences"][0]["kind"]) == (1, "value")
    assert "vw1.level.csv: n07:vw1.level 2025-11-24T16:00:00Z is " in changed.output
    assert (refused.exit_code, "no whole ZIP" in refused.output) == (2, True)
    assert not (tmp_path / "vale.zip.draft").exists()


def test_the_ledger(terminal: Terminal) -> None:
    """By epoch, by days, and with the gaps of the raw readings."""
    assert "_edge/gw1 00abcdef sent 1, pending 0, stored 1" in terminal.says("ledger", "show", *FACILITY)
    assert "n07 0badcafe stored 0, quarantined 1" in terminal.says("ledger", "show", *FACILITY, *SPAN, "--gaps", "5")
    assert terminal("ledger", "show", *FACILITY, "--from", "2025-11-24").exit_code == 2


def test_a_time_that_is_none(terminal: Terminal) -> None:
    """A wrong time is told with the form that is right."""
    refused = terminal("observations", "rederive", *FACILITY, "--from", "yesterday", "--to", "2025-11-26")
    assert refused.exit_code == 2 and "write 2026-05-03" in " ".join(refused.output.split())


def test_a_facility_that_is_not_there_is_told(terminal: Terminal, tmp_path: Path) -> None:
    """A slip of the pen is no empty list and no whole archive: the sentence has the names that there are."""
    archive = str(tmp_path / "archive")
    terminal.says("archive", "write", archive, *FACILITY, "--month", "2025-11")
    for words in (
        ("archive", "write", archive),
        ("archive", "restore", archive),
        ("quarantine", "list"),
        ("ledger", "show"),
        ("revision", "list"),
    ):
        told = terminal(*words, "--facility", "valle")
        assert (told.exit_code, "there is no facility 'valle'; there are vale" in told.output) == (2, True), words
    wrong = CliRunner().invoke(app, ["archive", "verify", archive, "--facility", "valle"])
    empty = terminal("archive", "restore", str(tmp_path / "nowhere"), *FACILITY)

    assert (wrong.exit_code, "holds no archive of 'valle'; it has vale" in wrong.output) == (2, True)
    assert (empty.exit_code, "none: is it the folder?" in empty.output) == (2, True)


def test_a_span_that_ends_before_it_begins_is_told(terminal: Terminal) -> None:
    """It is not that there are no readings."""
    told = terminal("observations", "rederive", *FACILITY, "--from", "2025-11-26", "--to", "2025-11-24")

    assert (told.exit_code, "--to must come after --from" in told.output) == (2, True)
