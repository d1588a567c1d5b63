"""Events as text, read back by a reader that follows the standard."""

from api.live import events
from tests.api.stream import Event, EventReader


def read(text: bytes, last_id: str = "") -> tuple[list[Event], str]:
    reader = EventReader(last_id)
    found = [event for line in text.decode().split("\n")[:-1] if (event := reader.line(line)) is not None]
    return found, reader.last_id


def test_hello_gives_an_id_to_come_back_with() -> None:
    """A client that hears nothing but hello can still go on from there."""
    assert read(events.hello(7)) == ([Event("hello", {"commit": 7}, "7")], "7")


def test_a_heartbeat_moves_the_id_on_without_an_event() -> None:
    """WHATWG HTML 9.2.6: an id without data sets the last event id and dispatches nothing."""
    assert read(events.heartbeat(9), "7") == ([], "9")


def test_dropped_leaves_the_id_where_it_was() -> None:
    """A client that is let go comes back with the last commit it saw."""
    found, last_id = read(events.dropped("slow"), "7")

    assert (found[0].name, found[0].data, last_id) == ("dropped", {"reason": "slow"}, "7")


def test_reset_gives_the_new_place() -> None:
    """After reset the client goes on from the id of the server."""
    assert read(events.reset(3, "put back"), "7")[1] == "3"
