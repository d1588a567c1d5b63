"""Acks: the receiver's word, retained on `ack`, that everything up to a seq is stored or accounted for."""

from wire import BadPack, limits, strictjson
from wire.names import is_epoch


def encode(epoch: str, through: int) -> bytes:
    """The payload of an ack; `through` is a seq, or -1 when nothing is stored yet."""
    _check(epoch, through)
    return ('{"epoch":"' + epoch + '","through":' + str(through) + "}").encode()


def decode(data: bytes) -> tuple[str, int]:
    """Read (epoch, through) of an ack; raises BadPack."""
    if len(data) > limits.MAX_ACK_BYTES:
        raise BadPack("payload", "too-long", str(len(data)) + " bytes")
    ack = strictjson.decode(data)
    if not isinstance(ack, dict) or sorted(ack) != ["epoch", "through"]:
        raise BadPack("payload", "not-an-ack")
    _check(ack["epoch"], ack["through"])
    return ack["epoch"], ack["through"]


def _check(epoch: object, through: object) -> None:
    if not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    if type(through) is not int or not -1 <= through <= limits.MAX_SEQ:
        raise BadPack("through", "seq", str(through))
