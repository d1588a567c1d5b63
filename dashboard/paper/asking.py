"""A document as PDF, asked of a child process: what sets and seals it would cost this one 30 MB for ever."""

import asyncio
from typing import Any, Final

import msgspec

from api.statements.seal import Seal
from runtime import limited_child

TYPESET: Final = "dashboard.paper.typeset:pdf"


class Paper(msgspec.Struct, frozen=True):
    """A template in the rooms of the pages ("statements/statement.typ"), its data with a `title`, and the seal."""

    template: str
    document: dict[str, Any]
    seal: Seal | None = None


async def pdf(paper: Paper) -> bytes:
    """Return the PDF, with the seal where there is one."""
    return await asyncio.to_thread(limited_child.run, TYPESET, msgspec.json.encode(paper))
