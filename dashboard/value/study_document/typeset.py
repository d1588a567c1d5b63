"""Words and numbers into a PDF, by typst and `study.typ`; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Final, Literal

import typst

TEMPLATE: Final = Path(__file__).with_name("study.typ")
STANDARD: Final[Literal["ua-1"]] = "ua-1"
"""PDF/UA-1 (ISO 14289-1): typst refuses to write what a screen reader could not read."""


def pdf(data: bytes) -> bytes:
    """Return the PDF of the data of `content.document`, as JSON. The data is text, never markup."""
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": data.decode()},
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
    )
