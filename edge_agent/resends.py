"""Resends: how a person has everything sent again at once that the centre has not marked, without a restart.

A file in the state folder is the request; the agent removes it before it sends.
"""

from pathlib import Path
from typing import Final

from edge_agent.settings import BadSettings, Settings

FILE: Final = "resend"


def ask_resend(settings: Settings) -> None:
    """Leave a request for the agent. Raises BadSettings when no agent has worked in the folder."""
    if not settings.state_dir.is_dir():
        raise BadSettings(settings.state_dir, "no agent has worked here yet; is this its state_dir?")
    (settings.state_dir / FILE).touch()


def is_asked(state_dir: Path) -> bool:
    """Whether it was asked for since the last time; the request is then gone."""
    request = state_dir / FILE
    if not request.is_file():
        return False
    request.unlink(missing_ok=True)
    return True
