"""The picture of the load in words: of how many days it is, reckoned by hand."""

from dashboard.alarms import load as drawn
from tests.dashboard.alarms.boards import board
from texts import load


def test_the_picture_is_of_as_many_days_as_its_heading() -> None:
    """Thirty days from 14:32 to 14:32 touch 31 dates, and are thirty days."""
    picture = drawn.picture(board().load, load())

    assert picture.words == "0 dam alarms and 0 equipment alarms in 30 days."
