"""How every program reaches the database: one server, or several of which one takes writes; what vanishes is noticed.

A connection string may name several hosts (libpq manual, 32.1.1.3). A standby, and a former primary, are refused when
the connection is made; a primary that becomes a standby ends its connections itself. A server that vanishes without a
word, cut off or without power, ends what waits for it within UNANSWERED_MS, and an idle connection a little later.
"""

from typing import Final, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

CONNECTS_WITHIN_S: Final = 5
NEXT_WITHIN_S: Final = 3
"""So long one of several servers is waited for: another one may answer."""
UNANSWERED_MS: Final = 5_000
"""TCP gives up what the other side has not acknowledged for so long (tcp(7), TCP_USER_TIMEOUT)."""
IDLE_S: Final = 5
BETWEEN_S: Final = 2
PROBES: Final = 3

Wanted = Literal["read-write", "primary", "standby", "any"]
"""Of what kind the server must be, which it says at the connection at no cost (PostgreSQL 14). `primary` is for who
makes its sessions read only, or wants to hear itself why nothing can be written."""


def reach(conninfo: str, program: str, wanted: Wanted = "read-write", options: str = "") -> str:
    """Return the connection string with what all programs share; raise psycopg.ProgrammingError where it is none."""
    return make_conninfo(
        conninfo,
        application_name=program,
        connect_timeout=NEXT_WITHIN_S if has_several(conninfo) else CONNECTS_WITHIN_S,
        keepalives_idle=IDLE_S,
        keepalives_interval=BETWEEN_S,
        keepalives_count=PROBES,
        tcp_user_timeout=UNANSWERED_MS,
        target_session_attrs=wanted,
        **({"options": options} if options else {}),
    )


def has_several(conninfo: str) -> bool:
    """Whether a connection string names several servers; raise psycopg.ProgrammingError where it is none."""
    given = conninfo_to_dict(conninfo)
    return "," in str(given.get("host") or given.get("hostaddr") or "")


def same_server(conninfo: str, connection: psycopg.Connection) -> str:
    """Return a connection string for the one server that a connection is to."""
    info = connection.info
    return make_conninfo(conninfo, host=info.host, hostaddr=info.hostaddr, port=info.port, target_session_attrs="any")
