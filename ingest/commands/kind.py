"""A kind of command: what it needs, and what carries it out."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from ingest.commands import kinds as room
from ingest.values import Connection

Outcome = dict[str, Any]
Tell = Callable[[float], None]
"""Takes the share that is done, 0 to 1."""


Slice = tuple[Outcome, float]
"""The outcome so far, and the share that is done."""


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
    carry_out: Callable[[Connection, Task, Any, Tell], Outcome] | None = None
    """Does all of it in one transaction."""
    refuses: tuple[type[Exception], ...] = ()
    """What its room raises when a person must change something."""
    secrets: tuple[str, ...] = ()
    """Fields of the body that are taken out of the row when it is over, however it ended."""
    carry_out_slice: Callable[[Connection, Task, Any, Outcome | None], Slice] | None = None
    """In place of `carry_out`: does some of it in one transaction, and goes on from its own outcome."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the body, without references."""
        (schema,), components = msgspec.json.schema_components([self.body], ref_template="{name}")
        found: dict[str, Any] = components.get(str(schema.get("$ref")), schema)
        return found

    def do(self, connection: Connection, task: Task, tell: Tell) -> Outcome:
        """Check the body and carry the command out; raise Refused."""
        assert self.carry_out is not None
        with self._refused():
            return self.carry_out(connection, task, self._body(task), tell)

    def do_slice(self, connection: Connection, task: Task, so_far: Outcome | None) -> Slice:
        """Check the body and carry out what comes next; raise Refused."""
        assert self.carry_out_slice is not None
        with self._refused():
            return self.carry_out_slice(connection, task, self._body(task), so_far)

    def _body(self, task: Task) -> msgspec.Struct:
        try:
            return msgspec.convert(task.body, self.body)
        except msgspec.ValidationError as error:
            raise CommandRefused(f"body: {error}") from error

    @contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except self.refuses as error:
            raise CommandRefused(str(error)) from error


def kinds() -> dict[str, Kind]:
    """Return every kind by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(room.__path__) if not module.name.startswith("_"))
    return {kind.name: kind for kind in map(_kind, names)}


def _kind(name: str) -> Kind:
    module = importlib.import_module(f"{room.__name__}.{name}")
    refuses = getattr(module, "REFUSES", ())
    return Kind(
        name.replace("_", "-"),
        module.ROLE,
        module.WHAT,
        module.Body,
        getattr(module, "carry_out", None),
        refuses=refuses,
        secrets=getattr(module, "SECRETS", ()),
        carry_out_slice=getattr(module, "carry_out_slice", None),
    )
