"""Why a broker cannot be reached, or gives nothing, in a sentence that says what a person can do about it.

Source of the numbers: OpenSSL, x509_vfy.h, X509_V_ERR_*.
"""

import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

NOT_YET_VALID: Final = 9
EXPIRED: Final = 10
NOT_OF_THIS_AUTHORITY: Final = (2, 7, 18, 19, 20, 21)
OTHER_NAME: Final = (62, 64)
SHARE: Final = "$share/"
MAX_NAMED: Final = 3  # topics in one sentence


def sentence(error: BaseException | None, host: str, port: int, ca_file: Path | None) -> str:
    """What the error of a connection attempt means for the person who has to act."""
    where = f"{host}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error, host, ca_file)
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS as expected ({error.reason or error}); is it the TLS port?"
    if isinstance(error, ConnectionResetError) and ca_file is not None:
        return f"{where} cuts the connection instead of speaking TLS; is it the TLS port?"
    if isinstance(error, socket.gaierror):
        return f"the name {host} cannot be resolved; look at the network and its name server"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on {where}; is it running?"
    if isinstance(error, TimeoutError):
        return f"{where} does not answer; look at the network and its firewall"
    return f"{where} cannot be reached: {error or 'no reason given'}"


def needs_person(error: BaseException | None) -> bool:
    """Whether it will not pass by itself, as a link that is down does."""
    return isinstance(error, ssl.SSLError)


def refusal(refused: Mapping[str, str], user: str) -> str:
    """What it means that the broker refuses a user subscriptions: topics, with the broker's reasons."""
    topics = list(refused)
    more = f" and {len(topics) - MAX_NAMED} more" if len(topics) > MAX_NAMED else ""
    asked, plain = (", ".join(some[:MAX_NAMED]) + more for some in (topics, list(map(_without_share, topics))))
    fix = f"its access list must let that user read {plain}"
    return f"the broker refuses {asked} to {user} ({refused[topics[0]]}): {fix}"


def _without_share(topic: str) -> str:
    """MQTT 5.0, section 4.8.2: $share/group/filter."""
    return topic.split("/", 2)[2] if topic.startswith(SHARE) else topic


def _of_certificate(error: ssl.SSLCertVerificationError, host: str, ca_file: Path | None) -> str:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}"
    if error.verify_code == EXPIRED:
        return f"the certificate of {host} has expired (here it is {now}): tailwatch pki renew, or set this clock"
    if error.verify_code == NOT_YET_VALID:
        return f"the certificate of {host} is not valid yet (here it is {now}); is this clock right?"
    if error.verify_code in NOT_OF_THIS_AUTHORITY:
        return f"the certificate of {host} is not from the authority in {ca_file}; put that broker's ca.crt there"
    if error.verify_code in OTHER_NAME:
        return f"the certificate is not for {host}; use a name that is in it, or tailwatch pki issue --host {host}"
    return f"the certificate of {host} is refused: {error.verify_message}"
