"""What the api is told at its start: one TOML file, and a connection string in a file of its own."""

from pathlib import Path
from typing import Annotated

import msgspec

from api.health.installation import ends_at_s
from api.http.hosts import name_of
from api.statements.seal import Seal
from api.statements.seal import read as read_seal
from runtime import settings
from runtime.database_line import has_several
from runtime.secrets import read_secret
from runtime.settings import LOOPBACK, BadSettings
from runtime.signed_link import read_key

StandbyLag = Annotated[float, msgspec.Meta(ge=2, le=300)]
"""Seconds; the primary is asked each second, so less would be no standby's."""
ONE_HOST = (
    "the connection string names one server, and max_standby_lag_s needs a standby: name all servers there, or leave "
    "max_standby_lag_s out"
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one api process. Nothing here is secret: the database password sits in `database_url_file`.

    Relative paths start at the settings file's folder.
    """

    database_url_file: Path
    host: str = "127.0.0.1"
    port: int = 8080
    public_names: tuple[str, ...] = ()
    """Names and addresses under which people and programs reach it, without scheme and port; beside `host` and those of
    this machine. A request for another one is refused."""
    pool_size: int = 8
    statement_timeout_s: float = 10.0
    max_standby_lag_s: StandbyLag | None = None
    """History may be read at a standby that is known to be at most so far behind the primary. None: at the primary."""
    certificate_file: Path | None = None
    key_file: Path | None = None
    """With a certificate the api speaks TLS itself; without one it stays on loopback, behind a reverse proxy."""
    language: str = "en"
    """Of the pages, for who chose none and whose browser likes none of those that there are."""
    state_folder: Path | None = None
    """Of the installation: `/metrics` watches its disk and the certificates of its `pki` folder."""
    link_key_file: Path | None = None
    """The key that signs the link "I have it" of notifications; ingest has the same. Without it no such link counts."""
    seal_file: Path | None = None
    """Key and certificate (PEM) that seal the PDF of a signed statement. Without them it has no seal, and says so."""
    anonymous_per_minute: int = 1200
    caller_per_minute: int = 6000
    logins_per_minute: int = 10
    questions_per_hour: int = 6
    """Questions of citizens from one address, or one IPv6 network."""
    subscriptions_per_hour: int = 6
    """Mail addresses for news of a public page from one address, or one IPv6 network."""
    live_per_address: int = 200
    """Live streams of strangers from one address, or one IPv6 network; those of a key or session are not counted."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port must be 0 to 65535, not {self.port}")
        if not 2 <= self.pool_size <= 64:
            raise ValueError(f"pool_size must be 2 to 64, not {self.pool_size}")
        if not 0.1 <= self.statement_timeout_s <= 600:
            raise ValueError(f"statement_timeout_s must be 0.1 to 600, not {self.statement_timeout_s}")

        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file go together: give both or neither")
        if self.certificate_file is None and self.host not in LOOPBACK:
            raise ValueError(
                f"host {self.host} can be reached from elsewhere: give certificate_file and key_file (tailwatch pki), "
                "or stay on 127.0.0.1 behind a reverse proxy"
            )
        for name in self.public_names:
            if name_of(f"[{name}]" if ":" in name else name) != name.lower().rstrip(".") or "/" in name or not name:
                raise ValueError(f"public_names: {name!r} is no name: give it without scheme, port and path")
        for name in (
            "anonymous_per_minute",
            "caller_per_minute",
            "logins_per_minute",
            "questions_per_hour",
            "subscriptions_per_hour",
            "live_per_address",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")

    def conninfo(self) -> str:
        """Read the connection string; raises BadSettings."""
        found = read_secret(self.database_url_file)
        if self.max_standby_lag_s is not None and not has_several(found):
            raise BadSettings(self.database_url_file, ONE_HOST)
        return found

    def link_key(self) -> bytes | None:
        """Read the key of links, None without one; raises BadSettings."""
        return None if self.link_key_file is None else read_key(self.link_key_file)

    def seal(self) -> Seal | None:
        """Read the seal, None without one; raises BadSettings."""
        return None if self.seal_file is None else read_seal(self.seal_file)

    def certificate_ends_s(self) -> float | None:
        """Return when the certificate ends, Unix time; None without one. Raise BadSettings when it cannot be read."""
        if self.certificate_file is None:
            return None
        try:
            return ends_at_s(self.certificate_file)
        except (OSError, ValueError) as error:
            raise BadSettings(self.certificate_file, f"certificate_file cannot be read: {error}") from error


def load(file: Path) -> Settings:
    """Read a settings file; raises BadSettings naming the key that is unknown, missing or wrong."""
    return settings.read(file, Settings)
