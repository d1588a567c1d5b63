"""Tests of the shapes of the api: that they are put off until one is made is seen by nobody."""

import subprocess
import sys

WORDS = "from tests import addresses; addresses.application().openapi()"


def test_no_route_is_built_with_a_warning() -> None:
    """All routes and their description in a process of their own, in which a warning is an error."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", WORDS], capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, "")
