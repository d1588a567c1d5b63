"""Answers that are kept for whoever asks again."""

from api.http.most_recent import MostRecent


def test_the_one_that_nobody_asked_for_longest_goes_first() -> None:
    """Asking keeps an answer; what was kept anew replaces it, and no more than so many are there."""
    kept = MostRecent[str, int](2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1

    assert kept.keep("c", 3) == 3

    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
    assert (kept.keep("a", 4), kept.get("a")) == (4, 4)
