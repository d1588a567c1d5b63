"""A dossier as a PDF, by `dossier.typ`; done in a child process (`runtime.limited_child`)."""

from pathlib import Path
from typing import Any, Final

import msgspec

from api.statements.seal import Seal
from dashboard import paper

TEMPLATE: Final = Path(__file__).with_name("dossier.typ")


class DossierOrder(msgspec.Struct, frozen=True):
    """What is set: the data of `document.data`, and the seal where there is one."""

    document: dict[str, Any]
    seal: Seal | None = None


def pdf(asked: bytes) -> bytes:
    """Return the PDF of a DossierOrder, as JSON."""
    order = msgspec.json.decode(asked, type=DossierOrder)
    made = paper.pdf(TEMPLATE, msgspec.json.encode(order.document))
    if order.seal is None:
        return made
    from dashboard.paper.seal import sealed  # its libraries take seconds, and what has no seal needs none of them

    return sealed(made, order.seal, order.document["title"])
