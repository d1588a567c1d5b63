"""A relay that is a file: a GPIO value of the kernel, or what a program of the site watches.

It is written in place, for a file of the kernel cannot be replaced. Source (secondary): Linux, GPIO Sysfs
Interface for Userspace: `1` and `0` in `value`.
"""

from pathlib import Path

from edge_agent.outputs import Switched
from edge_agent.receive.receiver_context import ReceiverContext


class Settings(Switched, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="relay_file"):
    """`on` and `off` are what is written into `file`, which must not need more than the agent's own rights."""

    file: Path
    on: str = "1"
    off: str = "0"


class RelayFile:
    """Writes a change once, and at the start whatever is right then."""

    def __init__(self, settings: Settings, place: ReceiverContext) -> None:
        self._settings, self._log = settings, place.log
        self._shown: bool | None = None
        self._trouble = ""

    def show(self, is_on: bool) -> None:
        """Switch it; a file that cannot be written is told once, and tried again."""
        if is_on == self._shown:
            return
        try:
            self._settings.file.write_text((self._settings.on if is_on else self._settings.off) + "\n")
        except OSError as error:
            self._tell(str(error))
            return
        self._shown = is_on
        self._tell("")

    def close(self) -> None:
        """The relay stays as it is."""

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            self._log("ERROR", "output-fails", output="relay_file", reason=trouble)
        self._trouble = trouble


def open(settings: Settings, place: ReceiverContext) -> RelayFile:
    """The relay of these settings."""
    return RelayFile(settings, place)
