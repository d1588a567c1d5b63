"""Verdicts as text, so that CPython and MicroPython can be compared line by line; runs on both."""

from wire import BadPack, acks, clock, names, protocol, sequence, strictjson, topics


def _shown(value: object) -> str:
    """The value as text, with labels in order, for MicroPython's dicts have none.

    MicroPython reads the last of seventeen digits differently, so twelve are compared.
    """
    if type(value) is float:
        return f"{value:.12g}"
    if isinstance(value, dict):
        return "{" + ",".join([_shown(label) + ":" + _shown(value[label]) for label in sorted(value)]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_shown(item) for item in value]) + "]"
    return str(value)


def _refused(bad: BadPack) -> str:
    return "refused " + bad.reason + " " + bad.field + " " + bad.detail


def of_json(data: bytes) -> str:
    try:
        return _shown(strictjson.decode(data))
    except BadPack as bad:
        return _refused(bad)


def of_items(data: bytes) -> str:
    """The items that can be read of an array that breaks somewhere, and how it breaks."""
    found = []
    try:
        for item in strictjson.items_of(data):
            found.append(_shown(item))
    except BadPack as bad:
        found.append(_refused(bad))
    return " ".join(found)


def of_ack(data: bytes) -> str:
    try:
        epoch, through = acks.decode(data)
    except BadPack as bad:
        return _refused(bad)
    return str(acks.encode(epoch, through), "utf-8")


def of_request(data: bytes) -> str:
    try:
        return str(clock.encode_request(clock.decode_request(data)), "utf-8")
    except BadPack as bad:
        return _refused(bad)


def of_reply(data: bytes) -> str:
    try:
        nonce, unix_ms = clock.decode_reply(data)
    except BadPack as bad:
        return _refused(bad)
    return str(clock.encode_reply(nonce, unix_ms), "utf-8")


def of_topic(data: bytes) -> str:
    try:
        return _shown(topics.parse(str(data, "utf-8")))
    except BadPack as bad:
        return _refused(bad)


def of_name(data: bytes) -> str:
    """What the text may be: an id, an epoch, a channel, a base."""
    text = str(data, "utf-8")
    return _shown([names.is_id(text), names.is_epoch(text), names.is_channel(text), names.is_base(text)])


def of_walk(data: bytes) -> str:
    """A walk through a sequence state: four bytes a pack (seq, kept below seq, is_void, dropped)."""
    walk = None
    answers = []
    for at in range(0, len(data) - 3, 4):
        seq, oldest_unacked = data[at], data[at] - data[at + 1] % (data[at] + 1)
        is_void, dropped = data[at + 2] % 4 == 0, data[at + 3]
        if walk is None:
            walk = sequence.SequenceState.begin(seq, oldest_unacked, is_void, dropped)
        else:
            answers.append(walk.receive(seq, oldest_unacked, is_void, dropped))
        counts = walk.counts()
        answers.append(str(walk.through) + ":" + ",".join([str(counts[word]) for word in sorted(counts)]))
    return "" if walk is None else " ".join(answers) + str(walk.state())


def of_protocol(data: bytes) -> str:
    """How a head of a protocol is treated: three bytes, what it states, newest and oldest understood."""
    return protocol.treatment(data[0], data[1], data[2])


KINDS = {
    "json": of_json,
    "items": of_items,
    "ack": of_ack,
    "request": of_request,
    "reply": of_reply,
    "topic": of_topic,
    "name": of_name,
    "walk": of_walk,
    "protocol": of_protocol,
}


def of_case(kind: str, data: bytes) -> str:
    """The verdict of one case; any exception that is not BadPack shows as itself."""
    return KINDS[kind](data)
