"""`tailwatch sight`: what would be seen, on stored readings, by stored and by proposed plans."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from typer.testing import CliRunner, Result

from ingest import rederive
from ingest.sight import gather, proofs
from ingest.store import Store
from ingest.values import Connection
from tailings.sight.proving import prove
from tailings.sight.year import PlanYear
from tailwatch import chain
from tailwatch.__main__ import app
from tailwatch.commands import _sight_year
from tailwatch.commands.demo import FACILITY_FILE
from tests.ingest.alarms.dam import START_S, TEXT, Dam
from tests.ingest.conftest import connection, database, store, vale  # noqa: F401 - fixtures
from tests.servers import TestDatabase


@pytest.fixture
def centre(connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path) -> Path:  # noqa: F811
    """The connection file of a centre with a pond that was read each minute until now, at 337 m."""
    now = round((time.time() - START_S) / 60)
    dam = Dam(connection, store)
    dam.put([(at, 337.0) for at in range(now - 600, now + 1)])
    with connection.transaction():
        connection.execute(
            "INSERT INTO recipient (facility_id, name, address, family, given_by)"
            " VALUES ('vale', 'shift', 'mailtos://u:p@mail.example.org', 'dam', 'system:0')"
        )
    file = tmp_path / "ingest"
    file.write_text(vale.conninfo("tailwatch_ingest"))
    return file


def tailwatch(*words: str) -> Result:
    """What a person types."""
    return CliRunner().invoke(app, list(words))


def test_the_table_says_when_what_and_by_whom(centre: Path) -> None:
    """3.5 m at half a metre an hour are seven hours, told a few minutes later, by the gauge of the pond alone."""
    done = tailwatch("sight", "prove", "vale", "--database", str(centre))

    assert done.exit_code == 0, done.output
    row = next(line for line in done.output.splitlines() if line.startswith("overtopping "))
    assert row.split()[:3] == ["overtopping", "pond-rise", "seen"]
    assert "red 7.0 h" in row
    assert (
        "overtopping: blind without instrument n01:pond, or node n01, or gateway gw1, or recipient shift" in done.output
    )


def test_proposed_plans_are_tried_on_the_stored_readings(centre: Path, tmp_path: Path) -> None:
    """A file with a filter that doubts what is above 339 m is blind, says so, and changes nothing."""
    file = tmp_path / "proposed.toml"
    file.write_text(TEXT.replace("suspect = [334.0, 341.0]", "suspect = [334.0, 339.0]"))

    done = tailwatch("sight", "prove", str(file), "--json", "--database", str(centre))

    assert done.exit_code == 1
    proofs = {one["plan"]: one for one in json.loads(done.output)}
    assert proofs["overtopping"]["state"] == "blind"
    assert proofs["overtopping"]["reasons"] == [
        {"code": "flagged", "subject": "n01:pond.level", "since": None, "tests": ["gross_range"]}
    ]


def test_a_file_alone_is_tried_on_calm_readings() -> None:
    """Without a centre the demo's own file sees all that its plans look for."""
    done = tailwatch("sight", "prove", str(FACILITY_FILE))

    assert done.exit_code == 0, done.output
    seen = [line for line in done.output.splitlines() if " seen  " in line and not line.startswith("plan ")]
    rows = {line.split()[0]: line.split()[2] for line in seen}
    assert set(rows) == {
        "storm",
        "water-a",
        "water-b",
        "water-high",
        "seepage",
        "movement",
        "freeboard",
        "minimum-freeboard",
    }


def test_a_file_that_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    """With the line and what to write instead."""
    file = tmp_path / "bad.toml"
    file.write_text(TEXT.replace('test = "above"', 'test = "over"', 1))

    done = tailwatch("sight", "prove", str(file))

    assert done.exit_code == 2
    assert "over" in done.output


def test_the_record_of_a_year_names_a_proof_that_the_chain_holds(
    centre: Path,
    connection: Connection,  # noqa: F811
    vale: TestDatabase,  # noqa: F811
) -> None:
    """What it prints to check is accepted; the same number with another digest is not."""
    facility, now = rederive.stored_facility(connection, "vale"), datetime.now(UTC)
    with connection.transaction():
        for one in prove(gather(connection, facility, now)):
            proofs.append(connection, facility.version, one)
        proofs.note_round(connection, "vale", now)
    year = str(now.astimezone(ZoneInfo(facility.timezone)).year)

    done = tailwatch("sight", "record", "vale", year, "--database", str(centre))
    document = json.loads(tailwatch("sight", "record", "vale", year, "--json", "--database", str(centre)).output)

    assert done.exit_code == 0, done.output
    assert "overtopping " in done.output
    (line,) = [line for line in done.output.splitlines() if line.startswith("check: ")]
    printed = line.rpartition(" ")[2]
    assert printed == f"{document['last']['number']}:{document['last']['digest']}"
    assert {one["plan"]: one["slowest_s"] for one in document["plans"]}["overtopping"] > 6.9 * 3600
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        assert chain.verify_proofs(owner, chain.ChainHead.parse(printed)) == document["proofs"]
        other = printed[:-1] + ("0" if printed[-1] != "0" else "1")
        with pytest.raises(chain.ChainBroken, match="no proof of sight is"):
            chain.verify_proofs(owner, chain.ChainHead.parse(other))


def test_a_facility_that_is_not_there_has_no_record(centre: Path) -> None:
    """It names those that are."""
    done = tailwatch("sight", "record", "rosa", "2026", "--database", str(centre))

    assert done.exit_code == 2
    assert "vale" in done.output


def test_no_blindness_is_rounded_away() -> None:
    """A quarter of a minute of a year is printed as a hundredth of a percent, and what was seen is no whole year."""
    cells = _sight_year.cells(PlanYear("pond", 0.999999, 5e-7, 0.0, 5e-7))

    assert cells[1:5] == ("99.99 %", "0.01 %", "0.00 %", "0.01 %")


def test_a_backtest_says_what_would_be_seen(centre: Path, tmp_path: Path) -> None:
    """The plan as it is is told in time; with red at 343 m, which the filter doubts, it is blind, and says why."""
    file = tmp_path / "proposed.toml"
    file.write_text(TEXT.replace("value = 340.5", "value = 343.0"))
    to = datetime.now(UTC)
    span = ("--from", f"{to - timedelta(hours=2):%FT%TZ}", "--to", f"{to:%FT%TZ}")
    words = ("--facility", "vale", "--plan", "overtopping", *span, "--file", str(file), "--database", str(centre))

    done = tailwatch("tarp", "backtest", *words)
    told = tailwatch("tarp", "backtest", *words, "--json")

    assert done.exit_code == 0, done.output
    rows = {line.split()[0]: line.split() for line in done.output.splitlines() if " pond-rise " in line}
    assert rows["present"][1:3] == ["pond-rise", "seen"] and "7.0" in rows["present"]
    assert rows["proposed"][1:3] == ["pond-rise", "blind"]
    assert "proposed: flagged: n01:pond.level (gross_range)" in done.output
    found = json.loads(told.stdout)
    assert [found[name]["sight"]["proof"]["state"] for name in ("present", "proposed")] == ["seen", "blind"]
