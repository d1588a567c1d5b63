"""Arrays as PostgreSQL reads them: psycopg's general way costs more than the statements they serve."""

from collections.abc import Iterable


def array(values: Iterable[object]) -> str:
    """Return the array literal of numbers, None and texts of a-z 0-9 _ . - and commas (the names of tests).

    Python writes a list nearly as PostgreSQL does, and in C: what differs is replaced in the whole text.
    """
    return "{" + str(list(values))[1:-1].replace("'", '"').replace("None", "NULL") + "}"
