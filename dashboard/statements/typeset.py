"""An annual statement as a PDF, by `statement.typ`; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Any, Final

import msgspec

from api.statements.seal import Seal
from dashboard import paper

TEMPLATE: Final = Path(__file__).with_name("statement.typ")


class StatementOrder(msgspec.Struct, frozen=True):
    """What is set: the data of `content.document`, and the seal of one that was signed."""

    document: dict[str, Any]
    seal: Seal | None = None


def pdf(asked: bytes) -> bytes:
    """Return the PDF of a StatementOrder, as JSON."""
    order = msgspec.json.decode(asked, type=StatementOrder)
    made = paper.pdf(TEMPLATE, msgspec.json.encode(order.document))
    if order.seal is None:
        return made
    from dashboard.paper.seal import sealed  # its libraries take seconds, and a draft needs none of them

    return sealed(made, order.seal, order.document["title"])
