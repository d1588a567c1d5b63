"""What is held back: told once, counted, bounded, and forgotten when its sender is understood again."""

from runtime import held_back
from runtime.held_back import HeldBack, Note

SAID = "agent vale/gw1 speaks protocol 3, this release understands 1 to 2: upgrade the centre"


class Told:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def __call__(self, level: str, event: str, **fields: object) -> None:
        self.lines.append((level, event, fields))


def test_a_later_sender_is_told_once_and_counted() -> None:
    """The sentence of who must be upgraded, the first time; since when, and how often."""
    told, now = Told(), iter([1000, 2000, 3000])
    held = HeldBack("centre", told, lambda: next(now), newest=2)

    assert [held.holds("agent vale/gw1", 3) for _ in range(5)] == [True] * 5
    assert held.notes() == {"agent vale/gw1": Note(3, 1000, 5)}
    assert told.lines == [("ERROR", "protocol-not-understood", {"reason": SAID})]


def test_one_that_is_understood_again_is_forgotten() -> None:
    """Its sender went back to the older release."""
    told = Told()
    held = HeldBack("centre", told, lambda: 0, newest=2)
    held.holds("agent vale/gw1", 3)

    assert not held.holds("agent vale/gw2", 2) and held.notes()
    assert not held.holds("agent vale/gw1", 2)
    assert held.notes() == {} and told.lines[-1][1] == "protocol-understood"


def test_what_is_noted_is_bounded() -> None:
    """A thousand senders are noted; what others send is held back all the same, without a line each."""
    told = Told()
    held = HeldBack("centre", told, lambda: 0, newest=2)

    assert all(held.holds(f"agent vale/gw{number}", 3) for number in range(held_back.MAX_SENDERS + 100))
    assert len(held.notes()) == len(told.lines) == held_back.MAX_SENDERS
