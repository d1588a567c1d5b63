"""Candidates for tests: drawn by hypothesis, or by a seed."""

import numpy as np
from hypothesis import strategies as st

from tailings.comparison import INDICATORS, Candidate, Range

share = st.floats(0, 1, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    """Exact, even or with a middle."""
    low, middle, high = sorted(draw(st.tuples(share, share, share)))
    return draw(st.sampled_from((Range(low, low), Range(low, high), Range(low, high, middle))))


@st.composite
def candidates(draw: st.DrawFn, least: int = 2, most: int = 6) -> list[Candidate]:
    """Facilities of which some indicators are known."""
    known = st.dictionaries(st.sampled_from([one.name for one in INDICATORS]), ranges())
    return [
        Candidate(f"f{number}", found)
        for number, found in enumerate(draw(st.lists(known, min_size=least, max_size=most)))
    ]


def of_seed(count: int, seed: int) -> list[Candidate]:
    """So many facilities; of each indicator a quarter is unknown, exact, even, or has a middle."""
    random = np.random.default_rng(seed)

    def known() -> dict[str, Range]:
        found = {}
        for one in INDICATORS:
            low, middle, high = (float(value) for value in np.sort(random.random(3)))
            kinds = (None, Range(low, low), Range(low, high), Range(low, high, middle))
            if (of := kinds[random.integers(4)]) is not None:
                found[one.name] = of
        return found

    return [Candidate(f"register:{number}", known()) for number in range(count)]


EVEN = {one.name: 1.0 for one in INDICATORS}
