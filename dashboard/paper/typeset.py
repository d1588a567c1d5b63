"""Words and numbers into a PDF, by typst and a template; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Final, Literal

import typst

ROOT: Final = Path(__file__).parent.parent
"""A template may import what lies in the rooms of the pages (`/paper/paper.typ`), and nothing else."""
STANDARD: Final[Literal["ua-1"]] = "ua-1"
"""PDF/UA-1 (ISO 14289-1): typst refuses to write what a screen reader could not read."""


def pdf(template: Path, data: bytes) -> bytes:
    """Return the PDF of a template with its data, as JSON. The data is text, never markup."""
    return typst.compile(
        template,
        root=ROOT,
        format="pdf",
        sys_inputs={"data": data.decode()},
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
    )
