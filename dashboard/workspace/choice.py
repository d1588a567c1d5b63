"""What the address of the page of charts asks for: series on either axis, time, as of when, which view."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self
from urllib.parse import urlencode

from api.series.workspace import MAX_SERIES, WorkspaceQuestion
from dashboard import period
from tailings.instants import rfc3339

AXES: Final = ("left", "right")


@dataclass(frozen=True)
class ChartChoice:
    """The state of the page; `start`, `stop` and `as_of` stand in the address as they were given."""

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    start: str = ""
    stop: str = ""
    as_of: str = ""
    is_scatter: bool = False
    facility: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """Read the parameters of an address; more series than MAX_SERIES are left out."""
        left, right = (tuple(dict.fromkeys(name for name in asked.get(axis, "").split(",") if name)) for axis in AXES)
        left = left[:MAX_SERIES]
        right = tuple(name for name in right if name not in left)[: MAX_SERIES - len(left)]
        known = {key: asked.get(name, "") for key, name in (("start", "from"), ("stop", "to"), ("as_of", "as_of"))}
        return cls(left, right, **known, is_scatter=asked.get("view") == "scatter", facility=asked.get("facility", ""))

    @property
    def names(self) -> tuple[str, ...]:
        """All series, those of the left axis first."""
        return (*self.left, *self.right)

    @property
    def address(self) -> str:
        """The address of this state."""
        given = {
            "left": ",".join(self.left),
            "right": ",".join(self.right),
            "from": self.start,
            "to": self.stop,
            "as_of": self.as_of,
            "view": "scatter" if self.is_scatter else "",
            "facility": self.facility,
        }
        query = urlencode({key: value for key, value in given.items() if value}, safe=":,")
        return f"/charts?{query}" if query else "/charts"

    def with_series(self, name: str, axis: str) -> Self:
        """With a series more on one axis, and on that one alone."""
        without = self.without(name)
        if axis == "left":
            return replace(without, left=(*without.left, name))
        return replace(without, right=(*without.right, name))

    def without(self, name: str) -> Self:
        """Without a series."""
        left, right = (tuple(one for one in names if one != name) for names in (self.left, self.right))
        return replace(self, left=left, right=right)

    def named(self, names: Mapping[str, str]) -> Self:
        """The same by full names, of which `names` has those of ids."""
        left, right = (tuple(dict.fromkeys(names.get(one, one) for one in some)) for some in (self.left, self.right))
        return replace(self, left=left, right=tuple(one for one in right if one not in left))

    def question(self, zone: str, now: datetime) -> tuple[period.Period, WorkspaceQuestion]:
        """What is asked of the api, and the time that it is asked over."""
        shows = period.parse(self.start, self.stop, zone, now)
        as_of = period.instant(self.as_of, zone)
        as_of = as_of if as_of and as_of <= now else None
        return shows, WorkspaceQuestion(self.names, shows.start, shows.end, as_of, self.is_scatter)

    def api_address(self, question: WorkspaceQuestion) -> str:
        """The same question at the api."""
        query = [("datastream", name) for name in self.names]
        query += [(key, rfc3339(at)) for key, at in (("from", question.start), ("to", question.stop)) if at]
        query += [("as_of", rfc3339(question.as_of))] if question.as_of else []
        query += [("scatter", "true")] if self.is_scatter else []
        return f"/api/v1/series?{urlencode(query, safe=':')}"
