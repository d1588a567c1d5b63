"""A sounder or a lamp that listens to a topic of the site's broker, or of one of its own: a retained word, QoS 1.

It is published anew at each connect, so that a device or a broker that was without power hears it again.
Source: MQTT 5.0 (OASIS, secondary), section 3.3.1.3, RETAIN.
"""

from edge_agent.outputs import Switched
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.settings import Endpoint


class Settings(Switched, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="mqtt"):
    """`topic` must be one that the agent's user may write; without `broker` it is the site's."""

    topic: str
    on: str = "on"
    off: str = "off"
    broker: Endpoint | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.topic or set(self.topic) & set("+#\0"):
            raise ValueError("topic: one topic, without + and #")


class Sounder:
    """Publishes a change once, and all again after a connect."""

    def __init__(self, settings: Settings, place: ReceiverContext) -> None:
        self._settings, self._link = settings, place.link(settings.broker)
        self._shown: tuple[int, bool] | None = None

    def show(self, is_on: bool) -> None:
        """Publish it unless this connection has it already."""
        session = self._link.sessions
        word = self._settings.on if is_on else self._settings.off
        if self._shown != (session, is_on) and self._link.publish(self._settings.topic, word.encode(), 1, True):
            self._shown = (session, is_on)

    def close(self) -> None:
        """The retained word stays."""


def open(settings: Settings, place: ReceiverContext) -> Sounder:
    """The sounder of these settings."""
    return Sounder(settings, place)
