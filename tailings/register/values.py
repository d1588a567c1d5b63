"""A facility as a register has it: its columns with their values, and the hash by which it is known again."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

Value = str | int | float
Values = dict[str, Value]


class RegisteredFacility(Struct, frozen=True):
    """One good row: where it stands in its file, and what each column holds; an empty one is not there."""

    row: int
    values: Values

    @property
    def id(self) -> str:
        """The register's own id."""
        return str(self.values["id"])


def digest(values: Values) -> str:
    """The SHA-256 of what a facility is, wherever in a file it stands."""
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()
