"""`python -m tests.trace`: traces one reading and writes the files that it passed into docs/architecture.md."""

import re
from pathlib import Path

from tests.trace.reading_path import Step, trace

DOCUMENT = Path(__file__).parents[2] / "docs" / "architecture.md"
BEGIN, END = "<!-- begin: python -m tests.trace -->\n", "<!-- end: python -m tests.trace -->\n"


def text(steps: list[Step]) -> str:
    """The list as Markdown: a line a program, its files in the order in which the reading reached them."""
    files = {file for step in steps for file in step.files}
    lines = [f"{len(files)} files, {sum(len(step.files) for step in steps)} with those that several programs pass.\n\n"]
    for step in steps:
        names = ", ".join(f"`{file}`" for file in step.files)
        lines.append(f"- **{step.program}**, {len(step.files)}: {names}\n")
    return "".join(lines)


def written(document: str) -> list[Step]:
    """Read the list back."""
    part = document.partition(BEGIN)[2].partition(END)[0]
    found = re.findall(r"^- \*\*(.+)\*\*, \d+: (.*)$", part, re.MULTILINE)
    return [Step(program, tuple(re.findall(r"`([^`]+)`", names))) for program, names in found]


if __name__ == "__main__":
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + text(trace()) + END + rest.partition(END)[2])
