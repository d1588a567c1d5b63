"""The ack of batches: what the centre tells an agent that it has, on the ack's topic and in the answer to a hello.

Unlike the ack of a node it says of which batch it speaks: `chain` is the number of batch `through` (`codec.chain`). An
agent of before chains states none and is told none.
"""

from typing import Annotated, Final

import msgspec

from codec import json_document
from wire import limits

MAX_BYTES: Final = 256

Count = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_SEQ)]
Epoch = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}$")]


class BatchAck(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every batch of this epoch up to seq `through` is stored or accounted for.

    chain: the number of batch `through`; None: nothing was ever received under it, or it states none. differs: the seq
    of a batch that was refused just now, because another one is stored under its seq, or beside it. held: the seq of
    the lowest batch that is held back, because its refused part finds no room in quarantine; it is held no more when
    `through` has passed it.
    """

    epoch: Epoch
    through: Annotated[int, msgspec.Meta(ge=-1, le=limits.MAX_SEQ)]
    chain: Epoch | None = None
    differs: Count | None = None
    held: Count | None = None


def decode(data: bytes) -> BatchAck:
    """Raises BadPack."""
    return json_document.decode(data, BatchAck, MAX_BYTES)


encode = msgspec.json.encode
