"""Acks: the receiver's word, retained on `ack`, that everything up to a seq is stored or accounted for.

`at` is the time [Unix s] that the pack of this seq states, where it is known: a sender that was put back to an older
image writes other packs under numbers that are taken, and sees by it that the ack is not of its own.
"""

from wire import BadPack, limits, strictjson
from wire.names import is_epoch


def encode(epoch: str, through: int, at_s: int | None = None) -> bytes:
    """The payload of an ack; `through` is a seq, or -1 when nothing is stored yet."""
    _check(epoch, through, at_s)
    at = "" if at_s is None else ',"at":' + str(at_s)
    return ('{"epoch":"' + epoch + '","through":' + str(through) + at + "}").encode()


def decode(data: bytes) -> tuple[str, int]:
    """Read (epoch, through) of an ack, `at` is checked and left out; raises BadPack."""
    if len(data) > limits.MAX_ACK_BYTES:
        raise BadPack("payload", "too-long", str(len(data)) + " bytes")
    ack = strictjson.decode(data)
    if not isinstance(ack, dict) or sorted(ack) not in (["epoch", "through"], ["at", "epoch", "through"]):
        raise BadPack("payload", "not-an-ack")
    _check(ack["epoch"], ack["through"], ack.get("at"))
    return ack["epoch"], ack["through"]


def _check(epoch: object, through: object, at_s: object) -> None:
    if not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    if type(through) is not int or not -1 <= through <= limits.MAX_SEQ:
        raise BadPack("through", "seq", str(through))
    if at_s is not None and (type(at_s) is not int or not 0 <= at_s <= limits.MAX_ABSOLUTE_TIME_S):
        raise BadPack("at", "integer", str(at_s))
