"""The settings of one edge agent: one TOML file, checked as a whole before anything starts."""

from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from edge_agent.values import Mapping
from runtime.settings import BadSettings, Endpoint, convert, read_table
from tailings import plugins
from tailings.facility import BadFacility, parse_mapping

RECEIVERS: Final = "edge_agent.receive.receivers"
OUTPUTS: Final = "edge_agent.outputs"
BYTES_PER_MB: Final = 1_000_000
ALWAYS_THERE: Final = "mqtt_nodes"  # needs no settings of its own


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of the agent. Relative paths start at the settings file's folder.

    `receivers` are the Settings of the plug-ins in `edge_agent.receive.receivers`, beside the MQTT nodes that are
    always there; `outputs` those of `edge_agent.outputs`, where the local alarm goes. `max_uplink_mb_per_day` (of
    1,000,000 bytes, by the UTC day) is the data budget of a metered link; an import that a person starts is not
    counted. `batch_form` is how batches are written from now on; what waits in the buffer is sent as it is. An agent
    that starts waits for the centre's time for `wait_for_time_s` before it takes in anything by its own clock (0: a
    gateway that works alone). After `centre_silent_after_s` without an answer the centre counts as silent, and outputs
    may be switched on by that. `history` is how history reaches the centre beside the agent; without it, as `uplink`
    says.
    """

    facility_file: Path
    agent: str
    state_dir: Path
    site_broker: Endpoint
    uplink: Endpoint
    history: Endpoint | None = None
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
    table = read_table(file)
    receivers = tuple(_plugged(file, "receivers", one) for one in _list(file, table, "receivers"))
    outputs = tuple(_plugged(file, "outputs", one) for one in _list(file, table, "outputs"))
    settings = convert(file, table, Settings)
    return msgspec.structs.replace(settings, receivers=receivers, outputs=outputs)


def load_mapping(file: Path) -> Mapping:
    """Read and check a mapping on its own, as an import uses it; raises BadSettings with line, key and fix."""
    try:
        return parse_mapping(file.read_text("utf-8"))
    except BadFacility as error:
        raise BadSettings(file, "; ".join(map(str, error.problems))) from error
    except OSError as error:
        raise BadSettings(file, f"cannot be read: {error.strerror}") from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise BadSettings(file, str(error)) from error


def _list(file: Path, table: dict[str, Any], key: str) -> list[Any]:
    found = table.pop(key, [])
    if not isinstance(found, list):
        raise BadSettings(file, f"{key}: write each as a table [[{key}]]")
    return found


def _plugged(file: Path, key: str, table: Any) -> Any:
    """The settings of one receiver or output, in the shape that its plug-in has for them."""
    kind = table.get("kind") if isinstance(table, dict) else None
    package = {"receivers": RECEIVERS, "outputs": OUTPUTS}[key]
    known = set(plugins.names(package)) - {ALWAYS_THERE}
    if not isinstance(kind, str) or kind not in known:
        raise BadSettings(file, f"{key}: there is no kind {kind!r}{plugins.hint(str(kind), known)}")
    try:
        plugin = plugins.find(package, kind)
    except ModuleNotFoundError as error:
        fix = f"install it: pip install 'tailwatch[{kind}]'"
        raise BadSettings(file, f"{key}: kind {kind!r} needs {error.name}, {fix}") from error
    return convert(file, table, plugin.Settings)
