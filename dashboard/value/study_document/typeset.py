"""The study by Article 27(2) as a PDF, by `study.typ`; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Final

from dashboard import paper

TEMPLATE: Final = Path(__file__).with_name("study.typ")


def pdf(data: bytes) -> bytes:
    """Return the PDF of the data of `content.document`, as JSON."""
    return paper.pdf(TEMPLATE, data)
