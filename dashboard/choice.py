"""Which datastreams a facility's page draws: those in the address, else what tells most of a dam."""

from collections.abc import Iterable, Sequence

from dashboard.view_models import DatastreamRow

MAX_CHOSEN = 10
DEFAULT_CHOSEN = 7
# The order in which a dam is read: what fills it, where its water stands, what comes through, what moves.
TELLING = (
    "pond-level",
    "water-level",
    "rain",
    "seepage-flow",
    "turbidity",
    "tilt",
    "displacement",
    "ph",
    "conductivity-25",
    "conductivity",
    "pore-pressure",
    "pressure",
    "temperature",
    "barometric-pressure",
    "voltage",
)
MAX_OF_ONE = 4


def chosen(asked: Iterable[str], rows: Sequence[DatastreamRow]) -> list[str]:
    """Give the names that are drawn: those asked for that exist, at most ten; the most telling when none is."""
    known = {row.name for row in rows}
    found = [name for name in dict.fromkeys(asked) if name in known][:MAX_CHOSEN]
    return found or most_telling(rows)


def most_telling(rows: Sequence[DatastreamRow]) -> list[str]:
    """Give up to six derived or directly telling datastreams, at most four of one quantity."""
    names: list[str] = []
    for quantity in TELLING:
        found = [row.name for row in rows if row.quantity == quantity and row.count]
        names += found[:MAX_OF_ONE]
    return names[:DEFAULT_CHOSEN] or [row.name for row in rows[:DEFAULT_CHOSEN]]
