"""Arrays as PostgreSQL sends them in binary, read by numpy.

Source of the layout: PostgreSQL 17, src/backend/utils/adt/arrayfuncs.c, array_send: five int32 of head for one
dimension (dimensions, flags, element type, length, lower bound), then each item as int32 length and its bytes. Times
are microseconds since 2000-01-01.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

HEAD_BYTES: Final = 20
EPOCH_US: Final = 946_684_800_000_000
"""Unix microseconds of PostgreSQL's year zero."""
EPOCH_MS: Final = EPOCH_US // 1000


def items(sent: bytes | None, kind: str) -> npt.NDArray[Any]:
    """Return the values (numpy type `kind`, such as ">f8") of a one-dimensional array without NULL; None is empty."""
    return np.frombuffer(sent or bytes(HEAD_BYTES), [("size", ">i4"), ("value", kind)], offset=HEAD_BYTES)["value"]
