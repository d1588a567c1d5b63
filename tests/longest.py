"""The longest files and functions, as a report: a long one is a place to look at, not a shape to cut to.

`make longest` prints it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.test_shape import ROOT, tracked

SHOWN: Final = 20


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Lines and place of each function of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield lines, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def report() -> str:
    """The longest of both, the longest first."""
    sources = tracked(".py", ".js", ".css", ".sql", ".html")
    files = [(len(path.read_text().splitlines()), str(path.relative_to(ROOT))) for path in sources]
    found = [one for path in sources if path.suffix == ".py" for one in functions(path)]
    parts = [("files", files), ("functions", found)]
    return "\n".join(
        f"longest {name}\n" + "\n".join(f"{lines:6} {place}" for lines, place in sorted(some, reverse=True)[:SHOWN])
        for name, some in parts
    )


if __name__ == "__main__":
    print(report())
