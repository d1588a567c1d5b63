"""Pauses between attempts."""

from runtime.backoff import Backoff, spread_s


def test_attempts_become_rarer_up_to_a_limit() -> None:
    """2 s doubled up to 30 s, of which the later half is left to chance; a success begins anew."""
    backoff = Backoff(2.0)
    pauses_s = [backoff.next_s() for _ in range(20)]
    backoff.reset()

    longest_s = [2.0, 4.0, 8.0, 16.0] + 16 * [30.0]
    assert all(most / 2 <= pause < most for pause, most in zip(pauses_s, longest_s, strict=True))
    assert backoff.next_s() < 2.0


def test_a_pause_is_spread_over_the_later_half() -> None:
    """Never before ingest, which waits half as long: what comes before it is dropped by a broker without sessions."""
    assert (spread_s(2.0, 0.0), spread_s(30.0, 0.5)) == (1.0, 22.5)


def test_a_limit_of_its_own() -> None:
    """A database beside the program is asked again sooner than a broker far away: 0.05 s doubled up to 5 s."""
    backoff = Backoff(0.05, 5.0)

    pauses_s = [backoff.next_s() for _ in range(9)]

    assert pauses_s[0] <= 0.05 and 2.5 <= pauses_s[-1] <= 5.0
