"""The settings of one edge agent: one TOML file, checked as a whole before anything starts."""

from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from edge_agent.values import Mapping
from runtime.settings import Endpoint, SettingsFile, read, read_file
from tailings import plugins
from toml_file import problems
from toml_file.nearest import hint

RECEIVERS: Final = "edge_agent.receive.receivers"
OUTPUTS: Final = "edge_agent.outputs"
PLUG_INS: Final = {"receivers": RECEIVERS, "outputs": OUTPUTS}
BYTES_PER_MB: Final = 1_000_000
ALWAYS_THERE: Final = "mqtt_nodes"  # needs no settings of its own


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of the agent. Relative paths start at the settings file's folder.

    `receivers` are the Settings of the plug-ins in `edge_agent.receive.receivers`, beside the MQTT nodes that are
    always there and those that the facility file has for this agent; `outputs` those of `edge_agent.outputs`, where the
    local alarm goes. `max_uplink_mb_per_day` (of 1,000,000 bytes, by the UTC day) is the data budget of a metered link;
    an import that a person starts is not counted. `batch_form` is how batches are written from now on; what waits in
    the buffer is sent as it is. An agent that starts waits for the centre's time for `wait_for_time_s` before it takes
    in anything by its own clock (0: a gateway that works alone). After `centre_silent_after_s` without an answer the
    centre counts as silent, and outputs may be switched on by that. `history` is how history reaches the centre beside
    the agent; without it, as `uplink` says.
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
    opened = read_file(file)
    receivers, outputs = (_list(opened, key) for key in PLUG_INS)
    settings = opened.convert(opened.table, Settings)
    opened.stop_if_bad()
    assert settings is not None
    return msgspec.structs.replace(settings, receivers=receivers, outputs=outputs)


def load_mapping(file: Path) -> Mapping:
    """Read and check a mapping on its own, as an import uses it; raises BadSettings with line, key and fix."""
    return read(file, Mapping)


def _list(opened: SettingsFile, key: str) -> tuple[Any, ...]:
    """The settings of the receivers or outputs; what is wrong with one stands in the report."""
    found = opened.table.pop(key, [])
    if not isinstance(found, list):
        opened.report.add((key,), f"write each as a table [[{key}]]")
        return ()
    return tuple(plugged(opened, PLUG_INS[key], (key, index), table) for index, table in enumerate(found))


def plugged(opened: SettingsFile, package: str, path: problems.Path, table: Any) -> Any:
    """The settings of one receiver or output, in the shape that its plug-in in `package` has for them.

    None, and a problem at its path in the report, where they do not fit.
    """
    kind = table.get("kind") if isinstance(table, dict) else None
    known = set(plugins.names(package)) - {ALWAYS_THERE}
    if not isinstance(kind, str) or kind not in known:
        said = "has no kind" if kind is None else f"there is no kind {kind!r}"
        opened.report.add((*path, "kind"), f"{said}{hint(str(kind), known)}")
        return None
    try:
        plugin = plugins.find(package, kind)
    except ModuleNotFoundError as error:
        fix = f"install it: pip install 'tailwatch[{kind}]'"
        opened.report.add((*path, "kind"), f"kind {kind!r} needs {error.name}, {fix}")
        return None
    return opened.convert(table, plugin.Settings, path)
