"""A kind of command: what it needs, and what carries it out."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import msgspec

from ingest.commands import kinds as room
from ingest.values import Connection

Outcome = dict[str, Any]
Tell = Callable[[float], None]
"""Takes the share that is done, 0 to 1."""


class CommandRefused(Exception):
    """The command cannot be carried out as it is; the sentence tells its author what to change."""


class Task(msgspec.Struct, frozen=True):
    """One command row. `author` is user:3, key:5 or system:1000."""

    id: int
    kind: str
    facility: str
    author: str
    body: dict[str, Any]
    attempts: int
    is_stopped: bool = False
    """Somebody asked to stop it before it was begun."""


class Kind(msgspec.Struct, frozen=True):
    """A file of the room `kinds`, taken apart."""

    name: str
    role: str
    what: str
    body: type[msgspec.Struct]
    carry_out: Callable[[Connection, Task, Any, Tell], Outcome]
    refuses: tuple[type[Exception], ...] = ()
    """What its room raises when a person must change something."""
    secrets: tuple[str, ...] = ()
    """Fields of the body that are taken out of the row when it is over, however it ended."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the body, without references."""
        (schema,), components = msgspec.json.schema_components([self.body], ref_template="{name}")
        found: dict[str, Any] = components.get(str(schema.get("$ref")), schema)
        return found

    def do(self, connection: Connection, task: Task, tell: Tell) -> Outcome:
        """Check the body and carry the command out; raise Refused."""
        try:
            body = msgspec.convert(task.body, self.body)
        except msgspec.ValidationError as error:
            raise CommandRefused(f"body: {error}") from error
        try:
            return self.carry_out(connection, task, body, tell)
        except self.refuses as error:
            raise CommandRefused(str(error)) from error


def kinds() -> dict[str, Kind]:
    """Return every kind by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(room.__path__) if not module.name.startswith("_"))
    return {kind.name: kind for kind in map(_kind, names)}


def _kind(name: str) -> Kind:
    module = importlib.import_module(f"{room.__name__}.{name}")
    refuses = getattr(module, "REFUSES", ())
    named = name.replace("_", "-"), module.ROLE, module.WHAT, module.Body, module.carry_out
    return Kind(*named, refuses, getattr(module, "SECRETS", ()))
