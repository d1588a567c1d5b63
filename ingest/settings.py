"""The settings of ingest: one frozen value from one TOML file; secrets stay in files that only their owner may read."""

import stat
from pathlib import Path
from typing import Annotated, Final

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
Positive = Annotated[int, msgspec.Meta(ge=1)]


class BadSettings(Exception):
    """The settings file, or a file named in it, is wrong; the operator must correct it."""


class BrokerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the batches come from. TLS is used when `ca_file` is given; outside this machine it must be."""

    host: str
    port: Port
    user: str
    password_file: str
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if self.ca_file is None and self.host not in LOOPBACK:
            raise ValueError(f"ca_file is needed for {self.host}: nothing leaves this machine without TLS")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that an operator may choose. File names are relative to the settings file.

    `client_id` must differ between ingest processes that run side by side on one broker.
    """

    database_url_file: str
    broker: BrokerSettings
    owner_url_file: str | None = None
    """For --migrate alone: the connection of the role that owns the tables."""
    facility_files: tuple[str, ...] = ()
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "ingest-1"
    receive_maximum: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 5000
    session_expiry_s: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFE)] = 60
    """How long the broker keeps this process's share of what comes while it is away: long enough for a restart, short
    because no other ingest process gets it meanwhile. The agents send again what the broker let go."""
    queue_mb: Positive = 64
    gather_rows: Positive = 80_000
    gather_ms: Positive = 100
    late_after_s: Positive = 3600
    notice_hosts: tuple[str, ...] = ()
    """Hosts inside the network that notices of alarms may go to (a mail relay of the site); others are refused."""
    heartbeat_url: str = ""
    """An address outside that is asked every `heartbeat_every_s` while this ingest really works; who watches it there
    calls somebody when it is no longer asked. Hosts inside the network as in `notice_hosts`."""
    heartbeat_every_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 60
    pages_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s/]+)*)?$")] = ""
    """Where persons open the pages, as https://tailwatch.example.org: links in notices begin with it."""
    folder: str = "."
    """Set by `read`: where the settings file is."""

    def path(self, name: str) -> Path:
        """Return the path of a file named in these settings."""
        return Path(self.folder) / name


def read(file: Path) -> Settings:
    """Read and check the settings; raise BadSettings with the file and the key."""
    try:
        settings = msgspec.toml.decode(file.read_bytes(), type=Settings)
    except OSError as error:
        raise BadSettings(f"{file}: {error.strerror}") from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"{file}: {error}") from error
    return msgspec.structs.replace(settings, folder=str(file.parent))


def secret(file: Path) -> str:
    """Return the one secret in `file`; raise BadSettings when others could read it."""
    try:
        mode = file.stat().st_mode
        text = file.read_text().strip()
    except OSError as error:
        raise BadSettings(f"{file}: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise BadSettings(f"{file} holds a secret and others can read it: chmod 600 {file}")
    return text
