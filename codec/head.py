"""The protocol that a head states, read before and apart from all else: what a later one changes behind it is its own.

In every protocol the first record of a pack or batch is flat, and its label `p` is the version; where it is not there,
it is `wire.protocol.UNSTATED`.
"""

from typing import Final

from codec import senml
from wire import BadPack, limits
from wire.protocol import UNSTATED

LABEL: Final = "p"


def protocol_of(first: dict[str, object]) -> int:
    """The protocol that the first record states; raises BadPack where it is no version."""
    stated = first.get(LABEL, UNSTATED)
    if type(stated) is not int or not 0 < stated <= limits.MAX_SEQ:
        raise BadPack(LABEL, "protocol", str(stated))
    return stated


def stated(data: bytes, content_type: str = senml.JSON) -> int:
    """The protocol of a message that may be broken or of any later form; UNSTATED where nothing can be read of it."""
    try:
        return protocol_of(next(senml.records_of(data[: limits.BATCH_HEAD_BYTES], content_type)))
    except (BadPack, StopIteration):
        return UNSTATED
