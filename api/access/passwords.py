"""Passwords: kept as argon2id (RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes), checked off the loop.

At most two are checked at a time, so that a flood of logins costs 128 MiB and two cores, and not the machine.
"""

import asyncio
from functools import cache
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 200
AT_A_TIME: Final = 2

_hasher: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


class BadPassword(Exception):
    """The password cannot be taken; the sentence says what a good one is."""


def hashed(password: str) -> str:
    """Return the argon2id PHC string of a password; raise BadPassword when it is too short or too long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadPassword(
            f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters; several words are easy to remember."
        )
    return _hasher.hash(password)


class Passwords:
    """Checks passwords, a few at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_A_TIME)

    async def is_right(self, password: str, known_hash: str | None) -> bool:
        """Say whether the password is the one of the hash; with None it takes the same time and is never right."""
        async with self._turn:
            return await asyncio.to_thread(_verify, password[:MAX_LENGTH], known_hash)


def _verify(password: str, known_hash: str | None) -> bool:
    try:
        _hasher.verify(known_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")
