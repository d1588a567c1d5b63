"""The settings of one edge agent: one TOML file, checked as a whole before anything starts."""

import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from edge_agent.values import Mapping
from tailings import plugins

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
PRIVATE_MODE: Final = stat.S_IRWXG | stat.S_IRWXO
RECEIVERS: Final = "edge_agent.receivers"
OUTPUTS: Final = "edge_agent.outputs"
BYTES_PER_MB: Final = 1_000_000
ALWAYS_THERE: Final = "mqtt_nodes"  # needs no settings of its own

Hook = Callable[[type, object], object]


class BadSettings(Exception):
    """The settings cannot be used; the sentence names the file, the key and the fix."""

    def __init__(self, file: Path | str, message: str) -> None:
        self.file = file
        super().__init__(f"{file}: {message}")


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A broker and who we are there. `ca_file` (the broker's certificate authority) is required outside loopback."""

    host: str
    port: int
    user: str
    password_file: Path
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise ValueError("port: between 1 and 65535")
        if self.ca_file is None and self.host not in LOOPBACK:
            raise ValueError(f"ca_file: needed for {self.host!r}, nothing leaves this machine without TLS")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of the agent. Relative paths start at the settings file's folder.

    `receivers` are the Settings of the plug-ins in `edge_agent.receivers`, beside the MQTT nodes that are always there;
    `outputs` those of `edge_agent.outputs`, where the local alarm goes. `max_uplink_mb_per_day` (of 1,000,000 bytes, by
    the UTC day) is the data budget of a metered link; an import that a person starts is not counted. `batch_form` is
    how batches are written from now on; what waits in the buffer is sent as it is. An agent that starts waits for the
    centre's time for `wait_for_time_s` before it takes in anything by its own clock (0: a gateway that works alone).
    After `centre_silent_after_s` without an answer the centre counts as silent, and outputs may be switched on by that.
    """

    facility_file: Path
    agent: str
    state_dir: Path
    site_broker: Endpoint
    uplink: Endpoint
    receivers: tuple[Any, ...] = ()
    outputs: tuple[Any, ...] = ()
    resend_after_s: float = 60.0
    group_commit_ms: int = 100
    max_buffer_mb: int = 2048
    max_buffer_days: int = 400
    wait_for_time_s: float = 30.0
    centre_silent_after_s: float = 900.0
    max_uplink_mb_per_day: float | None = None
    batch_form: Literal["json", "cbor"] = "json"

    def __post_init__(self) -> None:
        if not 0 < self.resend_after_s <= 86_400:
            raise ValueError("resend_after_s: between 0 and 86400")
        if not 0 <= self.group_commit_ms <= 100:
            raise ValueError("group_commit_ms: between 0 and 100")
        if not 1 <= self.max_buffer_mb <= 1_000_000:
            raise ValueError("max_buffer_mb: between 1 and 1000000")
        if not 1 <= self.max_buffer_days <= 10_000:
            raise ValueError("max_buffer_days: between 1 and 10000")
        if not 0 <= self.wait_for_time_s <= 3600:
            raise ValueError("wait_for_time_s: between 0 and 3600")
        if not 1 <= self.centre_silent_after_s <= 30 * 86_400:
            raise ValueError("centre_silent_after_s: between 1 and 2592000")
        if self.max_uplink_mb_per_day is not None and not 1 <= self.max_uplink_mb_per_day <= 1_000_000:
            raise ValueError("max_uplink_mb_per_day: between 1 and 1000000, or leave it out")

    @property
    def max_uplink_bytes_per_day(self) -> int | None:
        """The data budget in bytes, None when there is none."""
        return None if self.max_uplink_mb_per_day is None else round(self.max_uplink_mb_per_day * BYTES_PER_MB)


def load(file: Path) -> Settings:
    """Read and check the settings file; raises BadSettings."""
    table = _table(file)
    hook = _from_folder(file.parent)
    receivers = tuple(_plugged(file, "receivers", one, hook) for one in table.pop("receivers", []))
    outputs = tuple(_plugged(file, "outputs", one, hook) for one in table.pop("outputs", []))
    settings: Settings = _convert(file, table, Settings, hook)
    return msgspec.structs.replace(settings, receivers=receivers, outputs=outputs)


def load_mapping(file: Path) -> Mapping:
    """Read and check a mapping on its own, as an import uses it; raises BadSettings."""
    mapping: Mapping = _convert(file, _table(file), Mapping, None)
    return mapping


def read_password(endpoint: Endpoint) -> str:
    """The password from its file, which nobody but the owner may read; raises BadSettings."""
    file = endpoint.password_file
    try:
        mode = os.stat(file).st_mode
        password = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(file, f"password_file cannot be read: {error}") from error
    if mode & PRIVATE_MODE:
        raise BadSettings(file, f"others may read this password; run: chmod 600 {file}")
    return password


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(file, str(error)) from error


def _convert(file: Path, table: Any, shape: Any, hook: Hook | None) -> Any:
    try:
        return msgspec.convert(table, shape, dec_hook=hook)
    except msgspec.ValidationError as error:
        raise BadSettings(file, _in_words(str(error))) from error


def _plugged(file: Path, key: str, table: Any, hook: Hook) -> Any:
    """The settings of one receiver or output, in the shape that its plug-in has for them."""
    kind = table.get("kind") if isinstance(table, dict) else None
    package = f"{__package__}.{key}"
    known = set(plugins.names(package)) - {ALWAYS_THERE}
    if kind not in known:
        raise BadSettings(file, f"{key}: there is no kind {kind!r}{plugins.hint(str(kind), known)}")
    try:
        plugin = plugins.find(package, kind)
    except ModuleNotFoundError as error:
        fix = f"install it: pip install 'tailwatch[{kind}]'"
        raise BadSettings(file, f"{key}: kind {kind!r} needs {error.name}, {fix}") from error
    return _convert(file, table, plugin.Settings, hook)


def _from_folder(folder: Path) -> Hook:
    """Read paths as starting at `folder`."""

    def path(wanted: type, value: object) -> object:
        if wanted is Path and isinstance(value, str):
            return folder / value
        raise TypeError(f"Expected `{wanted.__name__}`, got `{type(value).__name__}`")

    return path


def _in_words(error: str) -> str:
    """Turn msgspec's `... - at `$.uplink.port`` into `uplink.port: ...`."""
    message, _, place = error.partition(" - at `$.")
    if missing := re.fullmatch(r"Object missing required field `(.*)`", message):
        message = f"the key {missing[1]!r} is missing; add it"
    return f"{place.rstrip('`')}: {message}" if place else message
