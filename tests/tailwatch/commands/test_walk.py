"""`tailwatch observations add`: a reading by its options, and the walk at a terminal."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingest.database import connect
from ingest.values import Connection
from tailwatch.__main__ import app
from tests import standpipe
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, fresh_database
from tests.standpipe import CASING_M, DISTANCE, LEVEL

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=8)
READ = """
SELECT o.result, o.quality FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.name = %s ORDER BY o.phenomenon_time"""


@pytest.fixture(scope="module")
def place(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Connection]]:
    """A file with the rights of ingest to a database that knows a standpipe, and a connection to it."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        file = tmp_path_factory.mktemp("walk") / "ingest.conninfo"
        file.write_text(fresh.conninfo("tailwatch_ingest"))
        with connect(file.read_text()) as connection:
            standpipe.register(connection)
            yield file, connection


def add(place: tuple[Path, Connection], *more: str, said: str | None = None) -> Result:
    """Run the command; said: what is typed."""
    words = ["observations", "add", "--facility", "vale", "--database", str(place[0])]
    words += ["--state", str(place[0].parent), *more]
    return CliRunner().invoke(app, words, input=said)


def stored(place: tuple[Path, Connection], name: str = DISTANCE) -> list[tuple[Any, ...]]:
    return place[1].execute(READ, (f"vale:{name}",)).fetchall()


def test_a_walk_from_the_command_line(place: tuple[Path, Connection]) -> None:
    """A reading by options is stored once, derived, answered as JSON; the next walk says it, and since when it is due.

    What is unlikely is asked for again: 124 m is beyond the 24 m of the filter, and 12.4 m was meant.
    """
    one = ("--datastream", DISTANCE, "--value", "12.3", "--at", AT.isoformat(), "--unit", "m")
    first, again = add(place, *one), add(place, *one, "--json")
    walked = add(place, said="many\n124\nn\n12.4\n")
    unread = add(place, "--at", (datetime.now(UTC) + timedelta(seconds=30)).isoformat(), said="-\n")
    nothing = add(place, said="\n")
    (author,) = place[1].execute("SELECT author FROM revision ORDER BY id DESC LIMIT 1").fetchone() or ("",)

    assert (first.exit_code, first.stdout) == (0, "1 stored, 0 already there, revision 1\n")
    assert json.loads(again.stdout) | {"at": ""} == {
        "datastream": f"vale:{DISTANCE}",
        "at": "",
        "findings": [{"code": "stored", "limit": 12.3}],
        "stored": 0,
        "already": 1,
        "replaced": 0,
        "conflicts": [],
        "revision": None,
        "derived": None,
    }
    line = f"1/1 Standpipe S-07, berm, section B ({DISTANCE}) [m] last 12.3 on {AT:%Y-%m-%d %H:%MZ}, likely 0 to 24,"
    assert walked.stdout.startswith(f"{line} due since {AT + timedelta(days=7):%Y-%m-%d}\n")
    assert "that is no number" in walked.stdout and "warning: above 24" in walked.output
    assert re.search(r"1 stored, 0 already there, revision \d+\n$", walked.stdout)
    assert nothing.stdout.endswith("nothing was entered\n") and unread.exit_code == 0
    assert stored(place) == [(12.3, 1), (12.4, 1), (None, 9)]
    assert stored(place, LEVEL)[:2] == [(pytest.approx(CASING_M - one), 1) for one in (12.3, 12.4)]
    assert author == f"system:{os.getuid()}"


def test_a_correction_by_options(place: tuple[Path, Connection]) -> None:
    """Another value stays out, with exit code 1, until it is a correction with a reason; then the book has both."""
    at = (AT + timedelta(hours=1)).isoformat()
    one = ("--datastream", DISTANCE, "--at", at, "--value")
    add(place, *one, "12.2")
    held = add(place, *one, "12.1")
    wordless = add(place, *one, "12.1", "--replace")
    changed = add(place, *one, "12.1", "--replace", "--reason", "misread")

    assert (held.exit_code, wordless.exit_code, changed.exit_code) == (1, 2, 0)
    assert "another value, 12.2" in held.output and "only with a reason" in wordless.output
    assert "1 replaced" in changed.stdout
    assert (12.1, 1) in stored(place) and (12.2, 1) not in stored(place)


def test_an_entry_is_withdrawn_by_its_number(place: tuple[Path, Connection]) -> None:
    """The number is the one that the entry was told as; another one is refused by name."""
    at = (AT + timedelta(hours=2)).isoformat()
    one = ("--datastream", DISTANCE, "--value", "2.4", "--at", at, "--json")
    entered = json.loads(add(place, *one).stdout)
    words = ["observations", "withdraw", "--facility", "vale", "--database", str(place[0]), "--reason", "wrong pipe"]
    done = CliRunner().invoke(app, [*words, str(entered["revision"])])
    refused = CliRunner().invoke(app, [*words, "999"])

    assert re.fullmatch(r"revision \d+\n", done.stdout)
    assert (2.4, 4) in stored(place)
    assert refused.exit_code == 2 and "no entry by hand with the number 999" in refused.output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--datastream", "n07:vw1.frequency", "--value", "1"), "is read by hand"),
        (("--datastream", DISTANCE, "--value", "1", "--unit", "feet"), "did you mean 'm'"),
        (("--datastream", DISTANCE, "--value", "1", "--at", "2099-01-01"), "lies ahead"),
        (("--datastream", DISTANCE), "give --value, or --missing"),
        (("--value", "1"), "need --datastream"),
    ],
)
def test_what_cannot_be_a_reading_is_refused(place: tuple[Path, Connection], more: tuple[str, ...], says: str) -> None:
    """One sentence, exit code 2, and nothing is stored."""
    before = stored(place)
    done = add(place, *more)

    assert done.exit_code == 2
    assert says in " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.output).split())
    assert stored(place) == before
