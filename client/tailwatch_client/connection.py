"""Questions to one site over HTTP: what may be asked again is, with growing pauses; the rest is an exception.

ClientError
|- KeyNotSafe       the file of the key can be read by others, or the key would travel in the clear
|- SiteAway         the site did not answer, however often it was asked
|- Refused          the question is wrong; the sentence of the site says what to do
   |- NotAllowed    a key is missing, or has not this right
   |- NotFound      there is no such thing that you may read
   |- LeftTheDatabase  the observations are in the operator's archive alone
|- BadAnswer        what answered is no Tailwatch site, or one of another time
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

ENVIRONMENT: Final = "TAILWATCH_KEY"
ATTEMPTS: Final = 6
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 60.0
PASSING: Final = (429, 502, 503, 504)
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
OTHERS: Final = 0o077
Question = Mapping[str, str | int | Sequence[str] | None]


class ClientError(Exception):
    """Whatever this package raises; the sentence says what happened and what to do."""


class KeyNotSafe(ClientError):
    """The key is where others can read it."""


class SiteAway(ClientError):
    """The site does not answer."""


class BadAnswer(ClientError):
    """The answer is not one of Tailwatch."""


class Refused(ClientError):
    """The site refused the question."""


class NotAllowed(Refused):
    """A key is missing, or has not this right."""


class NotFound(Refused):
    """There is no such thing that you may read."""


class LeftTheDatabase(Refused):
    """The observations are in the archive alone."""


REFUSALS: Final[dict[int, type[Refused]]] = {401: NotAllowed, 403: NotAllowed, 404: NotFound, 410: LeftTheDatabase}


def key_of(address: str, key_file: Path | None) -> str | None:
    """Return the key from the environment or a file that only its owner can read, None where there is none."""
    key = os.environ.get(ENVIRONMENT, "").strip()
    if key_file is not None:
        if key_file.stat().st_mode & OTHERS:
            raise KeyNotSafe(f"{key_file} can be read by others: chmod 600 {key_file}")
        key = key_file.read_text().strip()
    parts = urlsplit(address)
    if key and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise KeyNotSafe(f"{address} is not https: everybody on the way could read your key")
    return key or None


class Connection:
    """One site; questions may come from several threads. `pause` waits: a test gives another one."""

    def __init__(
        self,
        address: str,
        key_file: Path | None = None,
        timeout_s: float = 60.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        key = key_of(address, key_file)
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self.address = address.rstrip("/")
        self._http = httpx.Client(base_url=self.address, headers=headers, timeout=timeout_s)
        self._pause = pause

    def close(self) -> None:
        """End it."""
        self._http.close()

    def get(self, path: str, question: Question | None = None) -> dict[str, Any]:
        """Return an answer of the api; raise a ClientError."""
        return self.document(self.answer(path, question))

    def answer(self, path: str, question: Question | None = None, accept: str = "*/*") -> httpx.Response:
        """Return an answer as it came, in one of the media types that are accepted; raise a ClientError."""
        if not path.startswith("/"):
            raise BadAnswer(f"{self.address} sends to another place: {path}")
        asked = None if question is None else {name: value for name, value in question.items() if value is not None}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._http.get(path, params=asked, headers={"accept": accept})
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise SiteAway(f"{self.address} did not answer {ATTEMPTS} times: {error}") from error
                self._pause(_pause_s(attempt, None))
                continue
            if answer.status_code not in PASSING:
                return _good(answer)
            if attempt == ATTEMPTS:
                raise SiteAway(f"{self.address} could not answer {ATTEMPTS} times: {_sentence(answer)}")
            self._pause(_pause_s(attempt, answer.headers.get("retry-after")))
        raise AssertionError("the last attempt returns or raises")

    @staticmethod
    def document(answer: httpx.Response) -> dict[str, Any]:
        """Return the document of an answer in JSON; raise BadAnswer."""
        try:
            found = answer.json()
        except ValueError as error:
            raise BadAnswer(f"{answer.url} answered no JSON: is this the address of a Tailwatch site?") from error
        if isinstance(found, dict):
            return found
        raise BadAnswer(f"{answer.url} answered something else than a document")

    def pages(self, path: str, question: Question | None = None) -> Iterator[dict[str, Any]]:
        """Give the pages of a list; each is asked again by itself, so a broken line costs one page."""
        page = self.get(path, question)
        yield page
        while page["next"]:
            page = self.get(page["next"])
            yield page


def _pause_s(attempt: int, retry_after: str | None) -> float:
    """Return a random pause up to a limit that doubles; never less than the site asks for."""
    limit_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (attempt - 1))
    asked_s = float(retry_after) if retry_after is not None and retry_after.isdigit() else 0.0
    return min(LONGEST_PAUSE_S, asked_s + random.uniform(limit_s / 2, limit_s))


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if answer.is_client_error:
        raise REFUSALS.get(answer.status_code, Refused)(_sentence(answer))
    raise BadAnswer(f"{answer.url} answered {answer.status_code}: {_sentence(answer)}")


def _sentence(answer: httpx.Response) -> str:
    """What a problem document (RFC 9457) says."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.reason_phrase}"
