"""The first day at one's own dam, by the tutorials alone: no step edits a file that a program has made."""

import re
from collections.abc import Iterator

import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tailwatch import ports
from tests import tutorials
from tests.edge_agent.receive.receivers.test_modbus import serving
from tests.ingest.notifications.desk import Sink
from tests.servers import server_folder
from tests.tutorials import Newcomer, blocks, missing

PAGES = ("first-site", "node", "logger", "laboratory", "phone", "backup")
SEEPAGE = SimDevice(3, [SimData(2, values=[12.3], datatype=DataType.FLOAT32)])
WRITES = re.compile(r"^(?:cat|tee) >?>? ?([\w./-]+)|^sed -i .* ([\w./-]+)$|[^<>2-]> ?([\w./-]+)", re.MULTILINE)
"""What a line of a shell writes to: by a redirection, or in place."""


@pytest.fixture
def newcomer() -> Iterator[Newcomer]:
    """In an empty folder; beside it a Modbus device, and a relay that takes mail for the phone."""
    sink, modbus, pages = Sink(), ports.free_port(), ports.free_port()
    sink.start()
    try:
        with (
            server_folder(is_durable=False) as folder,
            serving(lambda: ModbusTcpServer(SEEPAGE, address=("127.0.0.1", modbus))),
        ):
            (folder / "home").mkdir()
            instead = {
                "tailwatch up my-dam.toml": f"tailwatch up my-dam.toml --port {pages}",
                "127.0.0.1:8000": f"127.0.0.1:{pages}",
                "127.0.0.1:2525": f"127.0.0.1:{sink.port}",
                "port = 5020": f"port = {modbus}",
                "/srv/loggers": str(folder / "loggers"),
            }
            person = Newcomer(
                folder / "home", instead, lambda: "\n".join(f"{words}\n{body}" for words, body in sink.mails)
            )
            try:
                yield person
            finally:
                person.close()
    finally:
        sink.stop()


def test_the_tutorials_lead_from_a_clone_to_a_trusted_site(newcomer: Newcomer) -> None:
    """Each command does what its page says, in the order of the pages, from an empty folder to a restored backup."""
    for page in PAGES:
        newcomer.follow(page)


def test_each_page_is_followed_and_nothing_of_one_is_left_out() -> None:
    """Every tutorial is in the list, and every block of each is of a kind that is done."""
    kinds = {"sh", "sh until", "sh terminal", "sh setup", "toml my-dam.toml", "text", "text keys", "text mail"}

    assert {page.stem for page in tutorials.PAGES.glob("*.md")} == set(PAGES)
    for page in PAGES:
        found = blocks(page)
        text = (tutorials.PAGES / f"{page}.md").read_text()
        assert text.count("\n```") == 2 * len(found)
        assert {f"{block.language} {block.what}".strip() for block in found} <= kinds


def test_no_step_edits_a_generated_file() -> None:
    """What a block writes is the newcomer's own: the facility file, tailwatch.toml, the readings of simulated
    instruments, and what laboratory, logger or person would bring."""
    own = {"my-dam.toml", "site/tailwatch.toml", "n01/sim.json", "n02/sim.json"}
    own |= {"samples.csv", "crest.dat", "recipient.json"}
    written = {
        file
        for page in PAGES
        for block in blocks(page)
        if block.language == "sh"
        for found in WRITES.finditer(block.text)
        for file in found.groups()
        if file
    }

    assert written == own


def test_a_line_that_does_not_come_is_missed() -> None:
    """The comparison is worth something: another number, another order, and a line that is not there are found."""
    printed = "n01:pond.level  339.150  m  pass\nn01:pond.freeboard  2.850  m  pass\n"

    assert missing("n01:pond.level … 339.150 … pass\nn01:pond.freeboard … 2.850", printed) == []
    assert missing("n01:pond.level … 339.151", printed) == ["n01:pond.level … 339.151"]
    assert missing("n01:pond.freeboard\nn01:pond.level", printed) == ["n01:pond.level"]
