"""Requests of a person at the gateway: a file in the state folder, which the agent removes before it acts.

`RESEND` has all sent again at once that the centre has not acknowledged; `CLOCK_IS_RIGHT` says that somebody has
compared the gateway's time of day with a good clock.
"""

from pathlib import Path
from typing import Final, Literal

from edge_agent.config.settings import Settings
from runtime.settings import BadSettings

Request = Literal["resend", "clock-is-right"]
RESEND: Final[Request] = "resend"
CLOCK_IS_RIGHT: Final[Request] = "clock-is-right"


def ask(settings: Settings, request: Request) -> None:
    """Leave a request for the agent. Raises BadSettings when no agent has worked in the folder."""
    if not settings.state_dir.is_dir():
        raise BadSettings(settings.state_dir, "no agent has worked here yet; is this its state_dir?")
    (settings.state_dir / request).touch()


def is_asked(state_dir: Path, request: Request) -> bool:
    """Whether it was asked for since the last time; the request is then gone."""
    file = state_dir / request
    if not file.is_file():
        return False
    file.unlink(missing_ok=True)
    return True
