"""The settings of ingest: one frozen value from one TOML file; secrets stay in files that only their owner may read."""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from runtime import settings
from runtime.settings import Endpoint, Port

LATE_AFTER_S: Final = 3600
QUARANTINE_BYTES: Final = 1 << 30
"""What of a facility may wait in quarantine unless the settings say otherwise: some years of a node with five channels
that nobody knows."""
Positive = Annotated[int, msgspec.Meta(ge=1)]


class Queues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of a cluster of brokers: its queues of batches, taken by AMQP from the hosts of `broker`.

    `worker` is which one of `workers` this process is, from 0 on: it takes what is nearest to its number first, and
    from the queues of the others only what comes while they are away.
    """

    port: Port
    count: Positive
    worker: Annotated[int, msgspec.Meta(ge=0)] = 0
    workers: Positive = 1

    def __post_init__(self) -> None:
        if self.worker >= self.workers:
            raise ValueError(f"worker: {self.worker} is none of {self.workers}, which are counted from 0 on")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that an operator may choose. Relative paths start at the settings file's folder.

    `client_id` must differ between ingest processes that run side by side on one broker.
    """

    database_url_file: Path
    broker: Endpoint
    queues: Queues | None = None
    """Of a cluster of brokers; without it batches come from `broker` itself, by a shared subscription."""
    owner_url_file: Path | None = None
    """For --migrate alone: the connection of the role that owns the tables."""
    facility_files: tuple[Path, ...] = ()
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "ingest-1"
    receive_maximum: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 5000
    session_expiry_s: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFE)] = 60
    """How long the broker keeps this process's share of what comes while it is away: long enough for a restart, short
    because no other ingest process gets it meanwhile. The agents send again what the broker let go."""
    queue_mb: Positive = 64
    gather_rows: Positive = 80_000
    gather_ms: Positive = 100
    late_after_s: Positive = LATE_AFTER_S
    quarantine_bytes: Positive = QUARANTINE_BYTES
    """What of a facility may wait in quarantine; a batch whose refused part finds no room is not acknowledged and stays
    with its gateway."""
    notification_hosts: tuple[str, ...] = ()
    """Hosts inside the network that notifications may go to (a mail relay of the site); others are refused."""
    drill_pager: str = ""
    """Of an installation of `tailwatch drill`: address and port to which all notifications go, and no other; each says
    that it is a drill."""
    heartbeat_url: str = ""
    """An address outside that is asked every `heartbeat_every_s` while this ingest really works; who watches it there
    calls somebody when it is no longer asked. Hosts inside the network as in `notification_hosts`."""
    heartbeat_every_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 60
    language: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en"])] = "en"
    """Of notifications to whom no language is given; English where it is not spoken here."""
    pages_url: Annotated[
        str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s/]+)*)?$", examples=["https://tailwatch.example.org"])
    ] = ""
    """Where persons open the pages, as https://tailwatch.example.org: links in notifications begin with it."""
    link_key_file: Path | None = None
    """The key that signs the link "I have it" of notifications; the api has the same. Without it there is none."""
    public_mail_url_file: Path | None = None
    """A mail server as apprise writes it (mailtos://user:password@host?from=address), in a file of mode 600: by it who
    subscribed on a public page is told. Needs `pages_url` and `link_key_file`. Without it no such mail goes out."""
    folder: Path = Path(".")
    """Set by `read`: where the settings file is."""


def read(file: Path) -> Settings:
    """Read and check the settings; raises BadSettings with the file and the key."""
    return msgspec.structs.replace(settings.read(file, Settings), folder=file.parent)
