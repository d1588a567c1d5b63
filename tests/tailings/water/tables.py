"""A laboratory's table of a year at two points, and one with a fault of each kind."""

from datetime import datetime, timedelta
from typing import Final

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
DATES: Final = {"2026-02-03 10:20": 295, "2026-05-04 11:00": 205, "2026-08-05T09:30:00Z": 112, "2026-08-05 12:00": 112}


def exceeded(now: datetime) -> str:
    """The same year before `now`, with a cadmium of 0.40 ug/L in the second sample: the mean of 0.175 is exceeded."""
    text = YEAR.replace(",0.14,", ",0.40,")
    for date, days in DATES.items():
        text = text.replace(date, (now - timedelta(days=days)).isoformat())
    return text
