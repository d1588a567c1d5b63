"""A broker and a user of it, for the tests of a link."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from runtime.mqtt import Link
from runtime.settings import Endpoint
from tests.edge_agent.world import Client
from tests.servers import Broker
from wire.topics import Rights

PASSWORD: Final = "only for tests"
USER: Final = "program"
SENDER: Final = "sender"
USERS: Final[Mapping[str, str]] = {USER: PASSWORD, SENDER: PASSWORD}
RIGHTS: Final = [Rights(user, None, ("#",), ("#",), ()) for user in USERS]


class Site:
    """A broker, the endpoint of a program at it, and what the program logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker.start(folder / "broker", USERS, RIGHTS)
        self.endpoint = Endpoint("127.0.0.1", self.broker.port, USER, self.secret("password", PASSWORD))
        self.lines: list[str] = []

    def secret(self, name: str, text: str) -> Path:
        """A private file with this text."""
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o600)
        return file

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(" ".join([level, event, *(f"{key}={value}" for key, value in fields.items())]))

    def said(self, start: str) -> int:
        """How many log lines begin so."""
        return sum(line.startswith(start) for line in list(self.lines))

    def sender(self) -> Client:
        return Client(self.broker.port, SENDER)


def cut(link: Link) -> None:
    """The cable is pulled out."""
    connection = link._client.socket()
    assert connection is not None
    connection.close()
