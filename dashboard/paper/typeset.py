"""Words and numbers into a PDF, by typst and a template; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Final, Literal

import msgspec
import typst

from .asking import Paper

ROOT: Final = Path(__file__).parent.parent
"""A template may import what lies in the rooms of the pages (`/paper/paper.typ`), and nothing else."""
STANDARD: Final[Literal["ua-1"]] = "ua-1"
"""PDF/UA-1 (ISO 14289-1): typst refuses to write what a screen reader could not read."""


def pdf(asked: bytes) -> bytes:
    """Return the PDF of a Paper, as JSON. Its data is text, never markup."""
    paper = msgspec.json.decode(asked, type=Paper)
    made = typst.compile(
        ROOT / paper.template,
        root=ROOT,
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(paper.document).decode()},
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
    )
    if paper.seal is None:
        return made
    from .seal import sealed  # its libraries take seconds, and what has no seal needs none of them

    return sealed(made, paper.seal, paper.document["title"])
