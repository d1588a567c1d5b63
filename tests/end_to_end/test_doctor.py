"""`tailwatch doctor` at a whole site that runs."""

import os
import re
import subprocess
import sys

import pytest

from tests.end_to_end.running_site import RunningSite

OF_THE_MACHINE = {"clock", "disk", "open-files", "system-broker", "unit-secrets", "versions"}
"""What is of the machine that runs the tests, and not of the site."""
OF_A_SITE = {
    "broker-anonymous",
    "broker-queue",
    "broker-tls",
    "broker-users",
    "database-rights",
    "database-roles",
    "folder-modes",
    "page-cookies",
    "page-hosts",
    "page-hsts",
    "ports",
    "secret-modes",
    "secret-owners",
    "state-owner",
}


def test_a_site_as_up_runs_it_is_good(site: RunningSite) -> None:
    """Every look that there is something to look at for says that it is good, and says it by its code."""
    words = [sys.executable, "-m", "tailwatch", "doctor", "--state", str(site.folder / "state")]
    said = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False).stdout
    found = re.findall(r"^(ok  |warn|BAD ) .* \[([a-z-]+)\]$", said, re.MULTILINE)

    assert {code for verdict, code in found if verdict != "ok  "} <= OF_THE_MACHINE, said
    assert {code for verdict, code in found if verdict == "ok  "} >= OF_A_SITE, said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as other users")
def test_users_of_the_programs_are_looked_at(site: RunningSite) -> None:
    """Three programs of ours, three users."""
    words = [sys.executable, "-m", "tailwatch", "doctor", "--state", str(site.folder / "state")]
    said = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False).stdout

    assert "programs: each runs as a user of its own [program-users]" in said
