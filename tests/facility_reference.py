"""docs/operating/facility-file-reference.md: made of the model, with examples of files that the parser takes."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import tailings.tables
from tailings.facility import reference
from tailings.tables import table

ROOT: Final = Path(__file__).parents[1]
FILES: Final = tuple(
    ROOT / name for name in ("tailwatch/demo/dam.toml", "tests/data/vale.toml", "tests/data/everything.toml")
)
INTRO: Final = """# The facility file, key by key

Made by `make docs` from the model that the parser reads; do not edit. `required` must stand there; where no default is
told, nothing is said. The keys of drivers, formulas and filters stand [with these](../functions.md#keys), and there are
the words for `driver`, `formula`, `filter`, `quantity` and `unit` (UCUM). [Checking a facility file](facility-file.md)
has what is said of a file that fits together, [mistakes](mistakes.md) what is said of one that does not.

## In an editor

An editor that knows TOML completes keys, shows what they mean and marks mistakes while you write: VS Code with Even
Better TOML, or any with taplo. Write the schema beside the file, and name it in the file's first line:

    tailwatch facility schema > facility.schema.json

```toml
#:schema ./facility.schema.json
```

The schema takes whatever the parser takes. What only a look at the whole file shows (a name that leads nowhere, a unit
of another quantity, a level that no reading reaches), `tailwatch facility check my-dam.toml` says.

## Tables
"""


KEYS: Final = """
## Keys

What a facility file says to drivers, formulas and filters. [The reference](operating/facility-file-reference.md) has
all other tables.
"""


def files() -> list[dict[str, Any]]:
    """The tables of the files that examples are taken from."""
    return [tomllib.loads(file.read_text()) for file in FILES]


@cache
def functions() -> str:
    """docs/functions.md: the tables of the plug-ins, and the keys that each declares."""
    return tailings.tables.document() + KEYS + reference.keys_of_plugins(files(), table)


@cache
def document() -> str:
    """The page."""
    return reference.document(files(), INTRO, table)
