"""A laboratory's table of a year at two points, one of any twelve months, and one with a fault of each kind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = "Europe/Lisbon"
HEADINGS: Final = (
    "sample,point,medium,time,laboratory,pH,EC uS/cm,Cd ug/L dissolved [ICP-MS],Ni ug/L dissolved,Zn ug/L total,"
    "CaCO3 mg/L total,SO4 mg/L dissolved"
)
ROWS: Final = (
    "W-1,river-down,surface water,2026-02-03 10:20,Lab A,6.4,410,0.10,1.2,12,60,90",
    "W-2,river-down,surface water,2026-05-04 11:00,Lab A,6.3,455,0.14,1.4,15,70,110",
    "W-3,river-down,surface water,2026-08-05T09:30:00Z,Lab A,6.1,520,<0.05,9.1,n.s.,80,140",
    "W-4,weir,seepage,2026-08-05 12:00,Lab A,4.1,2890,3.2,61,900,900,1610",
)
YEAR: Final = "\n".join((HEADINGS, *ROWS)) + "\n"
CADMIUM: Final = ("0.19",) * 10 + ("0.175", "<0.05")
"""Twelve months whose mean is (10 x 0.19 + 0.175 + 0.025) / 12 = 0.175 ug/L."""


def months_before(now: datetime, months: int) -> datetime:
    """The same time of day so many months before, on the 28th at the latest; in the zone of the test facility."""
    local = now.astimezone(ZoneInfo(ZONE))
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, 28)) if months else local


def table(columns: str, rows: Sequence[str]) -> str:
    """A laboratory's table: the fixed columns and `columns`; each row of `rows` is one sample."""
    return "\n".join((f"sample,point,medium,time,laboratory,{columns}", *rows)) + "\n"


def monthly(
    now: datetime,
    columns: str,
    results: Sequence[str],
    point: str = "river-down",
    medium: str = "surface water",
    first: int = 0,
) -> str:
    """One sample a month, the newest `first` months before `now` and the others further back; a result row each."""
    rows = [
        f"{point}-{first + back},{point},{medium},{months_before(now, first + back).isoformat()},Lab A,{result}"
        for back, result in enumerate(results)
    ]
    return table(columns, rows)


def exceeded(now: datetime) -> str:
    """Twelve months at the river and a sample of the weir: cadmium's mean of 0.175 ug/L and a nickel of 9.1 ug/L."""
    river = [f"6.3,455,{cadmium},{'9.1' if back == 1 else '1.4'},15,70,110" for back, cadmium in enumerate(CADMIUM)]
    weir = ROWS[3].replace("2026-08-05 12:00", (now - timedelta(days=112)).isoformat())
    return monthly(now, HEADINGS.partition("laboratory,")[2], river) + weir + "\n"
