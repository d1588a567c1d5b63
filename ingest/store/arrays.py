"""Arrays as PostgreSQL writes and sends them: psycopg's general way costs more than the statements they serve.

Source of the binary layout: PostgreSQL 17, src/backend/utils/adt/arrayfuncs.c, array_send: five int32 of head for one
dimension (dimensions, flags, element type, length, lower bound), then each item as int32 length and its bytes.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HEAD_BYTES: Final = 20


def array(values: Iterable[object]) -> str:
    """Return the array literal of numbers, None and texts of a-z 0-9 _ . - and commas (the names of tests).

    Python writes a list nearly as PostgreSQL does, and in C: what differs is replaced in the whole text.
    """
    return "{" + str(list(values))[1:-1].replace("'", '"').replace("None", "NULL") + "}"


def items(sent: bytes, kind: str) -> npt.NDArray[Any]:
    """Return the values (numpy type `kind`, such as ">f8") of a one-dimensional array without NULL, as it was sent."""
    return np.frombuffer(sent, [("size", ">i4"), ("value", kind)], offset=HEAD_BYTES)["value"]
