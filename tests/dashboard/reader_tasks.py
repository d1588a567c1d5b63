"""Five things that readers come for, and in how many clicks each is done; docs/pages.md has the table."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator

from tailings.tables import table


@dataclass(frozen=True)
class ReaderTask:
    """Who wants what, from where, and the most clicks that it may take; what is typed is no click."""

    who: str
    wants: str
    begins: str
    clicks: int
    way: str


TASKS: Final = {
    "acknowledge": ReaderTask(
        "operator at night, on a phone",
        "acknowledge an alarm",
        "the overview",
        3,
        "Alarms, Acknowledge, Acknowledge. From a message: its link, then one button",
    ),
    "why": ReaderTask(
        "duty engineer",
        "find why a facility is yellow, and what the number is made of",
        "the overview",
        3,
        "the facility, Safety, Where does 339.80 m come from",
    ),
    "calibration": ReaderTask(
        "engineer of record",
        "see before and after of a calibration",
        "the safety page",
        4,
        "Instruments, the instrument, Add a calibration, Preview",
    ),
    "series": ReaderTask(
        "researcher",
        "have three series in one picture, with an address to cite",
        "the overview",
        5,
        "Charts, Show its series, the axis of each",
    ),
    "neighbour": ReaderTask(
        "neighbour, or who is asked by one",
        "say what is going on, and send it",
        "the overview",
        3,
        "the facility, Safety, Copy link: the first line is the answer",
    ),
}


class Reader:
    """Clicks, and counts them."""

    def __init__(self, task: str) -> None:
        self.task = TASKS[task]
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """Click once."""
        what.click()
        self.clicks += 1

    def has_done(self) -> bool:
        """Whether it took as many clicks as the table says: fewer are written there too."""
        return self.clicks == self.task.clicks


def clicks() -> str:
    """The table of docs/pages.md."""
    rows = [(one.who, one.wants, one.begins, str(one.clicks), one.way) for one in TASKS.values()]
    return table(("who", "wants to", "from", "clicks", "way"), rows)
