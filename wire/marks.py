"""Marks: the receiver's word, retained on `ack`, that everything up to a seq is stored or accounted for."""

from wire import BadPack, limits, strictjson
from wire.names import is_epoch


def encode(epoch: str, through: int) -> bytes:
    """The payload of a mark; `through` is a seq, or -1 when nothing is stored yet."""
    _check(epoch, through)
    return ('{"epoch":"' + epoch + '","through":' + str(through) + "}").encode()


def decode(data: bytes) -> tuple[str, int]:
    """Read (epoch, through) of a mark; raises BadPack."""
    if len(data) > limits.MAX_MARK_BYTES:
        raise BadPack("payload", "too-long", str(len(data)) + " bytes")
    mark = strictjson.decode(data)
    if not isinstance(mark, dict) or sorted(mark) != ["epoch", "through"]:
        raise BadPack("payload", "not-a-mark")
    _check(mark["epoch"], mark["through"])
    return mark["epoch"], mark["through"]


def _check(epoch: object, through: object) -> None:
    if not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    if type(through) is not int or not -1 <= through <= limits.MAX_SEQ:
        raise BadPack("through", "seq", str(through))
