"""The share of closed facilities with complete records, and its bounds where the status is not known."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.policy import PolicyRow
from tailings.policy.indicators import records_complete
from tailings.register.closed_facilities import NEEDED
from tests.tailings.policy.rows import row

ROWS = st.lists(st.tuples(st.sampled_from(["closed", "unknown", "", "active"]), st.booleans()), max_size=7)


def made(number: int, status: str, is_complete: bool) -> PolicyRow:
    """A row with all fields or one less."""
    stated = len(NEEDED) - (not is_complete)
    return row(str(number), fields_stated=stated, **({"status": status} if status else {}))


@settings(max_examples=40)
@given(ROWS)
def test_the_bounds_are_those_of_every_choice(said: list[tuple[str, bool]]) -> None:
    """Second implementation: each subset of those without a status is taken as closed, and the shares are listed."""
    found = records_complete.measure([made(number, *one) for number, one in enumerate(said)])
    closed = [complete for status, complete in said if status == "closed"]
    unsaid = [complete for status, complete in said if status in ("unknown", "")]
    chosen = [closed + list(some) for n in range(len(unsaid) + 1) for some in combinations(unsaid, n)]
    shares = [Fraction(sum(some), len(some)) for some in chosen if some]

    assert found.value == (Fraction(sum(closed), len(closed)) if closed else None)
    if closed:
        assert (found.low, found.high) == (min(shares), max(shares))
