"""Passwords: what one must be, and how one is kept and checked.

Kept as argon2id (RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes). At most two are worked on at a time,
off the loop, so that a flood of logins costs 128 MiB and two cores, and not the machine.

Length, the comparison with what is common or expected, and that nothing else is asked for (no digits, no signs, no
change with time) are of NIST SP 800-63B-4, section 3.1.1.2, in its second public draft: at least 8 characters are
demanded there, and 15 advised. The list of common passwords, and how a password is guessed, are those of zxcvbn.
"""

import asyncio
import base64
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, Literal

import argon2
from argon2.exceptions import InvalidHashError
from argon2.low_level import hash_secret

from texts import load, say

Reason = Literal["too-short", "too-long", "own-words", "common", "guessable"]

MIN_LENGTH: Final = 15
MAX_LENGTH: Final = 200
AT_A_TIME: Final = 2
HARD_ENOUGH: Final = 3
"""Of zxcvbn's 0 to 4: more than 10^8 guesses; each costs the 64 MiB of argon2id to who has stolen the hashes."""
JUDGED_LENGTH: Final = 72
"""zxcvbn takes no more; what is hard to guess in its first 72 characters is so as a whole."""
SHORTEST_WORD: Final = 3
SERVICE: Final = "tailwatch"
NO_HASH: Final = "A" * 43
"""Stands where a salt has no hash, so that argon2 reads its costs."""

_hasher: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


class BadPassword(Exception):
    """The password cannot be taken; the sentence says why and what a good one is, `reason` is its code."""

    def __init__(self, reason: Reason) -> None:
        words = load(rooms=("people",))["password"]
        super().__init__(f"{say(words[reason], least=MIN_LENGTH, most=MAX_LENGTH)} {words['advice']}")
        self.reason = reason


def check(password: str, own: Iterable[str] = ()) -> None:
    """Raise BadPassword for what is too short or long, common, easily guessed, or made of words of its owner.

    `own` are texts about the person and the place: login, name, facilities. Their words count for nothing: what is left
    of the password without them must be hard to guess.
    """
    if len(password) < MIN_LENGTH:
        raise BadPassword("too-short")
    if len(password) > MAX_LENGTH:
        raise BadPassword("too-long")
    rest = _without(password, own)
    if rest != password and not _is_hard(rest):
        raise BadPassword("own-words")
    found = _guessed(password)
    if found["score"] < HARD_ENOUGH:
        is_common = any(part.get("dictionary_name") == "passwords" for part in found["sequence"])
        raise BadPassword("common" if is_common else "guessable")


def hashed(password: str, own: Iterable[str] = ()) -> str:
    """Return the argon2id PHC string of a new password; raise BadPassword where `check` refuses it."""
    check(password, own)
    return _hasher.hash(_normal(password))


class Passwords:
    """Works on passwords, a few at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_A_TIME)

    async def proof(self, password: str, salt: str | None) -> str:
        """Return the PHC string that a password has with a salt; with None it takes the same time and proves nothing.

        `salt` is a PHC string without its hash.
        """
        async with self._turn:
            return await asyncio.to_thread(_proof, password, salt)

    async def fresh(self, password: str, own: Iterable[str]) -> str:
        """Return the PHC string of a new password; raise BadPassword."""
        async with self._turn:
            return await asyncio.to_thread(hashed, password, own)


def _proof(password: str, salt: str | None) -> str:
    try:
        costs = argon2.extract_parameters(f"{salt or _nobodys_salt()}${NO_HASH}")
    except InvalidHashError:
        return ""
    text = (salt or _nobodys_salt()).rpartition("$")[2]
    is_possible = salt is not None and len(password) <= MAX_LENGTH
    found = hash_secret(
        _normal(password[:MAX_LENGTH]).encode("utf-8", "surrogatepass"),
        base64.b64decode(text + "=" * (-len(text) % 4)),
        time_cost=costs.time_cost,
        memory_cost=costs.memory_cost,
        parallelism=costs.parallelism,
        hash_len=costs.hash_len,
        type=costs.type,
    )
    return found.decode() if is_possible else ""


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as the same section advises)."""
    return unicodedata.normalize("NFKC", password)


def _without(password: str, own: Iterable[str]) -> str:
    """Return a password without the words of these texts, and of this program."""
    words = {word for text in (SERVICE, *own) for word in re.split(r"[\W_]+", text) if len(word) >= SHORTEST_WORD}
    if not words:
        return password
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(longest_first, "", password, flags=re.IGNORECASE)


def _is_hard(text: str) -> bool:
    return bool(text) and _guessed(text)["score"] >= HARD_ENOUGH


def _guessed(password: str) -> dict[str, Any]:
    # Imported late: its lists cost 15 MB, and most programs and requests set no password.
    import zxcvbn

    found: dict[str, Any] = zxcvbn.zxcvbn(password[:JUDGED_LENGTH])
    return found


@cache
def _nobodys_salt() -> str:
    return _hasher.hash("the password of nobody").rpartition("$")[0]
