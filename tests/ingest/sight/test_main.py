"""The program: it proves at its start, goes on, and ends in order when it is told to."""

import signal
import subprocess
import sys
from pathlib import Path

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import Dam
from tests.ingest.waiting import until
from tests.servers import TestDatabase

ROOT = Path(__file__).parents[3]


def settings(folder: Path, vale: TestDatabase) -> Path:
    """The settings of ingest, of which the database alone counts here."""
    for name, secret in (("url", vale.conninfo("tailwatch_ingest")), ("password", "x")):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    file = folder / "sight.toml"
    file.write_text(
        'database_url_file = "url"\n'
        '[broker]\nhost = "127.0.0.1"\nport = 1\nuser = "_ingest"\npassword_file = "password"\n'
    )
    return file


def test_it_proves_at_its_start_and_ends_when_told(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """A dam of which nothing was ever read is proved blind within seconds; SIGTERM ends the program with 0."""
    dam = Dam(connection, store)
    command = [sys.executable, "-m", "ingest.sight", str(settings(tmp_path, vale))]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        until(lambda: dam.rows("SELECT document ->> 'state' FROM sight_newest") == [("blind",)])
        program.send_signal(signal.SIGTERM)
        said, _ = program.communicate(timeout=60)
    finally:
        program.kill()

    assert program.returncode == 0, said
    assert "INFO sight proved facility=vale version=2 proofs=1" in said
