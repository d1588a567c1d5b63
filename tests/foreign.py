"""Programs of others in Python, in an environment of their own, which `./setup.sh foreign` makes of its lock file.

To hold the product against a further program, name its package in lock.sh, run that, and ask it from a test that is
marked `foreign`.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / ".venv" / "foreign" / "bin"


def run(program: str, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program of that environment; without `check`, whatever it ends with."""
    command = [str(FOLDER / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=check)


def asked(code: str, *arguments: object) -> Any:
    """Run Python code there, with `arguments` in sys.argv[1:]; return the JSON document that it prints last."""
    return json.loads(run("python", "-c", code, *arguments).stdout.splitlines()[-1])
