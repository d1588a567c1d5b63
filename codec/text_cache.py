"""What stays known of texts that strangers write: those that are valid, for the rules bound their length.

What is not valid may be as long as a message, so it is looked at again each time: else a sender could fill the memory.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any


def remembered(is_valid: Callable[[Any], bool], most: int) -> Callable[[object], bool]:
    """The same check, which remembers `most` texts that passed; raises ValueError for others, which no cache keeps."""

    @lru_cache(most)
    def passed(text: object) -> bool:
        if not is_valid(text):
            raise ValueError
        return True

    return passed
