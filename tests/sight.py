"""The table of docs/sight.md: each case of "never green when blind" with the test that shows it.

`python -m tests.sight` prints the document; a test of the house compares it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = ROOT / "tests"
HEAD: Final = """# Never green when blind

Each failure mode (plan) of a facility is judged alone, by what its usable readings say and by whether its worst level
could still be detected. The verdict of the facility is the worst of level and sight. A suspect reading acts by the
interval in which its true value lies; where only the reading itself is past a level, people are called for that.
The function is `tailings.assess`; ingest stores its answer after each commit and each minute, and the api, the pages
and the notifications read it. What is older than its `valid_until` is blind.

Each case below is a facility file and readings in, and a verdict, number, page or notification out.

| case | what is true | shown by |
|-|-|-|
"""


class Case(NamedTuple):
    """A marked test: the number of its case, what is true, and where it is."""

    number: str
    says: str
    test: str


def cases() -> list[Case]:
    """All marked tests, in the order of the cases."""
    found = [case for path in sorted(TESTS.rglob("test_*.py")) for case in _in_file(path)]
    return sorted(found, key=lambda one: ([int(part) for part in one.number.split(".")], one.test))


def _in_file(path: Path) -> Iterator[Case]:
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.case":
                    number, says = (ast.literal_eval(one) for one in mark.args)
                    yield Case(number, says, f"{name}::{node.name}")


def document() -> str:
    """The text of docs/sight.md."""
    return HEAD + "\n".join(map(_row, cases())) + "\n"


def _row(case: Case) -> str:
    file, _, test = case.test.partition("::")
    return f"| {case.number} | {case.says} | [{test}](../{file}) |"


if __name__ == "__main__":
    print(document(), end="")
