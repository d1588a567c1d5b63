"""The commands of docs/operating/cluster.md, as a person gives them on a machine of a trial."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.cluster.trial import Trial

PAGE: Final = Path(__file__).parents[3] / "docs" / "operating" / "cluster.md"
FENCE: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITHIN_S: Final = 300.0


def commands(heading: str) -> list[str]:
    """The commands under a heading of the page, in order."""
    _, _, behind = PAGE.read_text().partition(f"\n## {heading}\n")
    found = [line for block in FENCE.findall(behind.partition("\n## ")[0]) for line in block.splitlines()]
    assert found, f"{PAGE} has no command under {heading!r}"
    return found


def run_on(cluster: Trial, machine: str, command: str) -> str:
    """Give a command on a machine, and return what it says."""
    files = {"cluster.toml": str(cluster.cluster_file), "vale.toml": str(cluster.facility_file)}
    program, *words = [files.get(word, word) for word in shlex.split(command)]
    assert program == "tailwatch"
    done = subprocess.run(
        [*cluster.network.inside(machine), sys.executable, "-m", "tailwatch", *words],
        env={**os.environ, "TAILWATCH_STATE": str(cluster.folder / machine)},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
