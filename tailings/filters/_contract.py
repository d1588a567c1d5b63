"""The words a filter speaks: how far it looks, and how it is found."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

from tailings import plugins
from tailings.facility.model import Datastream
from tailings.series import Series

PACKAGE = "tailings.filters"


class FlagWindow(NamedTuple):
    """What a flag depends on besides its own row: so many seconds and rows before, and so many rows after."""

    before_s: float = 0.0
    before_rows: int = 0
    after_rows: int = 0


class Around(NamedTuple):
    """What a filter knows besides the series: other series by datastream name, and how often a value is expected.

    open_since_ms: from when on rows of a partner may still get another flag (`tailings.partners`).
    """

    others: Mapping[str, Series] = {}
    expected_interval_s: float = 3600.0
    open_since_ms: Mapping[str, int] = {}


def get(name: str) -> ModuleType:
    """The filter of this name; raises plugins.UnknownPlugin."""
    return plugins.find(PACKAGE, name)


def names() -> tuple[str, ...]:
    """The names of all filters."""
    return plugins.names(PACKAGE)


def window_of(name: str, settings: Any) -> FlagWindow:
    """How far a filter looks; a filter that says nothing looks at the row alone."""
    module = get(name)
    return module.window(settings) if hasattr(module, "window") else FlagWindow()


def widest(filters: dict[str, Any]) -> FlagWindow:
    """The window that serves all filters of a datastream."""
    windows = [window_of(name, settings) for name, settings in filters.items()]
    return FlagWindow(
        max((window.before_s for window in windows), default=0.0),
        max((window.before_rows for window in windows), default=0),
        max((window.after_rows for window in windows), default=0),
    )


def see_the_row_alone(datastream: Datastream) -> bool:
    """Whether each filter of a datastream looks at the judged value and at nothing else: its flag is final at once."""
    return widest(datastream.filters) == FlagWindow() and not others_of(datastream)


def are_silent(datastream: Datastream, series: Series) -> bool:
    """Whether each filter of a datastream can tell at once that it says nothing of any row of these."""
    for name, settings in datastream.filters.items():
        can_tell = getattr(get(name), "is_silent", None)
        if can_tell is None or not can_tell(series, settings):
            return False
    return True


def others_of(datastream: Datastream) -> list[str]:
    """The other datastreams that the filters of one look at, partners and diagnostics, each once."""
    return _named(datastream, "OTHERS")


def partners_of(datastream: Datastream) -> list[str]:
    """The datastreams that one is compared with, each once."""
    return _named(datastream, "PARTNERS")


def own_tests(datastream: Datastream) -> dict[str, Any]:
    """The filters that judge a datastream without a partner, with their settings."""
    return {name: settings for name, settings in datastream.filters.items() if not _is(name, "PARTNERS")}


def comparisons(datastream: Datastream) -> dict[str, Any]:
    """The filters that compare a datastream with partners, with their settings."""
    return {name: settings for name, settings in datastream.filters.items() if _is(name, "PARTNERS")}


def _named(datastream: Datastream, kind: str) -> list[str]:
    found = [other for name, settings in datastream.filters.items() if _is(name, kind) for other in settings.others()]
    return list(dict.fromkeys(found))


def _is(name: str, kind: str) -> bool:
    return bool(getattr(get(name), kind, False))
