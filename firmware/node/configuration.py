"""Configuration and identity: the two sets of values a node lives by, checked where they are made (settings.py)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .drivers import Instrument


class Configuration:
    """How the node works, whole; `hash` names it."""

    hash: str
    interval_s: float
    resend_after_s: float
    hold_link_below_s: float
    link_limit_s: float
    link_timeout_s: float
    mark_wait_s: float
    keep_alive_s: int
    reconnect_least_s: float
    reconnect_most_s: float
    ask_time_after_s: float
    refresh_time_after_s: float
    outbox_bytes: int
    segment_bytes: int
    link_least_v: float
    instruments: "list[Instrument]"


class Identity:
    """Who the node is and how it reaches its broker; written by provisioning, never by a command.

    `ca_file` is the site's authority (DER) by which the broker is known; without one the link is plain MQTT.
    `network_name` and `network_password` are for boards with a radio. `journal`, `cycles` (0: for ever) and `has_rtc`
    are for the unix board: what it made is written down, it ends by itself, the host's clock stands for an RTC with a
    cell. `first` is the configuration until another one is accepted.
    """

    facility: str
    node: str
    host: str
    port: int
    user: str
    password: str
    ca_file: str
    network_name: str
    network_password: str
    cycles: int
    journal: bool
    has_rtc: bool
    first: Configuration
