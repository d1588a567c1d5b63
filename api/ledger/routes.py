"""The ledger: what was sent, what became of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.access import OfFacility
from api.http.answers import REVALIDATE
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.http.parameters import FacilityId, Parameters, Sender
from api.ledger import answers, queries
from api.ledger.models import Ledger, LedgerCounts, SequenceState
from tailings import csv_text
from tailings.instants import rfc3339

DEFAULT_DAYS: Final = 30
MAX_DAYS: Final = 3_660
LAST_DAY: Final = date.max - timedelta(days=1)
MAX_GAPS: Final = 200
CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"
HEADER: Final = ("sender", "epoch", "started_at", "updated_at", "through", *LedgerCounts.model_fields)
CSV_EXAMPLE: Final = ",".join(HEADER) + "\r\n"

router = APIRouter(prefix="/api/v1", tags=["ledger"])


class LedgerQuery(Parameters):
    """Which part of the ledger."""

    sender: Annotated[Sender | None, Field(description="Only of this node, or agent", examples=["n07"])] = None
    from_: Annotated[date | None, Field(alias="from", description="First day (UTC); 30 days ago")] = None
    to: Annotated[date | None, Field(description="Last day (UTC), included; today")] = None
    gaps: Annotated[int, Field(ge=0, le=MAX_GAPS, description="So many of the longest gaps")] = 0
    unsettled_after_h: Annotated[int, Field(ge=1, le=87_600, description="See `unsettled_since` of the answer")] = (
        answers.UNSETTLED_AFTER_H
    )
    format: Annotated[Literal["json", "csv"], Field(description="csv has the sequence states")] = "json"

    def interval(self, now: datetime) -> tuple[date, date]:
        """Return first and last day; raise BadParameter."""
        last = self.to or now.date()
        first = self.from_ or last - timedelta(days=min(DEFAULT_DAYS, last.toordinal() - 1))
        if first > last:
            raise BadParameter(f"from ({first}) must not be after to ({last}); exchange them.", "from")
        if (last - first).days > MAX_DAYS:
            raise BadParameter("from and to may be at most ten years apart; ask for parts.", "from")
        return first, min(last, LAST_DAY)


@router.get(
    "/facilities/{facility}/ledger",
    summary="Sent, stored, dropped, lost ...: by sender, epoch and day",
    dependencies=[Depends(OfFacility("read"))],
    response_model=Ledger,
    responses={200: {"content": {"text/csv": {"example": CSV_EXAMPLE}}}},
)
async def ledger_of_facility(
    facility: FacilityId, database: Data, now: Now, query: Annotated[LedgerQuery, Query()]
) -> Ledger | Response:
    """sent = stored + quarantined + dropped + unreadable + lost + pending, in every sequence state and every sum.

    Sequence states are whole, whatever `from` and `to` say; these choose the days and the gaps.
    """
    first, last = query.interval(now)
    if query.format == "csv":
        quiet_since = now - timedelta(hours=query.unsettled_after_h)
        sequence_states = await queries.sequence_states(database, facility, query.sender, quiet_since)
        headers = {"content-disposition": f'attachment; filename="{facility}_ledger.csv"'}
        return Response(_csv(sequence_states), headers={"cache-control": REVALIDATE, **headers}, media_type=CSV_TYPE)
    return await answers.of_facility(
        database,
        facility,
        query.sender,
        first,
        last,
        gaps=query.gaps,
        now=now,
        unsettled_after_h=query.unsettled_after_h,
    )


def _csv(sequence_states: Sequence[SequenceState]) -> str:
    rows: list[tuple[object, ...]] = [HEADER]
    for one in sequence_states:
        told = (rfc3339(one.started_at), rfc3339(one.updated_at))
        rows.append((one.sender, one.epoch, *told, one.through, *one.counts.model_dump().values()))
    return csv_text.text(rows)
