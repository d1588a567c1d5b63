"""docs/operating/commands.md: made of the commands themselves."""

from typing import Final

from tailings.tables import table
from tailwatch.exit_codes import MEANINGS

INTRO: Final = """# The commands

Made by `make docs` from the commands themselves; do not edit. `tailwatch --help` lists them in groups, and each has its
own `--help` (or `-h`). `tailwatch --version` prints the release. `tailwatch --install-completion` lets the shell
complete names and options (bash, zsh, fish, PowerShell).

A command is a noun and a verb: `tailwatch device provision`, `tailwatch user add`. Five are a verb alone, because what
they act on is the whole site and nothing in it: `tailwatch up`, `tailwatch demo`, `tailwatch doctor`,
`tailwatch backup` and `tailwatch restore`. A name of an earlier release is answered with the one of now.

Whatever shows a list or a state has `--json`: one document on standard output (`gateway status`: one for each agent, a
line each), and errors stay on standard error. An option means the same in every command that has it.

## Exit codes
"""


def document() -> str:
    """The whole document."""
    rows = [(f"`{code.value}`", meaning) for code, meaning in MEANINGS.items()]
    return f"{INTRO}\n{table(('exit code', 'what it says'), rows)}\n"
