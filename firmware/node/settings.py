"""Settings: what a node is (identity, given once) and how it works (configuration, sent whole), checked before use.

`node.json` holds the identity and the first configuration. A later configuration arrives in an envelope

    {"hash":"<SHA-256, 64 hex digits>","configuration":{...}}

spelled exactly so: the hash covers the bytes between `"configuration":` and the last `}`. It is kept only if every key
is known and every value within its limits, and is reported by its hash.
"""

import binascii
import hashlib
import json

from wire.names import is_id

from . import drivers
from .configuration import Configuration, Identity
from .drivers import Instrument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .slots import Slots

MAX_INSTRUMENTS = 16
LEAST_INTERVAL_S, MOST_INTERVAL_S = 0.02, 86400
MOST_WARM_UP_S = 120
RECORD_BYTES = 50  # of a record beside its name
MAX_RECORD_BYTES = 2000  # all channels of a configuration, as records; leaves room for faults (pack.py)
FIRST = "first"  # stands for the hash of a configuration in node.json that has none
_HEAD = b'{"hash":"'
_MIDDLE = b'","configuration":'


class BadSettings(Exception):
    """A setting is unknown, missing or out of its limits; the text names it. What was in force stays in force."""


class Section:
    """One JSON object being checked: each getter takes a key away, `close` refuses what is left."""

    def __init__(self, given: object, where: str) -> None:
        if not isinstance(given, dict):
            raise BadSettings("%s: not an object" % where)
        self._left = dict(given)
        self._where = where
        self._known: list[str] = []

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number in [low, high]."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise BadSettings("%s.%s: %r is not a number from %s to %s" % (self._where, key, value, low, high))
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in [low, high]."""
        value = self.number(key, low, high, default)
        if not isinstance(value, int):
            raise BadSettings("%s.%s: %r is not a whole number" % (self._where, key, value))
        return value

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        """Text of at most `longest` characters; empty only where that is the default."""
        value = self._take(key, default)
        if not isinstance(value, str) or len(value) > longest or (not value and value != default):
            raise BadSettings("%s.%s: not a text of 1 to %d characters" % (self._where, key, longest))
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise BadSettings("%s.%s: %r is not true or false" % (self._where, key, value))
        return value

    def objects(self, key: str, most: int) -> list[object]:
        """A list of at most `most` entries."""
        value = self._take(key, None)
        if not isinstance(value, list) or len(value) > most:
            raise BadSettings("%s.%s: not a list of at most %d" % (self._where, key, most))
        return value

    def any(self, key: str) -> object:
        """Whatever stands there, to be checked by the caller."""
        return self._take(key, None)

    def close(self) -> None:
        """Refuses every key that no getter asked for."""
        for key in self._left:
            raise BadSettings("%s: unknown key '%s'; known are %s" % (self._where, key, ", ".join(self._known)))

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        value = self._left.pop(key, default)
        if value is None:
            raise BadSettings("%s: '%s' is missing" % (self._where, key))
        return value


def identity(given: object, folder: str = "") -> Identity:
    """The identity in node.json of `folder`, in which `ca_file` lies too; raises BadSettings."""
    keys = Section(given, "node.json")
    made = Identity()
    made.facility = keys.text("facility", 32)
    made.node = keys.text("node", 32)
    made.host = keys.text("host", 253)
    made.port = keys.integer("port", 1, 65535)
    made.user = keys.text("user", 80, made.facility + "/" + made.node)
    made.password = keys.text("password", 128)
    ca_file = keys.text("ca_file", 64, "")
    made.ca_file = folder + "/" + ca_file if ca_file else ""
    made.network_name = keys.text("network_name", 32, "")
    made.network_password = keys.text("network_password", 63, "")
    made.cycles = keys.integer("cycles", 0, 1000000000, 0)
    made.journal = keys.flag("journal", False)
    made.has_rtc = keys.flag("has_rtc", False)
    made.first = configuration(keys.any("configuration"), keys.text("configuration_hash", 64, FIRST))
    keys.close()
    return made


def configuration(given: object, name: str) -> Configuration:
    """A whole configuration under its hash: every key known, every value within its limits; raises BadSettings."""
    keys = Section(given, "configuration")
    made = Configuration()
    made.hash = name
    made.interval_s = keys.number("interval_s", LEAST_INTERVAL_S, MOST_INTERVAL_S)
    made.resend_after_s = keys.number("resend_after_s", 0.1, 86400, 3600)
    made.hold_link_below_s = keys.number("hold_link_below_s", 0, 86400, 30)
    made.link_limit_s = keys.number("link_limit_s", 0.1, 600, 20)
    made.link_timeout_s = keys.number("link_timeout_s", 0.1, 60, 5)
    made.mark_wait_s = keys.number("mark_wait_s", 0, 60, 2)
    made.keep_alive_s = keys.integer("keep_alive_s", 1, 3600, 60)
    made.reconnect_least_s = keys.number("reconnect_least_s", 0.01, 3600, 1)
    made.reconnect_most_s = keys.number("reconnect_most_s", 0.01, 86400, 600)
    made.ask_time_after_s = keys.number("ask_time_after_s", 0.05, 3600, 10)
    made.refresh_time_after_s = keys.number("refresh_time_after_s", 1, 2592000, 86400)
    made.outbox_bytes = keys.integer("outbox_bytes", 2048, 1000000000, 1000000)
    made.segment_bytes = keys.integer("segment_bytes", 512, 65536, 8192)
    made.link_least_v = keys.number("link_least_v", 0, 60, 0)
    made.instruments = [_instrument(one) for one in keys.objects("instruments", MAX_INSTRUMENTS)]
    keys.close()
    _check_instruments(made.instruments)
    return made


def _check_instruments(instruments: list[Instrument]) -> None:
    if len({instrument.id for instrument in instruments}) != len(instruments):
        raise BadSettings("configuration.instruments: an id stands twice")
    names = [name for instrument in instruments for name, _ in instrument.channels()]
    if sum([len(name) + RECORD_BYTES for name in names]) > MAX_RECORD_BYTES:
        raise BadSettings("configuration.instruments: %d channels do not fit in one pack" % len(names))


def _instrument(given: object) -> Instrument:
    keys = Section(given, "instruments")
    name = keys.text("id", 32)
    driver_name = keys.text("driver", 32)
    serial = keys.text("serial", 64, "")
    rail = keys.text("rail", 16, "")
    if not is_id(name):
        raise BadSettings("instruments.id: '%s' is not made of a-z, 0-9 and -" % name)
    try:
        driver = drivers.load(driver_name)
    except drivers.UnknownDriver as error:
        raise BadSettings("instruments.%s: %s" % (name, error))
    warm_up_s = keys.number("warm_up_s", 0, MOST_WARM_UP_S, driver.WARM_UP_S)
    values: dict[str, float | str] = {}
    for key, (default, low, high) in driver.SETTINGS.items():
        if isinstance(default, str):
            values[key] = keys.text(key, high, default)
        elif isinstance(default, int):
            values[key] = keys.integer(key, low, high, default)
        else:
            values[key] = keys.number(key, low, high, default)
    keys.close()
    return Instrument(name, serial, rail, driver, values, warm_up_s)


def open_envelope(data: bytes) -> Configuration:
    """The configuration of an envelope whose hash fits; raises BadSettings."""
    start = len(_HEAD) + 64
    if data[: len(_HEAD)] != _HEAD or data[start : start + len(_MIDDLE)] != _MIDDLE or data[-1:] != b"}":
        raise BadSettings('envelope: not {"hash":"<64 hex digits>","configuration":{...}}')
    body = data[start + len(_MIDDLE) : -1]
    if binascii.hexlify(hashlib.sha256(body).digest()) != data[len(_HEAD) : start]:
        raise BadSettings("envelope: the hash does not fit the configuration")
    try:
        given = json.loads(body)
        return configuration(given, data[len(_HEAD) : start].decode())
    except ValueError:
        raise BadSettings("envelope: the configuration is not JSON")
    except MemoryError:
        raise BadSettings("envelope: the configuration does not fit in the heap")


def hash_of(data: bytes) -> str:
    """What an envelope says its hash is, to answer it by, also where it is refused; at most 64 characters."""
    end = data.find(b'"', len(_HEAD))
    shown = data[len(_HEAD) : end if 0 < end <= len(_HEAD) + 64 else len(_HEAD)]
    return "".join([chr(byte) for byte in shown if 48 <= byte <= 102])


def in_force(node: Identity, slots: "Slots") -> Configuration:
    """The newest configuration that was accepted, else the first one.

    What was accepted by an older firmware can be refused by this one: then the first one is in force, and its hash
    tells the agent to send the configuration again.
    """
    data = slots.load()
    if data is None:
        return node.first
    try:
        return open_envelope(data)
    except BadSettings:
        return node.first
