"""The quality of an observation: the five QARTOD flags (IOOS QARTOD, UNESCO/IOC Manuals and Guides 54)."""

PASS = 1
NOT_EVALUATED = 2
SUSPECT = 3
FAIL = 4
MISSING = 9

FLAGS = ((PASS, "pass"), (NOT_EVALUATED, "not evaluated"), (SUSPECT, "suspect"), (FAIL, "fail"), (MISSING, "missing"))


def is_flag(flag: int) -> bool:
    """Whether `flag` is one of the five."""
    return 1 <= flag <= 4 or flag == MISSING


def is_usable(flag: int) -> bool:
    """Whether a value with this flag counts as a reading: it is there, and no filter rejected it."""
    return flag not in (FAIL, MISSING)


def worst(a: int, b: int) -> int:
    """The flag that decides when two tests disagree: 9 > 4 > 3 > 2 > 1."""
    return a if a > b else b
