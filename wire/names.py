"""Names: how ids, epochs and record names are spelled, so that one spelling means one thing everywhere."""

MAX_ID = 32  # characters of an id
_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_HEX_CHARS = "0123456789abcdef"
EPOCH_CHARS = 8
RESERVED = ("epoch", "seq", "kept", "boot", "uptime", "void", "dropped")  # of a pack: not observations
FAULT = "fault."  # `fault.<instrument>` carries text


def _consists_of(text: str, allowed: str) -> bool:
    return all(char in allowed for char in text)


def is_id(text: object) -> bool:
    """Whether `text` is an id of a facility, node, agent or instrument: [a-z0-9][a-z0-9-]{0,31}."""
    return isinstance(text, str) and 0 < len(text) <= MAX_ID and text[0] != "-" and _consists_of(text, _ID_CHARS)


def is_epoch(text: object) -> bool:
    """Whether `text` is eight lower-case hex digits."""
    return isinstance(text, str) and len(text) == EPOCH_CHARS and _consists_of(text, _HEX_CHARS)


def is_channel(text: object) -> bool:
    """Whether `text` is the local name of an observation: instrument.quantity, both ids."""
    if not isinstance(text, str):
        return False
    parts = text.split(".")
    return len(parts) == 2 and is_id(parts[0]) and is_id(parts[1])


def is_base(text: object) -> bool:
    """Whether `text` is the base name of a pack, `facility:node:`."""
    if not isinstance(text, str):
        return False
    parts = text.split(":")
    return len(parts) == 3 and is_id(parts[0]) and is_id(parts[1]) and parts[2] == ""
