"""The contact with the centre: silent by the age of its last answer, never before there was one, over restarts too."""

from edge_agent.buffer.buffer import Kept
from edge_agent.forward.contact import KEEP_EVERY_S, Contact

AFTER_S = 900.0
NOW_MS = 1_764_079_200_000


def contact(kept: Kept | None = None, had_centre: bool = False) -> Contact:
    """A contact that begins at second 0."""
    return Contact(AFTER_S, kept or Kept(), had_centre, lambda: NOW_MS, 0.0)


def test_silence_is_told_once_and_ends_with_the_next_word() -> None:
    """Fifteen minutes after the last acknowledgement it is silent; the next one ends it. Nothing is latched."""
    one = contact()
    one.acknowledged(10.0)
    told = [one.look(at_s, waits=True) for at_s in (11.0, 910.0, 910.1, 2000.0)]
    silent = one.is_silent
    one.acknowledged(2001.0)

    assert (told, silent) == ([False, False, True, False], True)
    assert (one.look(2002.0, waits=True), one.is_silent) == (True, False)


def test_with_nothing_to_send_an_answer_is_a_sign_of_life() -> None:
    """A quiet site counts from the last answer, and from there on when something waits after all."""
    one = contact()
    for at_s in range(0, 3000, 300):
        one.answered(float(at_s))
        one.look(float(at_s), waits=False)
    quiet = one.is_silent
    one.look(3500.0, waits=True)
    soon = one.is_silent
    one.answered(3590.0)  # it answers, and acknowledges nothing
    one.look(3601.0, waits=True)

    assert (quiet, soon, one.is_silent) == (False, False, True)


def test_who_never_had_a_centre_misses_none() -> None:
    """A gateway that works alone is not silent after a week; one with batches that were freed had a centre."""
    alone, upgraded = contact(), contact(had_centre=True)
    for one in (alone, upgraded):
        one.look(7 * 86_400.0, waits=True)

    assert (alone.is_silent, upgraded.is_silent) == (False, True)
    assert alone.answered_ms is None


def test_silence_outlives_a_restart_and_a_night_without_power_is_none() -> None:
    """What stood stands until the centre answers; a gateway that was off begins to count anew."""
    stood, off = contact(Kept(NOW_MS, True)), contact(Kept(NOW_MS - 86_400_000, False))
    for one in (stood, off):
        one.look(1.0, waits=True)
    before = stood.is_silent, off.is_silent
    stood.acknowledged(2.0)
    stood.look(3.0, waits=True)

    assert before == (True, False)
    assert not stood.is_silent


def test_the_disk_hears_of_a_change_and_else_seldom() -> None:
    """The first answer, each change, and the time of the last answer every ten minutes."""
    one = contact()
    assert one.to_keep(0.0) is None
    one.answered(1.0)
    first = one.to_keep(2.0)
    assert first == Kept(NOW_MS, False)
    one.kept(first, 2.0)
    one.answered(3.0)
    one.look(3.0 + 2 * AFTER_S, waits=True)

    assert one.to_keep(4.0) == Kept(NOW_MS, True)
    assert KEEP_EVERY_S <= AFTER_S
