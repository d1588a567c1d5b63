"""What one version of a facility says otherwise than another: path, before, after."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

UNTOLD: Final = ("version", "version_hash", "derived_order")
"""Of every file its own."""
ABSENT: Final = object()
LONGEST: Final = 60


class ValueChange(msgspec.Struct, frozen=True):
    """One value that was added, removed or changed; `before` or `after` is None where there was or is nothing."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.path} added: {self.after}"
        return f"{self.path} removed" if self.after is None else f"{self.path}: {self.before} -> {self.after}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ValueChange]:
    """Return what changed between two documents of a facility, in order of path."""
    return list(_walk("", _plain(before), _plain(after)))


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it is in the database: JSON knows no tuples."""
    told = {key: one for key, one in document.items() if key not in UNTOLD}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return plain


def _walk(path: str, before: Any, after: Any) -> Iterator[ValueChange]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _walk(f"{path}.{key}" if path else key, before.get(key, ABSENT), after.get(key, ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            yield from _walk(f"{path}[{place}]", _item(before, place), _item(after, place))
    else:
        yield ValueChange(path, _text(before), _text(after))


def _item(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else ABSENT


def _text(value: Any) -> str | None:
    if value is ABSENT:
        return None
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
