"""The address of the service, which every entity and next link of it begins with."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.http import public_address

PREFIX: Final = "/sta/v1.1"


def root(request: Request) -> str:
    """Return the address of the service, without a slash at its end."""
    return public_address.origin(request) + PREFIX
