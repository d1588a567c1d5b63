"""Changes as the api documents them (rows are written without a Python object each), and months with their hashes."""

from pydantic import Field

from api.http.models import Page, Shape, Time
from api.observations.models import Instant
from api.revisions.models import Revision


class ChangedFacility(Shape):
    """A facility of which something was committed, with the file that is in force now.

    Another hash than the one you know: calibrations, formulas or plans have changed. /api/v1/facilities/{facility} has
    them.
    """

    facility: str = Field(examples=["vale"])
    version: int
    hash: str
    applied_at: Time


class ChangedRevision(Revision):
    """A revision under which these commits replaced values or flags, as it is now."""

    facility: str = Field(examples=["vale"])


class ChangedSpan(Shape):
    """All observations of one datastream in [from, to), as they are now: item i of each column belongs to times[i]."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    id: int
    unit: str = Field(description="UCUM")
    commit: int = Field(description="The last of these commits that touched the datastream")
    from_: Time = Field(alias="from", description="Included")
    to: Time = Field(description="Not included")
    is_whole: bool = Field(description="false: of this span observations have left the database for the archive")
    times: list[Instant]
    results: list[float | None] = Field(description="null: the read failed")
    qualities: list[int]
    tests: list[str | None]


class Changes(Page):
    """What some commits changed, in the order of the commits: `since` < commit <= `until`.

    `next` is the address of what follows. At the end it is null: ask with `since` = `until` when you want to know more.
    """

    since: int | None
    until: int
    begins: int | None = Field(
        description="null: nothing is missing. Else the log begins behind `since`, or does not have it: compare"
        " `months`, fetch those that differ, then go on with `next`. The number is the oldest `since` that is known"
    )
    months: str | None = Field(description="Where the months stand with their content hashes; null where `begins` is")
    facilities: list[ChangedFacility] = Field(description="On the first page of these commits")
    revisions: list[ChangedRevision] = Field(description="On the first page of these commits")
    spans: list[ChangedSpan] = Field(description="A long one is continued on the next page")


class MonthDigest(Shape):
    """One month (UTC) of one datastream, and the hash of its rows (docs/researching.md has the rule)."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    id: int
    month: str = Field(examples=["2026-05"])
    rows: int
    sha256: str | None = Field(description="null: observations of this month have left the database for the archive")


class MonthDigests(Page):
    """Months that have observations, in the order of datastreams and months."""

    months: list[MonthDigest]
