"""Another release in the place of this one: a backup first, then the packages, then the services anew."""

import subprocess
import sys
from pathlib import Path
from typing import Final

GIT: Final = (
    "this is a checkout, not an installed package: `tailwatch backup FOLDER`, then `git pull`, `make setup`,"
    " and start it again"
)


class NotUpgraded(Exception):
    """It was not done, and the release so far is still here; the sentence says why."""


def check() -> None:
    """Raise NotUpgraded where this Tailwatch is a checkout, beside which pip would put a package."""
    if (Path(__file__).parents[1] / "pyproject.toml").exists():
        raise NotUpgraded(GIT)


def install(package: str) -> None:
    """Bring a wheel, or a release of the index (`tailwatch==0.3.0`), by pip, whose progress is shown."""
    words = [sys.executable, "-m", "pip", "install", "--upgrade", "--disable-pip-version-check", package]
    if (code := subprocess.run(words, check=False).returncode) != 0:
        raise NotUpgraded(f"pip ended with {code}; nothing was started anew")


def release_now() -> str:
    """The release that is installed now, by a program of its own: this one still runs the old."""
    words = [sys.executable, "-P", "-m", "tailwatch", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotUpgraded(f"what was installed does not start: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout.split()[-1]
