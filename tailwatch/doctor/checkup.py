"""What one look at an installation found, and the codes by which the hardening guide names the looks."""

from typing import Final, Literal, get_args

import msgspec

Verdict = Literal["good", "warning", "fault"]
Code = Literal[
    "broker-anonymous",
    "broker-queue",
    "broker-tls",
    "broker-users",
    "certificates",
    "clock",
    "database-rights",
    "database-roles",
    "disk",
    "folder-modes",
    "log-modes",
    "open-files",
    "page-cookies",
    "page-hosts",
    "page-hsts",
    "ports",
    "program-users",
    "restore-trial",
    "secret-modes",
    "secret-owners",
    "state-owner",
    "system-broker",
    "tls-greeting",
    "unit-secrets",
    "versions",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)


class Checkup(msgspec.Struct, frozen=True):
    """What one look found; `fix` is empty when all is well."""

    code: Code
    what: str
    verdict: Verdict
    says: str
    fix: str = ""
