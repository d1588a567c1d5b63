"""A file of a register beside what of it is stored: what is new, what differs field by field, and what is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tailings.register.columns import COLUMNS
from tailings.register.values import RegisteredFacility, Value, Values, digest


class StoredFacility(Struct, frozen=True):
    """The newest revision of a row that is stored; is_gone: the newest file does not have it."""

    values: Values
    revision: int
    digest: str
    is_gone: bool = False


class FieldChange(Struct, frozen=True):
    """One column that differs; None: it is empty."""

    column: str
    before: Value | None
    after: Value | None


class ChangedFacility(Struct, frozen=True):
    """A row that is stored with other contents."""

    row: int
    id: str
    name: str
    changes: tuple[FieldChange, ...]


class ComparedRegister(Struct, frozen=True):
    """The rows of a file by what becomes of them, and the ids that it has no more."""

    added: tuple[RegisteredFacility, ...]
    changed: tuple[RegisteredFacility, ...]
    changes: tuple[ChangedFacility, ...]
    unchanged: tuple[str, ...]
    gone: tuple[str, ...]
    back: tuple[str, ...] = ()
    """Those that an earlier file had no more, unchanged or in a row that is refused."""


def compared(
    facilities: Sequence[RegisteredFacility],
    stored: Mapping[str, StoredFacility],
    refused_ids: Sequence[str] = (),
    *,
    is_whole: bool = True,
) -> ComparedRegister:
    """Compare the good rows of a file with the stored ones by their ids.

    refused_ids: those that stand in rows that are refused: they are in the file, so not gone.
    """
    added, changed, changes, unchanged = [], [], [], []
    for one in facilities:
        before = stored.get(one.id)
        if before is None:
            added.append(one)
        elif before.digest == digest(one.values):
            unchanged.append(one.id)
        else:
            changed.append(one)
            changes.append(
                ChangedFacility(one.row, one.id, str(one.values["name"]), differences(before.values, one.values))
            )
    here = {one.id for one in facilities} | set(refused_ids)
    gone = [id for id, one in stored.items() if id not in here and not one.is_gone] if is_whole else []
    return ComparedRegister(
        tuple(added),
        tuple(changed),
        tuple(changes),
        tuple(unchanged),
        gone=tuple(sorted(gone)),
        back=tuple(sorted(id for id in {*unchanged, *refused_ids} if id in stored and stored[id].is_gone)),
    )


def differences(before: Values, after: Values) -> tuple[FieldChange, ...]:
    """The columns that differ, in their order."""
    return tuple(
        FieldChange(one.name, before.get(one.name), after.get(one.name))
        for one in COLUMNS
        if before.get(one.name) != after.get(one.name)
    )
