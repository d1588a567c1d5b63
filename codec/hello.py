"""Hello: what an agent says of itself at each connect, and what the centre answers.

Both are JSON objects in which later protocols may add members; these mean the same in all of them.
"""

from typing import Annotated, Final

import msgspec

from codec import json_document
from codec.batch_ack import BatchAck, Count, Epoch
from wire import limits

MAX_BYTES: Final = 1024
ID_CHARACTERS: Final = 64  # of a hash or a release
HELLO_WAITS_S: Final = (5, 600)  # the first wait for an answer, and the longest

Protocol = Annotated[int, msgspec.Meta(ge=1, le=limits.MAX_SEQ)]
Text = Annotated[str, msgspec.Meta(max_length=ID_CHARACTERS, pattern="^[ -~]*$")]


class Hello(msgspec.Struct, frozen=True):
    """An agent: the protocol that it speaks, the epoch of its buffer, and the hashes of what it works by.

    `session` is a number that the answer repeats; `approvals` is empty where it has none.
    """

    session: Count
    protocol: Protocol
    release: Text
    epoch: Epoch
    configuration: Text
    approvals: Text


class Reply(msgspec.Struct, frozen=True):
    """The centre: the protocols that it understands, and what it has for this agent; None: nothing.

    What differs from the hashes of the hello comes anew on its own topic.
    """

    session: Count
    oldest: Protocol
    newest: Protocol
    release: Text
    ack: BatchAck | None
    configuration: Text | None
    approvals: Text


def decode_hello(data: bytes) -> Hello:
    """Raises BadPack."""
    return json_document.decode(data, Hello, MAX_BYTES)


def decode_reply(data: bytes) -> Reply:
    """Raises BadPack."""
    return json_document.decode(data, Reply, MAX_BYTES)


encode = msgspec.json.encode
