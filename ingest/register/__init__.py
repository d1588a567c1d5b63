"""Registers of facilities: a file into rows with their history, or a look at what it would do.

take(connection, name, content, mapping, author)   import a file; again changes nothing
preview(connection, content, mapping)              what that would do
exported(connection, register)                     its rows as they stand, or those of all registers
"""

from ingest.register.entries import exported
from ingest.register.register_import import (
    OlderRegister,
    RegisterPreview,
    RegisterRefused,
    TakenRegister,
    preview,
    take,
)

__all__ = [
    "OlderRegister",
    "RegisterPreview",
    "RegisterRefused",
    "TakenRegister",
    "exported",
    "preview",
    "take",
]
